/* source.c -- the bytes of a file or of memory, and what kind of file their beginning shows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/str.h"
#include "sheet/inside.h"

ssize_t
source_read(const struct source *source, uint64_t offset, char *ret_bytes, size_t count,
    struct sheet_fault *ret_fault)
{
	size_t done = 0;

	if (offset >= source->bytes)
		return 0;
	if (count > source->bytes - offset)
		count = (size_t)(source->bytes - offset);
	if (source->fd < 0) {
		memcpy(ret_bytes, source->memory + offset, count);
		return (ssize_t)count;
	}
	while (done < count) {
		ssize_t n = pread(source->fd, ret_bytes + done, count - done,
		    (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_errno(ret_fault, errno);
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

/*
 * A workbook with a password is an OLE2 file whose directory names a stream "EncryptedPackage",
 * in UTF-16. An old .xls is OLE2 without it. [MS-OFFCRYPTO] 2.3.4.4
 */
static int
sniff_ole2(const struct source *source, struct sheet_fault *ret_fault)
{
	static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
	char             *chunk = memory_new(CHUNK_BYTES);
	uint64_t          offset = 0;
	ssize_t           n;
	int               result;

	do {
		n = source_read(source, offset, chunk, CHUNK_BYTES, ret_fault);
		if (n > 0 && memmem(chunk, (size_t)n, name, sizeof(name)) != NULL) {
			free(chunk);
			return fault_set(ret_fault, SHEET_CODE_sheet_is_encrypted);
		}
		offset += CHUNK_BYTES - sizeof(name);
	} while (n == CHUNK_BYTES);
	result = n < 0 ? (int)n : fault_set(ret_fault, SHEET_CODE_sheet_is_xls);
	free(chunk);
	return result;
}

int
source_sniff(const struct source *source, bool *ret_is_zip, struct sheet_fault *ret_fault)
{
	static const struct str others[] = {
		{ "%PDF", 4 }, { "\x89PNG", 4 }, { "\xff\xd8\xff", 3 }, { "GIF8", 4 },
		{ "Rar!", 4 }, { "7z\xbc\xaf", 4 }, { "\x1f\x8b", 2 }, { "\xfd" "7zXZ", 5 },
		{ "SQLite format 3", 15 },
	};
	char       head[16];
	ssize_t    n = source_read(source, 0, head, sizeof(head), ret_fault);
	struct str s = { head, n > 0 ? (size_t)n : 0 };

	if (n < 0)
		return (int)n;
	if (n == 0)
		return fault_set(ret_fault, SHEET_CODE_sheet_empty);
	if (str_starts(s, (struct str){ "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8 }))
		return sniff_ole2(source, ret_fault);
	for (size_t i = 0; i < LEN(others); i++)
		if (str_starts(s, others[i]))
			return fault_set(ret_fault, SHEET_CODE_sheet_is_not_table);
	*ret_is_zip = str_starts(s, S("PK\3\4")) || str_starts(s, S("PK\5\6")) ||
	    str_starts(s, S("PK\7\10"));
	return 0;
}
