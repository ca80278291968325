/*
 * roster_import_remarks.h -- everything the importer has to say: its weight, Chinese, English.
 *
 * {} is what it is about. What was found in the cell is shown beside it, masked.
 *
 * NOTE changes no verdict. DOUBT: what is new or changed is to be looked at. REFUSE: not taken.
 */
#pragma once
#include "base/buffer.h"

#define ROSTER_IMPORT_REMARKS(X) \
	/* about a sheet or a column */ \
	X(sheet_hidden, NOTE, "隐藏的工作表，没有读", "A hidden sheet; not read") \
	X(sheet_no_heading, NOTE, "没有找到含“姓名”的表头，这一页没有读", \
	    "No heading row with names was found; this sheet was not read") \
	X(sheet_no_rows, NOTE, "只有表头，没有人", "A heading row, and nobody below it") \
	X(sheet_as_before, NOTE, "没有表头，按前一页的表头读", \
	    "No headings: read by those of the sheet before") \
	X(sheet_is_place, NOTE, "没写楼栋，按此作“{}”", \
	    "No word of the building: this was taken as {}") \
	X(title_is_place, NOTE, "没写小区，按此作“{}”", \
	    "No word of the compound: this was taken as {}") \
	X(column_unknown, NOTE, "不认识这一列，没有导入", "An unknown column; not imported") \
	X(column_unused, NOTE, "花名册没有这一项，没有导入", \
	    "The roster has no such field; not imported") \
	X(column_twice, NOTE, "与 {} 列意思相同，前面的列空着时才用", \
	    "Means the same as column {}; used where that one is empty") \
	X(tables_abreast, NOTE, "从这一列起是并排的另一栏，也逐行读入", \
	    "Another table beside the first begins here; its rows were read, too") \
	X(columns_many, NOTE, "列数太多，{} 列以后没有读", \
	    "Too many columns; none behind {} was read") \
	X(blank_as_above, NOTE, "空白处按上一行填写，共 {} 行", \
	    "Blanks were taken from the row above, in {} rows") \
	X(addresses_guessed, NOTE, "住址没写单位，按先后读作“{}”", \
	    "Addresses without units were read by their order, as {}") \
	X(rows_hidden, NOTE, "隐藏的行也导入了，共 {} 行，这是第一行", \
	    "Hidden rows were imported, too: {}, of which this is the first") \
	/* about rows that are nobody */ \
	X(row_total, NOTE, "合计行，跳过", "A row of totals; passed over") \
	X(row_note, NOTE, "说明文字，跳过", "A note; passed over") \
	X(row_heading, NOTE, "又是表头，跳过", "The headings again; passed over") \
	X(row_vacant, NOTE, "没有人的房间，只登记房间", \
	    "A room without people; only the room was taken") \
	/* about a person */ \
	X(name_missing, REFUSE, "没有姓名，没有导入", "No name; not imported") \
	X(name_long, REFUSE, "姓名超过 40 个字，没有导入", \
	    "A name of more than 40 characters; not imported") \
	X(name_short, DOUBT, "姓名只有一个字，请核对", "A name of one character; please check") \
	X(name_odd, DOUBT, "姓名里有不该有的字符，请核对", \
	    "A name with signs that names do not have; please check") \
	X(names_many, DOUBT, "一格里有 {} 个姓名，各作一人导入，请核对", \
	    "{} names in one cell; each was taken as a person, please check") \
	X(name_beside, NOTE, "姓名旁的“{}”记入备注", \
	    "What stood beside the name went into the note: {}") \
	X(sex_unreadable, NOTE, "看不懂性别，没有导入", \
	    "A sex that is not understood; not imported") \
	X(sex_differs, DOUBT, "与证件号码的性别不同，以证件为准", \
	    "Not the sex that the number tells; the number's was taken") \
	X(birth_unreadable, DOUBT, "看不懂出生日期，没有导入", \
	    "A birth date that is not understood; not imported") \
	X(birth_doubtful, DOUBT, "出生日期按 {} 导入，请核对", \
	    "The birth date was taken as {}; please check") \
	X(birth_future, DOUBT, "出生日期在今天以后，没有导入", \
	    "A birth date after today; not imported") \
	X(birth_differs, DOUBT, "与证件号码的出生日期不同，以证件为准", \
	    "Not the birth date that the number tells; the number's was taken") \
	X(identity_destroyed, DOUBT, "证件号码已被表格软件改成近似数，没有导入，请补正", \
	    "The number was destroyed by rounding in the spreadsheet; not imported, please " \
	    "supply it") \
	X(identity_masked, DOUBT, "证件号码被打了星号，没有导入", \
	    "The number is masked; not imported") \
	X(identity_odd, DOUBT, "{}，照样导入，标为存疑", "Imported, and marked as doubtful: {}") \
	X(identity_tail_zero, DOUBT, "末三位是 000，同列有被破坏的号码，没有导入，请补正", \
	    "It ends in 000, and others of the column were destroyed by rounding; not imported") \
	X(identity_tail_late, DOUBT, "末三位是 000，同列有被破坏的号码，标为存疑", \
	    "It ends in 000, and others of the column were destroyed by rounding; marked " \
	    "as doubtful") \
	X(identity_is_words, DOUBT, "证件号码读不出，没有导入", \
	    "A number that cannot be read; not imported") \
	X(identity_was_15, NOTE, "15 位旧号，换成 18 位 {}", \
	    "An old number of 15 digits, now {}") \
	X(identity_kind_unknown, NOTE, "看不懂证件类型，按号码判断", \
	    "A kind of document that is not understood; judged by the number") \
	X(identity_kind_differs, NOTE, "号码是{}的，按此登记", \
	    "The number is that of: {}; taken so") \
	X(phone_destroyed, DOUBT, "电话已被表格软件改成近似数，没有导入", \
	    "The telephone number was destroyed by rounding; not imported") \
	X(phone_odd, DOUBT, "电话位数不对，照样导入，请核对", \
	    "Not a telephone number's digits; imported, please check") \
	X(phone_many, NOTE, "电话太多，只导入前 {} 个", \
	    "Too many numbers; the first {} were imported") \
	X(phone_beside, NOTE, "电话旁的“{}”记入备注", \
	    "What stood beside the number went into the note: {}") \
	X(address_missing, DOUBT, "没有住址", "No address") \
	X(address_unreadable, DOUBT, "看不懂住址，记入备注", \
	    "An address that is not understood; it went into the note") \
	X(address_guessed, DOUBT, "住址按“{}”导入，请核对", \
	    "The address was taken as {}; please check") \
	X(address_no_room, DOUBT, "住址没有房号，按“{}”导入", \
	    "An address without a room, taken as {}") \
	X(address_no_building, DOUBT, "住址没有楼栋，按“{}”导入", \
	    "An address without a building, taken as {}") \
	X(address_many, DOUBT, "有几处 {}，没写单元或小区，按楼栋导入", \
	    "There are several {}; without stair or compound only the building was taken") \
	X(compound_many, DOUBT, "有几个小区，没写小区，不知 {} 在哪个，记入备注", \
	    "There are several compounds, and no word in which one {} is; it went into " \
	    "the note") \
	X(grid_twice, NOTE, "同一处前面写的网格是“{}”，以前面为准", \
	    "A row before has this place in {}, which stands") \
	X(grid_before, NOTE, "原来登记的网格是“{}”", "It was in {} until now") \
	X(grid_nobody, NOTE, "没有叫“{}”的账号，或不止一个，没有指定为网格负责人", \
	    "No account, or more than one, is called {}; nobody was put in charge") \
	X(grid_long, NOTE, "网格名称太长，没有导入", "Too long a name of a grid; not imported") \
	X(as_above_nothing, DOUBT, "写着同上，上面没有", "As above, but there is nothing above") \
	X(population_unknown, NOTE, "看不懂人口类型，记入备注", \
	    "A kind of population that is not understood; it went into the note") \
	X(care_unknown, NOTE, "看不懂的重点人群“{}”，记入备注", \
	    "A category of care that is not understood went into the note: {}") \
	X(since_doubtful, NOTE, "日期按 {} 导入", "The date was taken as {}") \
	X(since_unreadable, NOTE, "看不懂日期，没有导入", \
	    "A date that is not understood; not imported") \
	X(cell_error, NOTE, "公式出错的格，当作空白", "A formula's error; taken as blank") \
	X(text_long, DOUBT, "文字太长，只导入前 {} 字节", \
	    "Too long; the first {} bytes were imported") \
	/* about who it is */ \
	X(twice_identity, DOUBT, "与 {} 是同一证件号码，以那一行为准", \
	    "The same document as {}, which stands") \
	X(twice_room, DOUBT, "与 {} 同名同住址，以那一行为准", \
	    "The same name and room as {}, which stands") \
	X(twice_phone, DOUBT, "与 {} 同名同电话，以那一行为准", \
	    "The same name and phone as {}, which stands") \
	X(twice_namesake, DOUBT, "与 {} 同名同住址，证件号码不同，按两人导入", \
	    "The same name and room as {} with another document; imported as another person") \
	X(twice_name_differs, DOUBT, "证件号码与 {} 相同，姓名不同，以那一行为准", \
	    "The same document as {} under another name; that row stands") \
	X(name_changed, DOUBT, "同一证件号码，花名册上姓名是“{}”，已改", \
	    "The roster has this document under the name {}; changed") \
	X(identity_changed, DOUBT, "同名同住址，花名册上证件号码是 {}，已改", \
	    "The roster has the same name and room with the document {}; changed") \
	X(name_kept, DOUBT, "姓名不可靠，花名册上是“{}”，未改", \
	    "The name cannot be relied on; the roster's was kept: {}") \
	X(identity_kept, DOUBT, "同名同住址，花名册上证件号码是 {}，未改", \
	    "The roster has the same name and room with the document {}; kept") \
	X(stay_backwards, DOUBT, "迁出不晚于迁入，两个日期都没有导入", \
	    "Moved out before moving in; neither day was imported") \
	X(namesake, DOUBT, "花名册上有同名同住址、证件号码不同的人，按另一人导入", \
	    "The roster has somebody of this name and room with another document; imported " \
	    "as another person") \
	X(person_ambiguous, REFUSE, "花名册上有 {} 位同名的人都像，分不清是哪位，没有导入", \
	    "{} people of this name on the roster may be meant; not imported") \
	X(changed, NOTE, "改了：{}", "Changed: {}") \
	X(moved, NOTE, "原住 {}，住址已改", "Lived in {}; the address was changed") \
	X(changed_since, REFUSE, "导入途中别人改过此人，没有覆盖，请再导入一次", \
	    "Changed by somebody else meanwhile; not overwritten, please import again")

/* Of sheets of places; these have some of the above, too. */
#define ROSTER_IMPORT_PLACE_REMARKS(X) \
	X(sheet_no_place_heading, NOTE, "没有找到含小区、楼栋、房号等列的表头，这一页没有读", \
	    "No heading row of places was found; this sheet was not read") \
	X(sheet_no_places, NOTE, "只有表头，没有场所", "A heading row, and no place below it") \
	X(column_no_place, NOTE, "场所表不取这一列，没有导入", \
	    "Nothing of places; not imported") \
	/* about a place */ \
	X(place_missing, REFUSE, "没有说是哪里，没有导入", "No word of where it is; not imported") \
	X(place_nameless, REFUSE, "没有{}的名称，没有导入", "No name ({}); not imported") \
	X(place_unreadable, REFUSE, "看不懂，没有导入", "Not understood; not imported") \
	X(place_long, REFUSE, "名称太长，没有导入", "Too long a name; not imported") \
	X(place_kind_unknown, NOTE, "看不懂种类，按写明的住址导入", \
	    "A kind that is not understood; taken by its address") \
	X(place_kind_differs, DOUBT, "种类与住址不同，按住址作“{}”", \
	    "Not the kind that the address tells; taken as {}") \
	X(place_in_room, DOUBT, "这类场所不在房间之下，放在“{}”", \
	    "Such a place does not lie in a room; put into {}") \
	X(place_twice, DOUBT, "与 {} 是同一处", "The same place as {}") \
	X(place_compound_many, REFUSE, "有几个小区，没写小区，没有导入", \
	    "There are several compounds, and no word in which one; not imported") \
	X(place_several, NOTE, "有几处 {} 都已登记，没有改动", \
	    "There are several {} already; nothing was changed")

enum remark_weight { NOTE, DOUBT, REFUSE };

enum remark_word {
#define X(name, weight, zh, en) REMARK_##name,
	ROSTER_IMPORT_REMARKS(X)
	ROSTER_IMPORT_PLACE_REMARKS(X)
#undef X
	REMARK_WORDS
};
