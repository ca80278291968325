/* sheet_test.c -- reading workbooks: what is in the cells, what lies, and where the limits are. */
#include <errno.h>
#include <sys/stat.h>
#include <zip.h>
#include "sheet_parts.h"

#define SHEET(rows)   "<worksheet " XMLNS "><sheetData>" rows "</sheetData></worksheet>"
#define STRINGS(list) "<sst " XMLNS ">" list "</sst>"
#define STYLES(formats, xfs)                                                                       \
	"<styleSheet " XMLNS "><numFmts>" formats "</numFmts><cellStyleXfs><xf numFmtId=\"14\"/>"  \
	"</cellStyleXfs><cellXfs>" xfs "</cellXfs></styleSheet>"

#define assert_sheet(rows, strings, styles, expected)                                              \
	do {                                                                                       \
		struct workbook w_ = workbook_of(SHEET(rows), strings, styles);                    \
		assert_parts(w_, NULL, expected);                                                  \
	} while (0)

static void
kinds_of_cells(void **state)
{
	(void)state;
	assert_sheet("<row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"B2\"><v>1.50</v></c>"
		     "<c r=\"C2\" t=\"b\"><v>1</v></c><c r=\"D2\" t=\"e\"><v>#N/A</v></c>"
		     "<c r=\"AB2\" t=\"str\"><f>A1&amp;\"x\"</f><v>甲_x000D_&lt;乙</v></c></row>"
		     "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>0</v></c><c r=\"B3\" "
		     "t=\"n\"><f>1+1</f><v> 2 </v></c>"
		     "<c r=\"C3\" t=\"b\"><v>0</v></c><c r=\"D3\" t=\"n\"><v>abc</v></c><c "
		     "r=\"E3\"><f>1</f></c>"
		     "</row>",
	    STRINGS("<si><t/></si><si><t>张三丰</t></si>"), NULL,
	    "一栋 2: A'张三丰' B#1.50 C?TRUE D!#N/A AB'甲\r<乙'\n"
	    "一栋 3: B#2 C?FALSE D'abc'\n");
	/* A destroyed identity number is seen as it is in the file. */
	assert_sheet("<row r=\"1\"><c r=\"A1\"><v>4.40304199003071E+17</v></c>"
		     "<c r=\"B1\"><v>440304199003071000</v></c><c r=\"C1\"><v>1E999</v></c></row>",
	    NULL, NULL, "一栋 1: A#4.40304199003071E+17 B#440304199003071000 C'1E999'\n");
	/* Numbers of rows and columns may be left out; text may be in the cell. */
	assert_sheet("<row><c t=\"inlineStr\"><is><t>a</t></is></c><c/><c><v>3</v></c></row>"
		     "<row hidden=\"1\"><c><v>4</v></c></row>",
	    NULL, NULL, "一栋 1: A'a' C#3\n一栋 2h: A#4\n");
}

static void
texts_of_strings(void **state)
{
	static const char strings[] = STRINGS(
	    "<si><r><rPr><b/></rPr><t>益民</t></r><r><t xml:space=\"preserve\"> 社区</t></r>"
	    "<rPh sb=\"0\" eb=\"1\"><t>yimin</t></rPh><phoneticPr fontId=\"1\"/></si>"
	    "<si><t>  a\n b \n</t></si>"
	    "<si><t xml:space=\"preserve\"> c_x005F_x000D_ _x4E2D__xD83D__xDE00__xDE00_ _x12 "
	    "</t></si>"
	    "<si><t>_x0000_</t></si>");

	(void)state;
	assert_sheet("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"
		     "<c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"s\"><v>3</v></c></row>",
	    strings, NULL,
	    "一栋 1: A'益民 社区' B'a\n b' C' c_x000D_ 中😀\xef\xbf\xbd _x12 ' D'\xef\xbf\xbd'\n");
	assert_sheet("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><r><t xml:space=\"preserve\">甲 "
		     "</t></r><r><t>乙</t></r><rPh><t>jia</t></rPh></is></c></row>",
	    NULL, NULL, "一栋 1: A'甲 乙'\n");
	assert_sheet("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>4</v></c></row>", strings, NULL,
	    "sheet_string_missing 1 A\n");
	assert_sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\" t=\"s\"><v>-1</v></c></row>",
	    strings, NULL, "sheet_string_missing 1 B\n");
	assert_sheet("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>", NULL, NULL,
	    "sheet_string_missing 1 A\n");
}

static void
dates_by_their_format(void **state)
{
	static const char styles[] = STYLES(
	    "<numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
	    "<numFmt numFmtId=\"165\" formatCode=\"0.00E+00\"/>"
	    "<numFmt numFmtId=\"27\" formatCode=\"0.0\"/>",
	    "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/>"
	    "<xf numFmtId=\"27\"/><xf numFmtId=\"31\"/><xf numFmtId=\"58\"/><xf numFmtId=\"59\"/>");

	(void)state;
	assert_sheet(
	    "<row r=\"1\"><c r=\"A1\"><v>44625</v></c><c r=\"B1\" s=\"1\"><v>44625</v></c>"
	    "<c r=\"C1\" s=\"2\"><v>44625.395833333336</v></c><c r=\"D1\" s=\"3\"><v>44625</v></c>"
	    "<c r=\"E1\" s=\"4\"><v>44625</v></c><c r=\"F1\" s=\"5\"><v>1</v></c>"
	    "<c r=\"G1\" s=\"6\"><v>0.5</v></c><c r=\"H1\" s=\"7\"><v>44625</v></c>"
	    "<c r=\"I1\" s=\"1\"><v>440304199003071000</v></c><c r=\"J1\" s=\"1\"><v>60</v></c>"
	    "<c r=\"K1\" s=\"99\"><v>1</v></c><c r=\"L1\" t=\"d\"><v>2022-03-05T09:30:00</v></c>"
	    "<c r=\"M1\" t=\"d\"><v>1990-02-30</v></c></row>",
	    NULL, styles,
	    "一栋 1: A#44625 B@20220305 C@20220305+34200000 D#44625 E#44625 F@19000101 "
	    "G@+43200000 H#44625 I#440304199003071000 J#60 K#1 L@20220305+34200000 "
	    "M'1990-02-30'\n");
}

static void
days_of_1904(void **state)
{
	struct workbook w = workbook_of(SHEET("<row r=\"1\"><c r=\"A1\" s=\"0\"><v>43163</v></c><c "
					      "r=\"B1\" s=\"0\"><v>0</v></c></row>"),
	    NULL, STYLES("", "<xf numFmtId=\"14\"/>"));

	(void)state;
	w.parts[1].bytes = S("<workbook><workbookPr date1904=\"1\"/><sheets>"
			     "<sheet name=\"s\" r:id=\"r1\"/></sheets></workbook>");
	assert_parts(w, NULL, "s 1: A@20220305 B@19040101\n");
}

static void
serials(void **state)
{
	static const struct {
		double serial;
		bool is_1904, is_date;
		int64_t ymd;
		int32_t day_ms;
	} cases[] = {
		{ 1, false, true, 19000101, 0 },
		{ 59, false, true, 19000228, 0 },
		{ 60, false, false, 0, 0 },
		{ 61, false, true, 19000301, 0 },
		{ 25569, false, true, 19700101, 0 },
		{ 44620, false, true, 20220228, 0 },
		{ 44620.999999999, false, true, 20220301, 0 }, /* rounded into the next day */
		{ 59.9999999999, false, false, 0, 0 },
		{ 2958465, false, true, 99991231, 0 },
		{ 2958465.9999999999, false, false, 0, 0 },
		{ 2958466, false, false, 0, 0 },
		{ -1, false, false, 0, 0 },
		{ 0.25, false, true, 0, 21600000 },
		{ 0, true, true, 19040101, 0 },
		{ 60, true, true, 19040301, 0 },
		{ 2957003, true, true, 99991231, 0 },
		{ 2957004, true, false, 0, 0 },
		{ 44625 + 1 / 86400.0 / 1000, false, true, 20220305, 1 },
		{ __builtin_nan(""), false, false, 0, 0 },
		{ __builtin_inf(), false, false, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		date_ymd date = { 0 };
		int32_t day_ms = 0;
		bool is_date = sheet_serial_date(cases[i].serial, cases[i].is_1904, &date, &day_ms);

		assert_int_equal(is_date, cases[i].is_date);
		assert_int_equal(date.ymd, cases[i].ymd);
		assert_int_equal(day_ms, cases[i].day_ms);
	}
}

static void
formats(void **state)
{
	static const char *const dates[] = {
		"yyyy-mm-dd",
		"m/d/yy h:mm",
		"[$-804]yyyy\"年\"m\"月\"d\"日\";@",
		"[h]:mm:ss",
		"[mm]:ss",
		"h:mm AM/PM",
		"[Red]yyyy",
		"d",
		"yyyy年m月d日",
		"e\"年\"",
		"上午/下午h\"时\"",
		"[DBNum1]m月",
	};
	static const char *const numbers[] = {
		"General",
		"GENERAL",
		"0.00E+00",
		"0.00e-00",
		"#,##0_);[Red](#,##0)",
		"@",
		"\"day\"0",
		"0\\d",
		"[Blue]0",
		"[$¥-804]#,##0.00",
		"G/通用格式",
		"",
		"0;yyyy",
		"0_d",
		"*y0",
		"[>=1000]0",
		"\"y",
		"[$-",
		"\\",
		"0栋",
	};

	(void)state;
	for (size_t i = 0; i < LEN(dates); i++)
		if (!format_is_date(dates[i]))
			fail_msg("%s is a date", dates[i]);
	for (size_t i = 0; i < LEN(numbers); i++)
		if (format_is_date(numbers[i]))
			fail_msg("%s is no date", numbers[i]);
}

static void
letters_and_numbers(void **state)
{
	static const char *const numbers[] = { "0", "-1", "+1.5", "1.", ".5", "1E5", "1.5e-3",
		"007" };
	static const char *const others[] = { "", "-", ".", "1E", "1E+", "0x1A", "inf", "nan",
		"1,5", "1 2", "1.5.2", "--1", "1e400", "E5" };
	char text[SHEET_COLUMN_LETTERS_BYTES];
	double number;

	(void)state;
	sheet_column_letters(0, text);
	assert_string_equal(text, "A");
	sheet_column_letters(25, text);
	assert_string_equal(text, "Z");
	sheet_column_letters(27, text);
	assert_string_equal(text, "AB");
	sheet_column_letters(16383, text);
	assert_string_equal(text, "XFD");
	sheet_column_letters(UINT32_MAX, text);
	assert_string_equal(text, "MWLQKWV");
	for (size_t i = 0; i < LEN(numbers); i++)
		assert_true(number_parse(str_of(numbers[i]), &number));
	for (size_t i = 0; i < LEN(others); i++)
		assert_false(number_parse(str_of(others[i]), &number));
	assert_false(number_parse(S("1\0002"), &number));
}

#define MERGED(rows, merges)                                                                       \
	"<x:worksheet xmlns:x=\"m\"><x:sheetData>" rows "</x:sheetData><x:mergeCells>" merges      \
	"</x:mergeCells></x:worksheet>"

static void
merged_cells(void **state)
{
	/* 户 over two rows, a title over three columns, a block of two by two. */
	struct workbook w = workbook_of(
	    MERGED("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>名单</t></is></c><c "
		   "r=\"B1\"><v>9</v></c></row>"
		   "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>1502</t></is></c><c "
		   "r=\"B2\"><v>1</v></c></row>"
		   "<row r=\"3\"><c r=\"A3\" s=\"1\"/><c r=\"B3\"><v>2</v></c></row>"
		   "<row r=\"4\"><c r=\"B4\"><v>3</v></c></row>"
		   "<row r=\"5\"><c r=\"C5\"><v>4</v></c></row>"
		   "<row r=\"6\"><c r=\"A6\"><v>5</v></c><c r=\"C6\"><v>6</v></c><c "
		   "r=\"D6\"><v>7</v></c><c r=\"E6\"><v>8</v></c></row>"
		   "<row r=\"7\"><c r=\"C7\"><v>9</v></c></row>"
		   "<row r=\"8\"><c r=\"A8\"><v>1</v></c></row>",
		"<x:mergeCell ref=\"C5:D7\"/><x:mergeCell ref=\"A2:A4\"/><x:mergeCell "
		"ref=\"A1:C1\"/>"
		"<x:mergeCell ref=\"D6:E7\"/><x:mergeCell ref=\"B9\"/><x:mergeCell "
		"ref=\"\"/><x:mergeCell/>"
		"<x:mergeCell ref=\"A0:B2\"/><x:mergeCell ref=\"Z9:A1\"/><x:mergeCell "
		"ref=\"AAAAA1:B2\"/>"),
	    NULL, NULL);

	(void)state;
	assert_parts(w, NULL,
	    "一栋 1: A'名单'\n"
	    "一栋 2: A'1502' B#1\n"
	    "一栋 3: A^2'1502' B#2\n"
	    "一栋 4: A^2'1502' B#3\n"
	    "一栋 5: C#4\n"
	    "一栋 6: A#5 C^5#4 E#8\n"
	    /* row 7 shows nothing of its own */
	    "一栋 8: A#1\n");
	w.parts[3].bytes =
	    S("<worksheet><sheetData><row r=\"1\"><c><v>1</v></c></row></sheetData>"
	      "<!-- </sheetData> --><mergeCells><mergeCell ref=\"A1:B1\"/></mergeCells><broken");
	assert_parts(w, NULL, "一栋 1: A#1\n");
}

static void
merge_of_a_row_read(bool is_ahead)
{
	struct workbook w = workbook_of(
	    MERGED("<row r=\"2\"><c r=\"B2\"><v>1</v></c></row>", "<x:mergeCell ref=\"B2:C4\"/>"),
	    NULL, NULL);
	struct sheet *sheet;
	struct sheet_row row;
	struct sheet_fault fault;
	struct sheet_merge merge;

	assert_int_equal(sheet_open_parts(w.parts, w.count, NULL, &sheet, &fault), 0);
	if (is_ahead)
		sheet_read_ahead(sheet);
	assert_false(sheet_is_1904(sheet));
	assert_int_equal(sheet_next(sheet, &row, &fault), 1);
	assert_false(sheet_merge_of(sheet, 0, &merge));
	assert_false(sheet_merge_of(sheet, 3, &merge));
	assert_true(sheet_merge_of(sheet, 2, &merge));
	assert_int_equal(merge.row_first, 2);
	assert_int_equal(merge.row_last, 4);
	assert_int_equal(merge.column_first, 1);
	assert_int_equal(merge.column_last, 2);
	assert_int_equal(sheet_row_cell(&row, 1)->kind, SHEET_NUMBER);
	assert_int_equal(sheet_row_cell(&row, 0)->kind, SHEET_EMPTY);
	assert_int_equal(sheet_row_cell(&row, 2)->text.n, 0);
	assert_int_equal(sheet_next(sheet, &row, &fault), 0);
	assert_int_equal(sheet_next(sheet, &row, &fault), 0);
	sheet_close(sheet);
}

static void
merge_of_a_row(void **state)
{
	(void)state;
	merge_of_a_row_read(false);
	merge_of_a_row_read(true);
}

static void
sheets_in_order(void **state)
{
	struct sheet_part parts[] = {
		{ "_rels/.rels",
		    S("<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" "
		      "Target=\"/XL/book.xml\"/></Relationships>") },
		{ "xl/book.xml",
		    S("<workbook><sheets><sheet name=\"二栋\" r:id=\"b\"/><sheet name=\"图\" "
		      "r:id=\"c\"/><sheet name=\"旧\" state=\"veryHidden\" r:id=\"d\"/>"
		      "<sheet name=\"空\" r:id=\"e\"/><sheet name=\"三栋\" r:id=\"f\"/>"
		      "</sheets></workbook>") },
		{ "xl/_rels/book.xml.rels",
		    S("<Relationships>"
		      "<Relationship Id=\"b\" Type=\"t/worksheet\" Target=\"w\\2.xml\"/>"
		      "<Relationship Id=\"c\" Type=\"t/chartsheet\" Target=\"w/c.xml\"/>"
		      "<Relationship Id=\"d\" Type=\"t/worksheet\" "
		      "Target=\"./w/../../xl/w/1.xml\"/>"
		      "<Relationship Id=\"e\" Type=\"t/worksheet\" Target=\"w/3.xml\"/>"
		      "<Relationship Id=\"f\" Type=\"t/worksheet\" Target=\"/xl/w/1.xml\"/>"
		      "<Relationship Id=\"f\" Type=\"t/worksheet\" TargetMode=\"External\" "
		      "Target=\"http://x/\"/>"
		      "</Relationships>") },
		{ "xl/w/1.xml", S(SHEET("<row r=\"1\"><c><v>1</v></c></row>")) },
		{ "xl/w/2.xml", S(SHEET("<row r=\"1\"><c><v>2</v></c></row>")) },
		{ "xl/w/3.xml", S("<worksheet><sheetData/></worksheet>") },
	};
	struct workbook w = { .count = LEN(parts) };
	struct sheet_limits limits = sheet_limits_usual;

	(void)state;
	memcpy(w.parts, parts, sizeof(parts));
	assert_parts(w, NULL, "二栋 1: A#2\n旧(hidden) 1: A#1\n三栋 1: A#1\n");
	limits.sheets_max = 4; /* the chart counts */
	assert_parts(w, &limits, "sheet_sheets_max\n");
	w.count--;
	assert_parts(w, NULL, "二栋 1: A#2\n旧(hidden) 1: A#1\nsheet_part_missing\n");
}

#define ROW1 "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"

static void
files_that_lie(void **state)
{
	struct workbook w;

	(void)state;
	assert_sheet(ROW1 "<row r=\"1\"><c><v>2</v></c></row>", NULL, NULL,
	    "一栋 1: A#1\nsheet_rows_disordered 1\n");
	assert_sheet("<row r=\"1\"><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row>", NULL,
	    NULL, "sheet_rows_disordered 1\n");
	assert_sheet(
	    ROW1 "<row r=\"2\"><c></row>", NULL, NULL, "一栋 1: A#1\nsheet_xml_broken 2 A\n");
	assert_sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c><row r=\"4\"><c r=\"A4\"/></row></row>",
	    NULL, NULL, "sheet_xml_broken 1\n");
	assert_sheet(
	    "<row r=\"1\"><c><c><v>1</v></c></c></row>", NULL, NULL, "sheet_xml_broken 1 A\n");
	assert_sheet("<c><v>1</v></c>", NULL, NULL, "sheet_xml_broken\n");
	w = workbook_of(
	    "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" SHEET(ROW1), NULL, NULL);
	assert_parts(w, NULL, "sheet_xml_doctype\n");
	w = workbook_of(SHEET(ROW1), "<!DOCTYPE sst>" STRINGS(""), NULL);
	assert_parts(w, NULL, "sheet_xml_doctype\n");
	w = workbook_of(SHEET(ROW1), "<sst><si><t>&e;</t></si></sst>", NULL);
	assert_parts(w, NULL, "sheet_xml_broken\n");
	w = workbook_of(SHEET(ROW1), NULL, NULL);
	w.parts[1].bytes = S("<document/>");
	assert_parts(w, NULL, "sheet_is_not_table\n");
	w.parts[1].bytes = S("<workbook><sheets/></workbook>");
	assert_parts(w, NULL, "sheet_part_missing\n");
	w.parts[1].bytes = S("<workbook><sheet name=\"x\" r:id=\"nowhere\"/></workbook>");
	assert_parts(w, NULL, "sheet_part_missing\n");
	w.parts[0].bytes = S("<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" "
			     "Target=\"xl/workbook.bin\"/></Relationships>");
	assert_parts(w, NULL, "sheet_is_xlsb\n");
	w.parts[0] = (struct sheet_part){ "content.xml", S("<o/>") };
	w.parts[1].name = "x";
	assert_parts(w, NULL, "sheet_is_ods\n");
	w.parts[0].name = "readme.txt";
	assert_parts(w, NULL, "sheet_is_not_table\n");
}

static struct buffer
repeated(const char *head, const char *piece, size_t count, const char *tail)
{
	struct buffer b = { 0 };

	buffer_add(&b, str_of(head));
	for (size_t i = 0; i < count; i++)
		buffer_add(&b, str_of(piece));
	buffer_add(&b, str_of(tail));
	buffer_char(&b, '\0');
	return b;
}

#define assert_limit(member, value, rows, strings, styles, expected)                               \
	do {                                                                                       \
		struct sheet_limits limits_ = sheet_limits_usual;                                  \
		struct workbook w_ = workbook_of(rows, strings, styles);                           \
		limits_.member = (value);                                                          \
		assert_parts(w_, &limits_, expected);                                              \
	} while (0)

static void
limits_of_rows(void **state)
{
	static const char two[] =
	    SHEET(ROW1 "<row r=\"2\"><c r=\"B2\" t=\"inlineStr\"><is><t>abcd</t>"
		       "</is></c><c r=\"C2\" t=\"inlineStr\"><is><t>ef</t></is></c></row>");

	(void)state;
	assert_limit(rows_max, 1, two, NULL, NULL, "一栋 1: A#1\nsheet_rows_max 2\n");
	assert_limit(rows_max, 2, two, NULL, NULL, "一栋 1: A#1\n一栋 2: B'abcd' C'ef'\n");
	assert_limit(columns_max, 2, two, NULL, NULL, "一栋 1: A#1\nsheet_columns_max 2\n");
	assert_limit(cell_bytes_max, 3, two, NULL, NULL, "一栋 1: A#1\nsheet_cell_bytes_max 2 B\n");
	assert_limit(row_bytes_max, 5, two, NULL, NULL, "一栋 1: A#1\nsheet_row_bytes_max 2 C\n");
	assert_sheet("<row r=\"1048576\"><c><v>1</v></c></row><row><c><v>1</v></c></row>", NULL,
	    NULL, "一栋 1048576: A#1\nsheet_rows_max 1048576\n");
	assert_sheet("<row r=\"99999999999999999999999\"/>", NULL, NULL, "sheet_rows_max\n");
	assert_sheet("<row r=\"1\"><c r=\"XFE1\"/></row>", NULL, NULL, "sheet_columns_max 1\n");
}

static void
limits_of_strings_and_styles(void **state)
{
	static const char three[] =
	    STRINGS("<si><t>abc</t></si><si><r><t>de</t></r><r><t>f</t></r></si>");
	static const char styles[] = STYLES("", "<xf numFmtId=\"0\"/><xf numFmtId=\"0\"/>");
	static const char sheet[] = SHEET(ROW1);

	(void)state;
	assert_limit(strings_max, 1, sheet, three, NULL, "sheet_strings_max\n");
	assert_limit(strings_max, 2, sheet, three, NULL, "一栋 1: A#1\n");
	assert_limit(strings_bytes_max, 5, sheet, three, NULL, "sheet_strings_bytes_max\n");
	assert_limit(cell_bytes_max, 2, sheet, three, NULL, "sheet_cell_bytes_max\n");
	assert_limit(styles_max, 1, sheet, NULL, styles, "sheet_styles_max\n");
	assert_limit(sheets_max, 0, sheet, NULL, NULL, "sheet_sheets_max\n");
	assert_limit(parts_max, 2, sheet, NULL, NULL, "sheet_parts_max\n");
	assert_limit(part_bytes_max, strlen(book_rels_usual), sheet, three, NULL, "一栋 1: A#1\n");
	assert_limit(part_bytes_max, strlen(book_rels_usual) - 1, sheet, NULL, NULL,
	    "sheet_part_bytes_max\n");
	assert_limit(total_bytes_max, 900, sheet, three, NULL, "sheet_total_bytes_max\n");
}

static void
limits_of_merges(void **state)
{
	static const char merges[] = MERGED("<row><c><v>1</v></c></row>",
	    "<x:mergeCell ref=\"A1:A2\"/><x:mergeCell ref=\"B1:B2\"/><x:mergeCell ref=\"A3:A4\"/>");

	(void)state;
	assert_limit(merges_max, 2, merges, NULL, NULL, "sheet_merges_max\n");
	assert_limit(merges_max, 3, merges, NULL, NULL, "一栋 1: A#1\n");
	assert_limit(merges_abreast_max, 1, merges, NULL, NULL, "sheet_merges_abreast_max 1\n");
	assert_limit(merges_abreast_max, 2, merges, NULL, NULL, "一栋 1: A#1\n");
}

static void
limits_of_xml(void **state)
{
	struct buffer b = repeated("<worksheet>", "<a>", 63, "");
	struct workbook w;

	(void)state;
	w = workbook_of(b.p, NULL, NULL);
	assert_parts(w, NULL, "sheet_xml_broken\n");
	buffer_done(&b);
	b = repeated("<worksheet>", "<a>", 64, "");
	w = workbook_of(b.p, NULL, NULL);
	assert_parts(w, NULL, "sheet_xml_depth_max\n");
	buffer_done(&b);

	buffer_add(&b, S("<worksheet><sheetData>"));
	for (int i = 0; i < 300; i++)
		buffer_printf(&b, "<row n%d=\"\"/>", i);
	buffer_char(&b, '\0');
	w = workbook_of(b.p, NULL, NULL);
	assert_parts(w, NULL, "sheet_xml_names_max 253\n");
	buffer_done(&b);

	b = repeated("<worksheet><sheetData><row r=\"1\" x=\"", "xxxxxxxx", KIB(64),
	    "\"/></sheetData></worksheet>");
	w = workbook_of(b.p, NULL, NULL);
	assert_parts(w, NULL, "sheet_xml_token_bytes_max\n");
	buffer_done(&b);
}

/* ---- archives ---- */

static void
zip_write(const char *path, const struct workbook *w, int compression)
{
	zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);

	assert_non_null(zip);
	for (size_t i = 0; i < w->count; i++) {
		zip_source_t *source =
		    zip_source_buffer(zip, w->parts[i].bytes.p, w->parts[i].bytes.n, 0);
		zip_int64_t index = zip_file_add(zip, w->parts[i].name, source, 0);

		assert_true(index >= 0);
		assert_int_equal(
		    zip_set_file_compression(zip, (zip_uint64_t)index, compression, 0), 0);
	}
	assert_int_equal(zip_close(zip), 0);
}

static struct buffer
file_read(const char *path)
{
	struct buffer b = { 0 };
	FILE *file = fopen(path, "rb");
	size_t n;

	assert_non_null(file);
	while ((n = fread(buffer_reserve(&b, 65536), 1, 65536, file)) > 0)
		b.n += n;
	fclose(file);
	return b;
}

static void
archives(void **state)
{
	struct folder folder = folder_new();
	struct workbook w = workbook_of(SHEET(ROW1), NULL, NULL);
	struct buffer b;
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/list.csv", folder.path); /* the name says nothing */
	zip_write(path, &w, ZIP_CM_DEFLATE);
	assert_file(path, NULL, "一栋 1: A#1\n");
	zip_write(path, &w, ZIP_CM_STORE);
	assert_file(path, NULL, "一栋 1: A#1\n");
	b = file_read(path);
	assert_bytes(buffer_str(&b), NULL, "一栋 1: A#1\n");

	/* Cut anywhere, it is broken, or shorter than a zip's own head. */
	for (size_t n = 4; n < b.n; n++) {
		struct sheet *sheet;
		struct sheet_fault fault;

		assert_int_equal(
		    sheet_open_memory((struct str){ b.p, n }, NULL, &sheet, &fault), -EBADMSG);
		assert_int_equal(fault.code, SHEET_CODE_sheet_zip_broken);
	}
	/* One value changed: the checksum tells, before a row is given. */
	memcpy(memmem(b.p, b.n, "<v>1</v>", 8), "<v>7</v>", 8);
	assert_bytes(buffer_str(&b), NULL, "sheet_zip_broken\n");
	buffer_done(&b);

	zip_write(path, &w, ZIP_CM_BZIP2);
	assert_file(path, NULL, "sheet_zip_broken\n");
	folder_remove(&folder);
}

static void
archives_of_many_parts(void **state)
{
	struct folder folder = folder_new();
	struct workbook w = workbook_of(SHEET(ROW1), NULL, NULL);
	struct sheet_limits limits = sheet_limits_usual;
	struct buffer b;
	char path[128], *end;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/x", folder.path);
	zip_write(path, &w, ZIP_CM_DEFLATE);
	limits.parts_max = 3;
	assert_file(path, &limits, "sheet_parts_max\n");
	/* An end record that tells of a directory of a gigabyte. */
	b = file_read(path);
	end = memmem(b.p, b.n, "PK\5\6", 4);
	memcpy(end + 12, "\0\0\0\x40", 4);
	assert_bytes(buffer_str(&b), NULL, "sheet_parts_max\n");
	buffer_done(&b);
	/* The same by a 64-bit record, which begins the file. */
	buffer_add(&b, (struct str){ "PK\3\4\0\0\0\0", 8 });
	buffer_add(&b, S("PK\6\6"
			 "\0\0\0\0\0\0\0\0"
			 "\0\0\0\0"
			 "\0\0\0\0\0\0\0\0"
			 "\0\0\0\0\0\0\0\1"
			 "\0\0\0\0\0\0\0\1"
			 "\0\0\0\0\0\0\0\0"
			 "\0\0\0\0\0\0\0\0"));
	buffer_add(&b, S("PK\6\7"
			 "\0\0\0\0"
			 "\10\0\0\0\0\0\0\0"
			 "\1\0\0\0"));
	buffer_add(&b, S("PK\5\6"
			 "\0\0\0\0\0\0\0\0"
			 "\0\0\0\0"
			 "\0\0\0\0"
			 "\0\0"));
	assert_bytes(buffer_str(&b), NULL, "sheet_parts_max\n");
	buffer_done(&b);
	folder_remove(&folder);
}

static void
archive_with_a_password(void **state)
{
	struct folder folder = folder_new();
	struct workbook w = workbook_of(SHEET(ROW1), NULL, NULL);
	char path[128];
	zip_t *zip;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/x", folder.path);
	zip_write(path, &w, ZIP_CM_DEFLATE);
	zip = zip_open(path, 0, NULL);
	assert_non_null(zip);
	for (zip_uint64_t i = 0; i < w.count; i++)
		assert_int_equal(zip_file_set_encryption(zip, i, ZIP_EM_AES_256, "secret"), 0);
	assert_int_equal(zip_close(zip), 0);
	assert_file(path, NULL, "sheet_is_encrypted\n");
	folder_remove(&folder);
}

static void
zip_bombs(void **state)
{
	struct folder folder = folder_new();
	struct buffer b = repeated("<worksheet><sheetData><row>", "                ", MIB(4), "");
	struct workbook w = workbook_of(b.p, NULL, NULL);
	char path[128];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/x", folder.path);
	zip_write(path, &w, ZIP_CM_DEFLATE);
	assert_file(path, NULL, "sheet_ratio_max\n");
	buffer_done(&b);
	folder_remove(&folder);
}

static void
other_files(void **state)
{
	struct folder folder = folder_new();
	struct buffer b = { 0 };
	char path[128];

	(void)state;
	assert_file("/nonexistent/x.xlsx", NULL, "sheet_unreadable\n");
	assert_file("/tmp", NULL, "sheet_unreadable\n");
	assert_file("/dev/zero", NULL, "sheet_unreadable\n");
	(void)snprintf(path, sizeof(path), "%s/pipe", folder.path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_file(path, NULL, "sheet_unreadable\n");
	folder_remove(&folder);

	assert_bytes(S("%PDF-1.7\n"), NULL, "sheet_is_not_table\n");
	assert_bytes(S("\x89PNG\r\n\x1a\n"), NULL, "sheet_is_not_table\n");
	assert_bytes(S("\xff\xd8\xff\xe0"), NULL, "sheet_is_not_table\n");
	assert_bytes(S("\x1f\x8b\x08"), NULL, "sheet_is_not_table\n");
	buffer_add(&b, (struct str){ "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8 });
	assert_bytes(buffer_str(&b), NULL, "sheet_is_xls\n");
	memset(buffer_reserve(&b, 65520), 0, 65520);
	b.n += 65520; /* the name lies across a border of what is read at a time */
	buffer_add(&b, S("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0\0\0"));
	assert_bytes(buffer_str(&b), NULL, "sheet_is_encrypted\n");
	buffer_done(&b);
}

/* Row after row of nothing but formats: read to the end, and quickly. */
static void
a_million_empty_rows(void **state)
{
	struct buffer b = { 0 };
	struct folder folder = folder_new();
	struct workbook w;
	char path[128];

	(void)state;
	buffer_add(&b, S("<worksheet><sheetData>" ROW1));
	for (int i = 2; i < 1000000; i++)
		buffer_printf(&b,
		    "<row r=\"%d\" s=\"1\" customFormat=\"1\"><c r=\"A%d\" s=\"1\"/></row>", i, i);
	buffer_add(&b,
	    S("<row r=\"1000000\"><c r=\"B1000000\"><v>2</v></c></row></sheetData></worksheet>"));
	buffer_char(&b, '\0');
	w = workbook_of(b.p, NULL, NULL);
	(void)snprintf(path, sizeof(path), "%s/x", folder.path);
	zip_write(path, &w, ZIP_CM_DEFLATE);
	assert_file(path, NULL, "一栋 1: A#1\n一栋 1000000: B#2\n");
	buffer_done(&b);
	folder_remove(&folder);
}

static void
utf16_parts(void **state)
{
	static const char text[] =
	    "<?xml version=\"1.0\" encoding=\"UTF-16\"?><worksheet><sheetData><row><c><v>1</v>"
	    "</c></row><row><c r=\"B2\"><v>2</v></c></row></sheetData><mergeCells><mergeCell "
	    "ref=\"A1:A2\"/>"
	    "</mergeCells></worksheet>";
	struct workbook w = workbook_of("", NULL, NULL);
	struct buffer b = { 0 };

	(void)state;
	buffer_add(&b, S("\xff\xfe"));
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		buffer_char(&b, text[i]);
		buffer_char(&b, '\0');
	}
	w.parts[3].bytes = buffer_str(&b);
	assert_parts(w, NULL, "一栋 1: A#1\n一栋 2: A^1#1 B#2\n");
	buffer_done(&b);
}

static void
faults_in_words(void **state)
{
	struct sheet_fault fault = {
		.code = SHEET_CODE_sheet_rows_max,
		.limit = 2000000,
		.row = 7,
		.column = 27,
		.sheet = "一栋",
	};
	struct buffer b = { 0 };

	(void)state;
	sheet_fault_print(&fault, SHEET_CHINESE, &b);
	buffer_char(&b, '|');
	sheet_fault_print(&fault, SHEET_ENGLISH, &b);
	buffer_char(&b, '|');
	fault = (struct sheet_fault){
		.code = SHEET_CODE_sheet_unreadable, .error = ENOENT, .column = -1
	};
	sheet_fault_print(&fault, SHEET_ENGLISH, &b);
	buffer_char(&b, '\0');
	assert_string_equal(b.p,
	    "行数太多（上限 2000000），工作表“一栋”，第 7 行，AB 列。|"
	    "Too many rows (the limit is 2000000), sheet \"一栋\", row 7, column AB.|"
	    "The file cannot be opened or read (No such file or directory).");
	buffer_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_of_cells),
		cmocka_unit_test(texts_of_strings),
		cmocka_unit_test(dates_by_their_format),
		cmocka_unit_test(days_of_1904),
		cmocka_unit_test(serials),
		cmocka_unit_test(formats),
		cmocka_unit_test(letters_and_numbers),
		cmocka_unit_test(merged_cells),
		cmocka_unit_test(merge_of_a_row),
		cmocka_unit_test(sheets_in_order),
		cmocka_unit_test(files_that_lie),
		cmocka_unit_test(limits_of_rows),
		cmocka_unit_test(limits_of_strings_and_styles),
		cmocka_unit_test(limits_of_merges),
		cmocka_unit_test(limits_of_xml),
		cmocka_unit_test(archives),
		cmocka_unit_test(archives_of_many_parts),
		cmocka_unit_test(archive_with_a_password),
		cmocka_unit_test(zip_bombs),
		cmocka_unit_test(other_files),
		cmocka_unit_test(a_million_empty_rows),
		cmocka_unit_test(utf16_parts),
		cmocka_unit_test(faults_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
