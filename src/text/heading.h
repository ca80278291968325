/*
 * heading.h -- what the columns of a sheet mean, and which rows are no data.
 *
 * Headings are recognised by meaning, not by place: 身份证号, 证件号码(必填) and "ID No." are one
 * column.
 */
#pragma once
#include "text/chars.h"

enum column_meaning {
	COLUMN_UNKNOWN,
	/* who lives where */
	COLUMN_ROW_NUMBER,	   /* 序号; says nothing */
	COLUMN_GRID,		   /* 网格 */
	COLUMN_COMPOUND,	   /* 小区 */
	COLUMN_BUILDING,	   /* 楼栋 */
	COLUMN_STAIR,		   /* 单元 */
	COLUMN_FLOOR,		   /* 楼层 */
	COLUMN_ROOM,		   /* 房号 */
	COLUMN_BUILDING_ROOM,	   /* 楼栋房号 in one cell: address_read */
	COLUMN_ADDRESS,		   /* 现住址: address_read */
	COLUMN_HOUSEHOLD,	   /* 户编号 */
	COLUMN_RELATION,	   /* 与户主关系 */
	COLUMN_HOUSEHOLDER,	   /* 户主姓名: a name, of the household's head */
	COLUMN_NAME,		   /* 姓名 */
	COLUMN_SEX,		   /* 性别 */
	COLUMN_BIRTH,		   /* 出生日期 */
	COLUMN_AGE,		   /* 年龄 */
	COLUMN_IDENTITY_KIND,	   /* 证件类型 */
	COLUMN_IDENTITY,	   /* 证件号码 */
	COLUMN_PHONE,		   /* 联系电话 */
	COLUMN_POPULATION,	   /* 人口类型 */
	COLUMN_REGISTERED_ADDRESS, /* 户籍地址 */
	COLUMN_IS_ELSEWHERE,	   /* 人户分离 */
	COLUMN_HOUSING,		   /* 房屋性质 */
	COLUMN_LANDLORD,       /* 房东及电话 in one cell: phones_read, the rest is the name */
	COLUMN_LANDLORD_NAME,  /* 房东 */
	COLUMN_LANDLORD_PHONE, /* 房东电话 */
	COLUMN_CARE,	       /* 重点人群 */
	COLUMN_WORKPLACE, /* 工作单位; plain 单位 too, which in supplies is the unit of measure */
	COLUMN_MOVED_IN,     /* 迁入 */
	COLUMN_MOVED_OUT,    /* 迁出 */
	COLUMN_REMARK,	     /* 备注 */
	COLUMN_NATIONALITY,  /* 国籍 */
	COLUMN_CONTACT_NAME, /* 紧急联系人, 监护人: not the person's own */
	COLUMN_CONTACT_PHONE,
	COLUMN_PLATE, /* 车牌 */
	/* known, and not for this system: 民族, 政治面貌, 文化程度, 婚姻, 籍贯, 职业 */
	COLUMN_IGNORED,
	/* sampling and results */
	COLUMN_TUBE,	       /* 试管编号, 条码 */
	COLUMN_TUBE_POSITION,  /* 管内序号 */
	COLUMN_CATEGORY,       /* 人群类别, 类别 */
	COLUMN_SAMPLING_POINT, /* 采样点 */
	COLUMN_SAMPLED_AT,     /* 采样时间 */
	COLUMN_SAMPLER,	       /* 采样人 */
	COLUMN_TUBE_KIND,      /* 混采类型 */
	COLUMN_RESULT,	       /* 结果 */
	COLUMN_LABORATORY,     /* 检测机构 */
	COLUMN_TESTED_AT,      /* 检测时间 */
	/* returnees and gates */
	COLUMN_ORIGIN,		/* 出发地 */
	COLUMN_VIA,		/* 途经地 */
	COLUMN_RETURNED_AT,	/* 返回时间 */
	COLUMN_TRANSPORT,	/* 交通方式 */
	COLUMN_VEHICLE,		/* 车次, 航班 */
	COLUMN_SEAT,		/* 座位 */
	COLUMN_COMPANIONS,	/* 同行人 */
	COLUMN_CONTACT_HISTORY, /* 接触史 */
	COLUMN_HEALTH,		/* 健康状况 */
	COLUMN_CODE_COLOUR,	/* 健康码, 码色 */
	COLUMN_TEST_STATE,	/* 核酸时间及结果 */
	COLUMN_MEASURE,		/* 管控措施 */
	COLUMN_PERIOD,		/* 起止日 */
	COLUMN_RESPONSIBLE,	/* 责任人 */
	COLUMN_TEMPERATURE,	/* 体温 */
	COLUMN_DIRECTION,	/* 进/出, 入库/出库 */
	COLUMN_TIME,		/* 时间 */
	COLUMN_DATE,		/* 日期 */
	COLUMN_PURPOSE,		/* 来意 */
	COLUMN_VISITED,		/* 到访户 */
	COLUMN_GUARD,		/* 值守人 */
	/* leads */
	COLUMN_LEAD_NUMBER,   /* 系统编号 */
	COLUMN_LEAD_TITLE,    /* 线索标题 */
	COLUMN_LEAD_URGENCY,  /* 类型(加急/紧急/普通) */
	COLUMN_LEAD_REQUEST,  /* 核查要求 */
	COLUMN_LEAD_FINDINGS, /* 核查情况 */
	COLUMN_RELATED_NAME,  /* 关联人员姓名 */
	COLUMN_RELATED_PHONE,
	COLUMN_RELATED_IDENTITY,
	/* attendance */
	COLUMN_POST,	   /* 岗位 */
	COLUMN_SHIFT,	   /* 班次 */
	COLUMN_SIGNED_IN,  /* 签到 */
	COLUMN_SIGNED_OUT, /* 签退 */
	COLUMN_DURATION,   /* 时长 */
	COLUMN_SIGNATURE,  /* 签名 */
	/* supplies */
	COLUMN_ITEM,	      /* 品名 */
	COLUMN_SPECIFICATION, /* 规格 */
	COLUMN_QUANTITY,      /* 数量 */
	COLUMN_COUNTERPART,   /* 来源/去向 */
	COLUMN_HANDLER,	      /* 经手人 */
	COLUMN_BALANCE,	      /* 结存 */
	COLUMN_EXPIRES,	      /* 有效期 */
	/* enterprises */
	COLUMN_COMPANY,	       /* 企业名称 */
	COLUMN_CREDIT_CODE,    /* 信用代码 */
	COLUMN_CONTACT_PERSON, /* 联系人 */
	COLUMN_STAFF_TOTAL,    /* 员工总数 */
	COLUMN_STAFF_BACK,     /* 返岗人数 */
	COLUMN_ARRIVED_AT,     /* 抵达日 */
	COLUMN_ISOLATION,      /* 隔离情况 */
	COLUMN_PROTECTION,     /* 防疫物资 */
	COLUMN_PROMISE,	       /* 承诺 */
	COLUMN_MEANINGS
};

/*
 * What a heading means. Line breaks, blanks, colons, numbering (1.姓名), stars and what stands in
 * brackets do not matter. `upper` is the group heading above (房东 over 姓名), empty where there is
 * one heading row; a group that is another person's gives none of the resident's own columns.
 */
enum column_meaning heading_meaning(struct arena *arena, struct str upper, struct str lower);

/*
 * How much a row looks like the headings: higher is better, below HEADING_SCORE_MIN it is none.
 * uppers may be NULL; give the row above there to try both as two heading rows.
 */
#define HEADING_SCORE_MIN 20
int heading_row_score(
    struct arena *arena, const struct str *uppers, const struct str *lowers, size_t count);

/* 合计, 总计, 小计, 共 35 人: judged by the first cell that is not empty. */
bool row_is_total(struct arena *arena, const struct str *cells, size_t count);

/* 填表说明, 注：…, 填表人, 审核: the same. */
bool row_is_note(struct arena *arena, const struct str *cells, size_t count);

/* 同上, 〃, ″, ", -do-, ditto. A blank cell is not: whether it means so is the column's affair. */
bool cell_is_same_as_above(struct arena *arena, struct str cell);

struct label column_meaning_label(enum column_meaning meaning);
