/*
 * heading_words.c -- see heading_words.h.
 *
 * Words as they stand in the sheets of neighbourhoods, without blanks and marks: 车次/航班 is
 * 车次航班.
 */
#include "text/heading_words.h"

struct words {
	enum column_meaning meaning;
	const char *list; /* separated by blanks */
};

static const struct words exact[] = {
	{ COLUMN_ROW_NUMBER, "序号 编号 序 行号 顺序号 no 号 sn serial serialno number index" },
	{ COLUMN_GRID,
	    "网格 所属网格 网格号 网格编号 网格名称 所在网格 网格片区 片区 grid gridno" },
	{ COLUMN_COMPOUND,
	    "小区 小区名称 所属小区 所在小区 居住小区 楼盘 楼盘名称 花园 院落 自然村 小区村 "
	    "村名 compound estate residentialcompound" },
	{ COLUMN_BUILDING,
	    "楼栋 栋 栋号 楼栋号 楼号 楼 幢 幢号 座 座号 栋数 楼幢 楼宇 楼栋名称 几栋 楼栋编号 "
	    "楼座 号楼 大楼 building buildingno block blockno tower bldg" },
	{ COLUMN_STAIR,
	    "单元 单元号 门 楼门 楼门号 单元楼 梯 梯号 几单元 单元门 stair stairs unit unitno "
	    "entrance" },
	{ COLUMN_FLOOR, "楼层 层 层数 层号 楼层号 所在楼层 几楼 floor floorno level" },
	{ COLUMN_ROOM, "房号 房间号 房间 室 室号 门牌 门牌号 房屋号 房屋编号 房 几号房 门号 房牌号 "
		       "房门号 房间编号 门牌号码 room roomno flat flatno apartment apt doorno" },
	{ COLUMN_BUILDING_ROOM,
	    "楼栋房号 栋号房号 楼号房号 房号楼栋 楼房号 栋房号 楼栋单元房号 楼栋单元房间号 "
	    "楼栋门牌号 楼栋门牌 栋单元房号 栋房 房屋地址 小区楼栋房号 楼栋室号 楼栋房间号 "
	    "楼号单元房号 楼栋号房号 楼栋号房间号 楼室号 门栋房号 单元房号 roomaddress" },
	{ COLUMN_ADDRESS,
	    "现住址 住址 地址 现居住地址 居住地址 详细地址 现住地址 现居地址 现居住地 居住地 "
	    "居住地详址 家庭住址 家庭地址 常住地址 实际居住地址 实际居住地 现住详细地址 "
	    "现居住详细地址 目前居住地址 目前住址 本地住址 深圳住址 在深住址 在深地址 "
	    "现居住地详细地址 暂住地址 暂住地 现住址详细地址 居住详址 现址 通讯地址 住所 "
	    "address currentaddress homeaddress residence residentialaddress" },
	{ COLUMN_HOUSEHOLD, "户编号 户号 户序号 户口编号 家庭编号 户别编号 住户编号 户码 "
			    "户口簿编号 户口号 户口本号 "
			    "家庭户号 household householdno householdid familyid" },
	{ COLUMN_RELATION,
	    "与户主关系 户主关系 与户主的关系 与户主之间关系 和户主关系 家庭关系 关系 "
	    "与房主关系 与业主关系 与承租人关系 与户主或房东关系 家庭成员关系 称谓 relation "
	    "relationship relationtohead relationshiptohead relationshiptoheadofhousehold" },
	{ COLUMN_HOUSEHOLDER, "户主 户主姓名 householder headofhousehold head" },
	{ COLUMN_NAME,
	    "姓名 名字 人员姓名 居民姓名 住户姓名 家庭成员 家庭成员姓名 成员姓名 被采样人 "
	    "被采样人姓名 受检人 受检者 受检人姓名 受检者姓名 志愿者姓名 员工姓名 本人姓名 "
	    "姓名中文 中文姓名 真实姓名 来访人姓名 来访人 访客姓名 访客 name fullname "
	    "personname residentname chinesename" },
	{ COLUMN_SEX, "性别 男女 sex gender" },
	{ COLUMN_BIRTH, "出生日期 出生年月 出生年月日 生日 出生时间 出生 birth birthday birthdate "
			"dateofbirth dob" },
	{ COLUMN_AGE, "年龄 周岁 岁数 年纪 age" },
	{ COLUMN_IDENTITY_KIND,
	    "证件类型 证件种类 证件类别 身份证件类型 证照类型 证件名称 证类 有效证件类型 "
	    "身份证件种类 idtype documenttype typeofid identitytype kindofdocument" },
	{ COLUMN_IDENTITY,
	    "证件号码 身份证 身份证号 身份证号码 证件号 公民身份号码 公民身份证号码 "
	    "居民身份证号码 居民身份证号 居民身份证 身份号码 身份证件号码 身份证件号 "
	    "有效证件号码 有效证件号 身份证或护照号码 身份证护照号码 身份证护照号 身份证护照 "
	    "证件编号 证照号码 本人身份证号 员工证件 二代身份证号 身份证明号码 身份证码 "
	    "身份证护照等证件号码 id idno idnumber idcard idcardno idcardnumber identity "
	    "identityno identitynumber documentno documentnumber passportno nationalid" },
	{ COLUMN_PHONE,
	    "联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 联系手机 移动电话 本人电话 "
	    "本人手机 联系号码 联系电话手机 手机电话 个人电话 电话手机 居民电话 本人联系电话 "
	    "常用电话 常用手机号 联系人电话 phone phoneno phonenumber mobile mobileno "
	    "mobilephone telephone tel cell contactnumber contact" },
	{ COLUMN_POPULATION,
	    "人口类型 人口类别 人口性质 人员类型 人员性质 居民类型 居住类型 户籍类型 户籍类别 "
	    "人口属性 居民类别 户籍性质 户籍情况 是否户籍 是否户籍人口 人员属性 populationtype "
	    "residenttype" },
	{ COLUMN_REGISTERED_ADDRESS,
	    "户籍地址 户籍所在地 户籍地 户口所在地 户口地址 户籍 户籍详细地址 "
	    "户口所在地详细地址 户籍住址 身份证地址 户籍所在地地址 户籍所在地详细地址 "
	    "身份证住址 户籍地详址 户口地 registeredaddress hukouaddress hukou "
	    "registeredresidence permanentaddress" },
	{ COLUMN_IS_ELSEWHERE,
	    "人户分离 是否人户分离 人户一致 人户是否分离 是否空挂户 空挂户 人户情况 人户状态 "
	    "livingelsewhere" },
	{ COLUMN_HOUSING,
	    "房屋性质 房屋类型 住房性质 住房类型 房屋状态 居住性质 房屋使用情况 房屋用途 "
	    "使用性质 自住出租空置 自住出租 房屋情况 房屋状况 住房情况 居住状态 居住情况 "
	    "租住情况 是否出租 房屋属性 产权性质 housing housingtype tenure occupancy" },
	{ COLUMN_LANDLORD,
	    "房东及电话 房东姓名及电话 房东姓名电话 房东信息 房东联系方式及姓名 业主及电话 "
	    "业主姓名及电话 业主姓名电话 房东和电话 出租人及电话 房东姓名及联系方式 "
	    "房东姓名联系方式 房东姓名联系电话 房东姓名及联系电话 业主信息 landlordandphone" },
	{ COLUMN_LANDLORD_NAME,
	    "房东 房东姓名 业主 业主姓名 出租人 出租人姓名 房主 房主姓名 产权人 产权人姓名 "
	    "房屋所有人 二房东 landlord landlordname owner ownername" },
	{ COLUMN_LANDLORD_PHONE,
	    "房东电话 房东联系电话 房东手机 房东联系方式 房东手机号 房东手机号码 房东电话号码 "
	    "业主电话 业主联系电话 业主联系方式 业主手机 业主手机号 出租人电话 出租人联系电话 "
	    "房主电话 房主联系电话 产权人电话 landlordphone ownerphone" },
	{ COLUMN_CARE,
	    "重点人群 重点人员 特殊人群 重点关注人群 重点人群类型 重点人群类别 特殊群体 "
	    "关爱对象 重点对象 特殊情况 特殊人群类别 是否重点人群 特殊需求 服务对象类型 "
	    "困难类型 重点关爱人群 重点服务对象 keygroup careneeds vulnerable specialneeds "
	    "care" },
	{ COLUMN_WORKPLACE,
	    "工作单位 单位 单位名称 就业单位 所在单位 工作单位名称 工作单位学校 工作单位或学校 "
	    "单位学校 学校单位 就读学校 学校 公司 就业地 工作地点 派出单位 派驻单位 "
	    "工作单位及职务 工作单位就读学校 workplace employer school organization "
	    "organisation workunit office" },
	{ COLUMN_MOVED_IN,
	    "迁入 迁入日期 迁入时间 入住时间 入住日期 搬入时间 搬入日期 来深时间 来本地时间 "
	    "居住起始日期 入住 起租日期 居住开始时间 movedin moveindate movein since" },
	{ COLUMN_MOVED_OUT,
	    "迁出 迁出日期 迁出时间 搬离时间 搬离日期 搬出时间 搬出日期 退租日期 退租时间 "
	    "离开时间 离开日期 movedout moveoutdate moveout until" },
	{ COLUMN_REMARK,
	    "备注 备注说明 说明 其他 其它 备考 注 附注 情况说明 其他说明 备注信息 其他情况 "
	    "remark remarks note notes comment comments" },
	{ COLUMN_NATIONALITY, "国籍 国籍地区 国家 国家地区 国别 nationality country citizenship" },
	{ COLUMN_CONTACT_NAME,
	    "紧急联系人 紧急联系人姓名 监护人 监护人姓名 家属姓名 家属 家长姓名 家长 亲属姓名 "
	    "emergencycontact guardian" },
	{ COLUMN_CONTACT_PHONE,
	    "紧急联系电话 紧急联系人电话 紧急联系人联系电话 监护人电话 监护人联系电话 "
	    "监护人手机 家属电话 家属联系电话 家长电话 家长联系电话 紧急联系方式 "
	    "监护人联系方式 emergencyphone guardianphone" },
	{ COLUMN_PLATE,
	    "车牌 车牌号 车牌号码 车辆号牌 机动车号牌 号牌 私家车牌号 车辆 plate plateno "
	    "licenceplate licenseplate carplate" },
	{ COLUMN_IGNORED,
	    "户主身份证 户主身份证号 户主身份证号码 户主证件号码 户主证件号 户主证件类型 户主性别 "
	    "户主年龄 户主出生日期 户主出生年月 户主民族 "
	    "民族 政治面貌 文化程度 学历 婚姻 婚姻状况 婚否 籍贯 职业 职务 职称 宗教信仰 宗教 "
	    "血型 身高 邮编 邮箱 电子邮箱 微信 微信号 qq 党员 是否党员 兵役状况 照片 ethnicity "
	    "education maritalstatus occupation email wechat" },
	{ COLUMN_TUBE,
	    "试管编号 试管号 试管条码 管号 采样管编号 采样管号 条码 条形码 条码号 管编号 "
	    "试管码 样本编号 样本条码 标本编号 样品编号 采样编号 tube tubeno tubeid barcode "
	    "samplecode sampleid" },
	{ COLUMN_TUBE_POSITION,
	    "管内序号 试管内序号 管内编号 管内位置 管内顺序 position tubeposition" },
	{ COLUMN_CATEGORY,
	    "人群类别 类别 人群分类 人员类别 人群类型 采样人群 检测人群 人群 category group" },
	{ COLUMN_SAMPLING_POINT,
	    "采样点 采样点名称 采样地点 检测点 采样位置 采样点位 samplingpoint samplingsite" },
	{ COLUMN_SAMPLED_AT,
	    "采样时间 采样日期 采集时间 采集日期 核酸采样时间 sampledat samplingtime "
	    "samplingdate collectiondate" },
	{ COLUMN_SAMPLER, "采样人 采样人员 采样员 采集人 采样护士 sampler collectedby" },
	{ COLUMN_TUBE_KIND,
	    "混采类型 采样类型 混采方式 混检类型 采样方式 混采比例 单混采 tubekind pooling "
	    "poolsize" },
	{ COLUMN_RESULT,
	    "结果 检测结果 核酸结果 核酸检测结果 检验结果 检测结论 result testresult" },
	{ COLUMN_LABORATORY,
	    "检测机构 检验机构 检测单位 检测实验室 实验室 检测医院 检测机构名称 laboratory lab" },
	{ COLUMN_TESTED_AT,
	    "检测时间 检测日期 检验时间 检验日期 报告时间 报告日期 出结果时间 结果时间 "
	    "testedat testdate testtime reporttime" },
	{ COLUMN_ORIGIN,
	    "出发地 来源地 始发地 来自 何地来 何处返回 来自何地 从何地返回 返程出发地 出发地点 "
	    "来源地区 origin departure from comingfrom" },
	{ COLUMN_VIA, "途经地 途经 途径地 途径 经停地 中转地 途经地区 途经地点 via stopover" },
	{ COLUMN_RETURNED_AT,
	    "返回时间 返回日期 返深时间 返深日期 返穗时间 返穗日期 返沪时间 返乡时间 返乡日期 "
	    "抵深时间 抵深日期 抵沪时间 抵穗时间 到达时间 到达日期 抵达时间 返程时间 返程日期 "
	    "返京时间 来返时间 来返日期 returnedat returndate" },
	{ COLUMN_TRANSPORT, "交通方式 交通工具 出行方式 返程方式 来返方式 乘坐交通工具 transport "
			    "meansoftransport" },
	{ COLUMN_VEHICLE,
	    "车次 航班 航班号 车次航班 车次航班车牌 航班车次 班次号 列车车次 车次航班号 "
	    "车次航班号车牌 航班号车次 车次航班号车牌号 航班车次车牌号 vehicle flight train "
	    "flightno trainno" },
	{ COLUMN_SEAT, "座位 座位号 座号车厢 车厢座位 座位号码 seat seatno" },
	{ COLUMN_COMPANIONS,
	    "同行人 同行人员 随行人员 同行人姓名 同行人员姓名 同行情况 companions" },
	{ COLUMN_CONTACT_HISTORY,
	    "接触史 流行病学史 流调史 旅居史 旅居史接触史 中高风险地区旅居史 接触史旅居史 "
	    "有无接触史 contacthistory travelhistory" },
	{ COLUMN_HEALTH,
	    "健康状况 身体状况 健康情况 身体情况 症状 有无症状 是否发热 healthstate health "
	    "symptoms" },
	{ COLUMN_CODE_COLOUR,
	    "健康码 码色 健康码颜色 健康码状态 粤康码 粤康码状态 随申码 绿码 是否绿码 穗康码 "
	    "healthcode codecolour codecolor" },
	{ COLUMN_TEST_STATE,
	    "核酸时间及结果 核酸检测情况 核酸情况 最近核酸 近期核酸 近期核酸及日期 "
	    "最近一次核酸 核酸检测时间及结果 最近一次核酸检测时间及结果 核酸 核酸检测 "
	    "48小时核酸 核酸时间 teststate lasttest" },
	{ COLUMN_MEASURE,
	    "管控措施 管控方式 管控情况 管理措施 健康管理措施 隔离方式 落实管控措施 管控类型 "
	    "measure measures" },
	{ COLUMN_PERIOD,
	    "起止日 起止日期 起止时间 管控起止日期 隔离起止时间 管控时间 管控期限 管控起止时间 "
	    "隔离起止日期 period" },
	{ COLUMN_RESPONSIBLE,
	    "责任人 包干责任人 管控责任人 包保责任人 负责人 网格员 网格员姓名 楼长 楼栋长 "
	    "排查人 跟进人 responsible gridworker personincharge" },
	{ COLUMN_TEMPERATURE, "体温 温度 测温 体温度 体温℃ temperature temp" },
	{ COLUMN_DIRECTION,
	    "进出 出入 进出方向 出入类型 出入方向 入库出库 出入库 类型入库出库 收发 direction "
	    "inout" },
	{ COLUMN_TIME, "时间 登记时间 进出时间 出入时间 进入时间 time" },
	{ COLUMN_DATE, "日期 登记日期 年月日 date day" },
	{ COLUMN_PURPOSE,
	    "来意 事由 来访事由 来访原因 进入事由 出入事由 外出事由 原因 purpose reason" },
	{ COLUMN_VISITED,
	    "到访户 到访住户 被访人 被访户 拜访对象 到访地址 到访房号 受访人 visited host" },
	{ COLUMN_GUARD, "值守人 值守人员 值班人 值班人员 登记人 保安 guard recordedby" },
	{ COLUMN_LEAD_NUMBER,
	    "系统编号 线索编号 线索号 任务编号 工单号 工单编号 leadno leadnumber caseno "
	    "ticketno" },
	{ COLUMN_LEAD_TITLE, "线索标题 标题 线索名称 线索 任务名称 title leadtitle" },
	{ COLUMN_LEAD_URGENCY,
	    "类型 紧急程度 类型加急紧急普通 线索类型 优先级 等级 urgency priority type" },
	{ COLUMN_LEAD_REQUEST, "核查要求 核查内容 排查要求 要求 任务要求 request" },
	{ COLUMN_LEAD_FINDINGS,
	    "核查情况 核查结果 排查情况 排查结果 反馈 反馈情况 落实情况 处置情况 findings "
	    "feedback" },
	{ COLUMN_RELATED_NAME,
	    "关联人员姓名 关联人员 关联人 关联人姓名 密接姓名 密切接触者姓名 relatedname "
	    "relatedperson" },
	{ COLUMN_RELATED_PHONE,
	    "关联人员电话 关联人电话 关联人员联系电话 密接电话 同行人电话 同行人联系电话 "
	    "relatedphone" },
	{ COLUMN_RELATED_IDENTITY,
	    "关联人员身份证 关联人身份证 关联人员身份证号 关联人员身份证号码 关联人员证件号码 "
	    "同行人身份证号 relatedid relatedidentity" },
	{ COLUMN_POST, "岗位 岗位名称 值守岗位 卡口 值守点 点位 服务岗位 工作岗位 post duty" },
	{ COLUMN_SHIFT, "班次 值班班次 时段 服务时段 值守时段 shift" },
	{ COLUMN_SIGNED_IN, "签到 签到时间 上岗时间 到岗时间 signin signedin checkin" },
	{ COLUMN_SIGNED_OUT, "签退 签退时间 离岗时间 下岗时间 signout signedout checkout" },
	{ COLUMN_DURATION, "时长 服务时长 工时 服务时数 志愿时长 小时数 时长小时 duration hours" },
	{ COLUMN_SIGNATURE, "签名 签字 本人签名 本人签字 signature" },
	{ COLUMN_ITEM, "品名 物资名称 物品名称 物资 物品 货品名称 item itemname" },
	{ COLUMN_SPECIFICATION, "规格 规格型号 型号 specification spec" },
	{ COLUMN_QUANTITY, "数量 件数 领取数量 发放数量 入库数量 出库数量 quantity qty amount" },
	{ COLUMN_COUNTERPART,
	    "来源去向 来源 去向 来源或去向 捐赠方 捐赠单位 领用单位 接收单位 counterpart "
	    "source destination" },
	{ COLUMN_HANDLER, "经手人 经办人 保管员 仓管员 发放人 handler handledby" },
	{ COLUMN_BALANCE, "结存 库存 结余 余量 剩余数量 结存数量 balance stock" },
	{ COLUMN_EXPIRES, "有效期 有效期至 保质期 失效日期 到期日期 expires expiry expirydate" },
	{ COLUMN_COMPANY,
	    "企业名称 公司名称 商户名称 店铺名称 企业 商铺名称 company companyname enterprise" },
	{ COLUMN_CREDIT_CODE,
	    "信用代码 统一社会信用代码 社会信用代码 营业执照号 组织机构代码 creditcode" },
	{ COLUMN_CONTACT_PERSON,
	    "联系人 企业联系人 单位联系人 联系人姓名 法人 法定代表人 contactperson" },
	{ COLUMN_STAFF_TOTAL,
	    "员工总数 员工人数 职工总数 从业人数 员工数 staff stafftotal employees" },
	{ COLUMN_STAFF_BACK, "返岗人数 复工人数 返岗员工数 到岗人数 staffback" },
	{ COLUMN_ARRIVED_AT, "抵达日 抵达日期 抵达时间日期 arrivedat arrivaldate" },
	{ COLUMN_ISOLATION, "隔离情况 隔离状态 是否隔离 isolation" },
	{ COLUMN_PROTECTION, "防疫物资 防疫物资情况 防疫物资储备 protection" },
	{ COLUMN_PROMISE, "承诺 承诺书 企业承诺 promise" },
};

enum column_meaning
heading_word_exact(struct str core)
{
	struct str rest, word;

	if (core.n == 0)
		return COLUMN_UNKNOWN;
	for (size_t i = 0; i < LEN(exact); i++) {
		rest = str_of(exact[i].list);
		while (str_split(&rest, ' ', &word))
			if (str_equal(word, core))
				return exact[i].meaning;
	}
	return COLUMN_UNKNOWN;
}

/*
 * A heading that has one of the first words and one of the second, if there are any. The first rule
 * that fits decides, so whose column it is comes before what it holds.
 */
struct rule {
	const char *one, *other; /* separated by blanks; NULL: anything */
	enum column_meaning meaning;
};

static const struct rule rules[] = {
	{ "紧急联系 监护人 家属 家长 亲属 guardian emergency",
	    "电话 手机 联系方式 号码 phone mobile", COLUMN_CONTACT_PHONE },
	{ "紧急联系 监护人 家属 家长 亲属 guardian emergency", "姓名 联系人 name",
	    COLUMN_CONTACT_NAME },
	{ "紧急联系 监护人 家属 家长 亲属 guardian emergency", NULL, COLUMN_UNKNOWN },
	{ "关联人 密接 密切接触 同行人 同住人", "身份证 证件", COLUMN_RELATED_IDENTITY },
	{ "关联人 密接 密切接触 同行人 同住人", "电话 手机 联系方式", COLUMN_RELATED_PHONE },
	{ "关联人 密接 密切接触 同住人", "姓名", COLUMN_RELATED_NAME },
	{ "关联人 密接 密切接触 同住人", NULL, COLUMN_UNKNOWN },
	{ "房东及 业主及 房主及 房东姓名及 业主姓名及", "电话 联系方式 手机", COLUMN_LANDLORD },
	{ "房东 业主 房主 出租人 产权人 landlord owner", "电话 手机 联系方式 phone mobile",
	    COLUMN_LANDLORD_PHONE },
	{ "房东 业主 房主 出租人 产权人 landlord owner", "姓名 name", COLUMN_LANDLORD_NAME },
	{ "房东 业主 房主 出租人 产权人 landlord owner", NULL, COLUMN_UNKNOWN },
	{ "工作单位 单位 公司 企业 学校", "地址 电话 联系方式 性质 类型 代码 负责人 联系人 地点",
	    COLUMN_UNKNOWN },
	{ "采样 采集", "时间 日期", COLUMN_SAMPLED_AT },
	{ "采样 检测", "地点 点位 采样点", COLUMN_SAMPLING_POINT },
	{ "检测 核酸 检验", "结果 结论", COLUMN_RESULT },
	{ "检测 检验", "时间 日期", COLUMN_TESTED_AT },
	{ "检测 检验", "机构 单位 医院", COLUMN_LABORATORY },
	{ "试管 样本 采样管 条码", "编号 号码 条码 号", COLUMN_TUBE },
	{ "疫苗 接种 核酸 社保 医保 银行 驾驶 车辆 微信 qq", NULL, COLUMN_UNKNOWN },
	{ "证件 证照", "类型 种类 类别 名称 type", COLUMN_IDENTITY_KIND },
	{ "身份证 公民身份 证件 证照 护照", "号", COLUMN_IDENTITY },
	{ "身份证 公民身份", "地址 住址", COLUMN_REGISTERED_ADDRESS },
	{ "身份证 公民身份", NULL, COLUMN_IDENTITY },
	{ "idcard idno idnumber passport", NULL, COLUMN_IDENTITY },
	{ "网格 楼长 栋长 楼组长 单元长 包保 包片 包干 责任人 负责人 管理员 物业 民警 村医 "
	  "家庭医生 社工 专干 联络员 领导 登记人 填表人 采集人 配偶 子女",
	    "电话 手机 联系方式 号码 phone mobile", COLUMN_IGNORED },
	{ "楼长 栋长 楼组长 单元长 包保 包片 包干 责任人 负责人 管理员 物业 民警 村医 家庭医生 "
	  "社工 专干 联络员 领导 登记人 填表人 采集人 配偶 子女",
	    "姓名 名字 name", COLUMN_IGNORED },
	{ "电话 手机 联系方式 phone mobile", NULL, COLUMN_PHONE },
	{ "与户主 和户主 与房主", NULL, COLUMN_RELATION },
	{ "户籍 户口 hukou", "地址 所在地 住址 详址 address", COLUMN_REGISTERED_ADDRESS },
	{ "户籍 户口", "类型 类别 性质", COLUMN_POPULATION },
	{ "户籍 户口", NULL, COLUMN_UNKNOWN },
	{ "人户分离 人户一致", NULL, COLUMN_IS_ELSEWHERE },
	{ "楼栋 栋 幢 楼号", "房号 房间号 室号 门牌", COLUMN_BUILDING_ROOM },
	{ "迁入 入住 搬入", "时间 日期", COLUMN_MOVED_IN },
	{ "迁出 搬离 搬出 退租", "时间 日期", COLUMN_MOVED_OUT },
	{ "返回 返深 返穗 返沪 返乡 返程 返京", "时间 日期", COLUMN_RETURNED_AT },
	{ "现住 居住 住址 地址 暂住 address", "地址 住址 详址 现住址 居住地 address",
	    COLUMN_ADDRESS },
	{ "出生 birth", NULL, COLUMN_BIRTH },
	{ "重点人群 特殊人群 重点人员 特殊群体 关爱", NULL, COLUMN_CARE },
	{ "工作单位 就业单位 单位名称", NULL, COLUMN_WORKPLACE },
	{ "房屋 住房", "性质 类型 状态 用途 情况", COLUMN_HOUSING },
	{ "人口 人员 居民", "类型 类别 性质", COLUMN_POPULATION },
	{ "车牌", NULL, COLUMN_PLATE },
	{ "体温", NULL, COLUMN_TEMPERATURE },
	{ "健康码 码颜色", NULL, COLUMN_CODE_COLOUR },
	{ "管控措施", NULL, COLUMN_MEASURE },
	{ "网格员 网格长 网格管理员 网格负责人 网格责任人", NULL, COLUMN_RESPONSIBLE },
	{ "网格", NULL, COLUMN_GRID },
	{ "姓名", NULL, COLUMN_NAME },
	{ "性别", NULL, COLUMN_SEX },
	{ "备注", NULL, COLUMN_REMARK },
};

static bool
has_one(struct str core, const char *list)
{
	struct str rest = str_of(list), word;

	while (str_split(&rest, ' ', &word))
		if (word.n > 0 && str_find(core, word) >= 0)
			return true;
	return list == NULL;
}

enum column_meaning
heading_word_inside(struct str core)
{
	for (size_t i = 0; i < LEN(rules); i++)
		if (has_one(core, rules[i].one) && has_one(core, rules[i].other))
			return rules[i].meaning;
	return COLUMN_UNKNOWN;
}
