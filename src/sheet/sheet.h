/*
 * sheet.h -- tables that offices send and ask for: .xlsx and .csv, read and written row by row.
 *
 * What a file is, its content decides and never its name. What cannot be read safely is refused
 * with one line; everything a file can grow has a limit in struct sheet_limits. Reading keeps one
 * row and the shared strings in memory, writing one row. Faults and their texts are fault.c's.
 */
#pragma once
#include "base/base.h"
#include "base/buffer.h"

/*
 * Why a file was refused: stable name, Chinese, English. The first ones are about the whole file,
 * those ending in _max name the limit (a member of struct sheet_limits) that was reached.
 */
#define SHEET_FAULTS(X)                                                                            \
	X(sheet_unreadable, "文件打不开或读不出", "The file cannot be opened or read")             \
	X(sheet_empty, "文件是空的", "The file is empty")                                          \
	X(sheet_is_xls, "这是旧版 .xls 或 .et 文件，请用 Excel 或 WPS 另存为 .xlsx 再导入",        \
	    "This is an old .xls or .et file; save it as .xlsx with Excel or WPS first")           \
	X(sheet_is_html, "这是改了名的网页，不是表格，请用 Excel 或 WPS 打开后另存为 .xlsx",       \
	    "This is a web page under a table's name; open it in Excel or WPS, save it as .xlsx")  \
	X(sheet_is_xml, "这是 XML 2003 格式的表格，请用 Excel 或 WPS 另存为 .xlsx",                \
	    "This is XML, perhaps of Excel 2003; save it as .xlsx with Excel or WPS first")        \
	X(sheet_is_xlsb, "这是二进制工作簿 .xlsb，请另存为 .xlsx",                                 \
	    "This is a binary workbook (.xlsb); save it as .xlsx first")                           \
	X(sheet_is_ods, "这是 OpenDocument 文件，请另存为 .xlsx",                                  \
	    "This is an OpenDocument file; save it as .xlsx first")                                \
	X(sheet_is_encrypted, "文件有密码保护，请去掉密码再导入",                                  \
	    "The file is protected by a password; remove it first")                                \
	X(sheet_is_not_table, "这不是表格：既不是 .xlsx，也不是文本",                              \
	    "This is not a table: neither .xlsx nor text")                                         \
	X(sheet_zip_broken, "文件已损坏或没有传完，请重新获取",                                    \
	    "The file is damaged or incomplete; get it again")                                     \
	X(sheet_part_missing, "文件缺少必要的部分，请用 Excel 或 WPS 重新保存",                    \
	    "A part that a workbook needs is missing; save it again with Excel or WPS")            \
	X(sheet_xml_broken, "文件内部格式有错，请用 Excel 或 WPS 重新保存",                        \
	    "The file is malformed inside; save it again with Excel or WPS")                       \
	X(sheet_xml_doctype, "文件声明了 DOCTYPE 或外部实体，为安全起见不读取",                    \
	    "The file declares a DOCTYPE or external entities, which is not safe to read")         \
	X(sheet_rows_disordered, "行号或列号没有按顺序排列",                                       \
	    "Rows or columns are not in ascending order")                                          \
	X(sheet_string_missing, "单元格引用的文字不存在",                                          \
	    "A cell refers to a text that is absent")                                              \
	X(sheet_text_undecodable, "文字既不是 UTF-8 也不是 GB18030 编码，或中间有损坏",            \
	    "The text is neither UTF-8 nor GB18030, or is damaged")                                \
	X(sheet_text_nul, "文本里有空字节，文件已损坏或不是文本",                                  \
	    "The text holds NUL bytes: damaged, or not a text")                                    \
	X(sheet_quote_unclosed, "引号没有配对", "A quotation mark is not closed")                  \
	X(sheet_file_bytes_max, "文件太大", "The file is too large")                               \
	X(sheet_parts_max, "压缩包里的文件太多", "Too many files in the archive")                  \
	X(sheet_part_bytes_max, "压缩包里有一个文件展开后太大",                                    \
	    "A part of the file unpacks to too much")                                              \
	X(sheet_total_bytes_max, "压缩包展开后太大", "The file unpacks to too much")               \
	X(sheet_ratio_max, "压缩率异常，疑似压缩炸弹", "Compressed beyond belief: a zip bomb?")    \
	X(sheet_xml_depth_max, "文件内部嵌套太深", "Nested too deeply inside")                     \
	X(sheet_xml_names_max, "文件内部名称太多", "Too many different names inside")              \
	X(sheet_xml_token_bytes_max, "文件内部有过长的标记", "A tag inside is too long")           \
	X(sheet_sheets_max, "工作表太多", "Too many sheets")                                       \
	X(sheet_styles_max, "单元格样式太多", "Too many cell styles")                              \
	X(sheet_strings_max, "不同的文字太多", "Too many different texts")                         \
	X(sheet_strings_bytes_max, "文字总量太大", "Too much text")                                \
	X(sheet_rows_max, "行数太多", "Too many rows")                                             \
	X(sheet_columns_max, "列数太多", "Too many columns")                                       \
	X(sheet_cell_bytes_max, "一个单元格里的文字太长", "Too much text in one cell")             \
	X(sheet_row_bytes_max, "一行里的文字太多", "Too much text in one row")                     \
	X(sheet_merges_max, "合并单元格太多", "Too many merged ranges")                            \
	X(sheet_merges_abreast_max, "同一行的合并单元格太多", "Too many merged ranges in one row")

/*
 * Limits and their usual values. Bytes are those after unpacking unless it is the file's. The
 * ratio of unpacked to packed counts beyond the first SHEET_RATIO_FREE_BYTES of a part, because a
 * sheet of empty formatted rows packs well and is honest. Sheets are unpacked twice, and count so.
 */
#define SHEET_LIMITS(X)                                                                            \
	X(file_bytes, MIB(512))                                                                    \
	X(parts, 4096)                                                                             \
	X(part_bytes, MIB(2048))                                                                   \
	X(total_bytes, MIB(6144))                                                                  \
	X(ratio, 400)                                                                              \
	X(xml_depth, 64)                                                                           \
	X(xml_names, 256)                                                                          \
	X(xml_token_bytes, KIB(256))                                                               \
	X(sheets, 1024)                                                                            \
	X(styles, 65536)                                                                           \
	X(strings, 10000000)                                                                       \
	X(strings_bytes, MIB(256))                                                                 \
	X(rows, 2000000)                                                                           \
	X(columns, 16384)                                                                          \
	X(cell_bytes, KIB(128))                                                                    \
	X(row_bytes, MIB(4))                                                                       \
	X(merges, 2000000)                                                                         \
	X(merges_abreast, 1024)

#define SHEET_RATIO_FREE_BYTES MIB(32)
#define SHEET_NAME_BYTES_MAX   128     /* of a sheet; Excel has 31 characters. The rest is cut */
#define SHEET_XLSX_ROWS_MAX    1048576 /* the format's own bounds, in and out */
#define SHEET_XLSX_COLUMNS_MAX 16384

enum sheet_code {
	SHEET_NO_FAULT,
#define X(name, zh, en) CAT(SHEET_CODE_, name),
	SHEET_FAULTS(X)
#undef X
	SHEET_CODE_COUNT,
};

struct sheet_limits {
#define X(name, usual) uint64_t name##_max;
	SHEET_LIMITS(X)
#undef X
};

extern const struct sheet_limits sheet_limits_usual;

enum sheet_language { SHEET_CHINESE, SHEET_ENGLISH };

struct sheet_fault {
	enum sheet_code code;
	int             error;  /* errno of sheet_unreadable, else 0 */
	uint64_t        limit;  /* the limit that was reached, else 0 */
	uint32_t        row;    /* 1-based; of text files the line; 0: not about a row */
	int32_t         column; /* 0-based; -1: not about a column */
	char            sheet[SHEET_NAME_BYTES_MAX]; /* "": not about a sheet */
};

/* "sheet_is_xls" and so on; never NULL. */
const char *sheet_fault_name(enum sheet_code code);

/* Appends one line without line end: what is wrong, the limit, and where. */
void sheet_fault_print(const struct sheet_fault *fault, enum sheet_language language,
    struct buffer *b);

enum sheet_kind {
	SHEET_EMPTY,
	SHEET_TEXT,
	SHEET_NUMBER, /* text holds it as the file does: "4.40304199003071E+17" is seen as such */
	SHEET_DATE,   /* a number whose format shows a date or a time */
	SHEET_BOOL,   /* "TRUE" or "FALSE", number 1 or 0 */
	SHEET_ERROR,  /* "#N/A" */
};

struct sheet_cell {
	uint32_t        column;          /* 0-based */
	uint32_t        merged_from_row; /* row of the anchor whose text shows here; 0: its own */
	enum sheet_kind kind;
	int32_t         day_ms;          /* of a date: time of the day on the wall, ms */
	date_ymd        date;            /* of a date; 0: only a time of the day */
	double          number;          /* of all but texts and errors */
	struct str      text;            /* valid UTF-8, of a number raw; until sheet_next */
};

struct sheet_row {
	struct str               sheet;       /* its name; of text files empty; until sheet_close */
	uint32_t                 sheet_index; /* 0-based, in workbook order */
	uint32_t                 number;      /* 1-based as shown; of text files the first line */
	bool                     is_sheet_hidden;
	bool                     is_hidden;
	size_t                   cell_count;
	const struct sheet_cell *cells;       /* without empty ones, by column; until sheet_next */
};

struct sheet_merge {
	uint32_t row_first, row_last;       /* 1-based */
	uint32_t column_first, column_last; /* 0-based */
};

struct sheet;

/*
 * Opens a table for reading. `limits` NULL: the usual ones. 0, or -errno with *ret_fault filled:
 * -EBADMSG when the content is refused, else what the system said (sheet_unreadable).
 */
int sheet_open(const char *path, const struct sheet_limits *limits, struct sheet **ret_sheet,
    struct sheet_fault *ret_fault);

/* The same from memory, which must stay until sheet_close. */
int sheet_open_memory(struct str bytes, const struct sheet_limits *limits,
    struct sheet **ret_sheet, struct sheet_fault *ret_fault);

/*
 * The next row that holds something, sheet after sheet. 1: a row; 0: the end; else -errno as for
 * sheet_open, with *ret_fault saying sheet, row and why, and the same again when asked again.
 * Rows of nothing but empty or merged-over cells are passed over. A cell under a vertical merge
 * shows the anchor's value and row; all other cells under a merge are empty, as on the screen.
 */
int sheet_next(struct sheet *sheet, struct sheet_row *ret_row, struct sheet_fault *ret_fault);

/*
 * From here on a thread reads some hundred rows ahead, for callers that do much with each; all else
 * is as before. Before the first sheet_next. Without a thread to be had nothing changes.
 */
void sheet_read_ahead(struct sheet *sheet);

/* NULL is accepted. */
void sheet_close(struct sheet *sheet);

/* The cell of a column, or an empty one. */
const struct sheet_cell *sheet_row_cell(const struct sheet_row *row, uint32_t column);

/* Which merged range covers this column in the row that sheet_next gave last? False: none. */
bool sheet_merge_of(const struct sheet *sheet, uint32_t column, struct sheet_merge *ret_merge);

/* Does the workbook count days from 1904? For sheet_serial_date of numbers not shown as dates. */
bool sheet_is_1904(const struct sheet *sheet);

/*
 * A spreadsheet's day number as a date and the time of the day, rounded to ms; a number below 1
 * (1900) is a time only, its date 0. False: negative, beyond the year 9999, or 60 in the 1900
 * system, which is the 29 February 1900 that never was.
 */
bool sheet_serial_date(double serial, bool is_1904, date_ymd *ret_date, int32_t *ret_day_ms);

#define SHEET_COLUMN_LETTERS_BYTES 8

/* 0 gives "A", 27 "AB". */
void sheet_column_letters(uint32_t column, char ret_letters[static SHEET_COLUMN_LETTERS_BYTES]);

/* ---- writing ---- */

#define SHEET_CELL_UNITS_MAX 32767 /* of UTF-16 in an .xlsx cell; longer texts end in "…" */
#define SHEET_TITLES_MAX     16
#define SHEET_WIDTH_MAX      60    /* of a column, in narrow characters */

enum sheet_format { SHEET_XLSX, SHEET_CSV };

enum sheet_value_kind {
	SHEET_VALUE_EMPTY,
	SHEET_VALUE_TEXT,
	SHEET_VALUE_INTEGER, /* beyond 15 digits it is written as text, because doubles end there */
	SHEET_VALUE_DATE,
	SHEET_VALUE_DATETIME,
};

struct sheet_value {
	enum sheet_value_kind kind;
	struct str            text;   /* of texts; identity and phone numbers are texts, too */
	int64_t               number; /* integer; ymd of a date; of a datetime local ms */
};

struct sheet_write_options {
	struct str        sheet_name;  /* empty: "Sheet1" */
	struct str        watermark;   /* first row, and header and footer of the print; or empty */
	const struct str *titles;      /* rows above the heading */
	size_t            title_count; /* at most SHEET_TITLES_MAX */
};

struct sheet_writer;

/*
 * Begins a table: the file appears at `path` (mode 0600, replacing another) when it is closed
 * without an error, and never half. CSV is UTF-8 with byte-order mark and CRLF; texts that a
 * spreadsheet would take for a formula get an apostrophe there. 0 or -errno; -EINVAL: a sheet name
 * that Excel refuses, or too many titles.
 */
int sheet_write_open(const char *path, enum sheet_format format,
    const struct sheet_write_options *options, struct sheet_writer **ret_writer);

/* The row of column names, frozen and repeated in print; once, before the rows. */
int sheet_write_heading(struct sheet_writer *writer, const struct str *names, size_t count);

/*
 * One row. -EFBIG: beyond the format's rows or columns, or more text than the usual row_bytes_max;
 * -EINVAL: a date that does not exist. What failed once fails sheet_write_close as well.
 */
int sheet_write_row(struct sheet_writer *writer, const struct sheet_value *values, size_t count);

/* Finishes the file and frees the writer, also when it fails: then there is no file. */
int sheet_write_close(struct sheet_writer *writer);

/* Frees the writer and leaves no file. NULL is accepted. */
void sheet_write_abandon(struct sheet_writer *writer);

/* The usual heading of the remarks' column. */
#define SHEET_REMARK_HEADING "处理结果 Remark"

struct sheet_remark {
	uint32_t   sheet_index;
	uint32_t   row;  /* 1-based */
	struct str text;
};

/*
 * Writes to `output` an .xlsx with the input's sheets, rows in their places (of a text file by
 * line), every cell as text, and one column more that holds the remarks. They come in the input's
 * order (sheet, row); several of a row are joined; on the heading's row SHEET_REMARK_HEADING is
 * one. Formats, merges and formulas do not survive. Errors as for sheet_open and sheet_write_*.
 */
int sheet_annotate(const char *input, const char *output, const struct sheet_limits *limits,
    const struct sheet_remark *remarks, size_t remark_count, struct sheet_fault *ret_fault);
