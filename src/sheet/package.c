/*
 * package.c -- the parts of an .xlsx, unpacked piece by piece and counted against the limits.
 *
 * The directory's size is looked at before libzip sees the file, because libzip reads all of it
 * into memory. What the directory says of a part's size is not believed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <zip.h>
#include "base/arena.h"
#include "base/str.h"
#include "sheet/inside.h"

/* APPNOTE.TXT 4.3.14 to 4.3.16: the records at the archive's end, and where their fields lie. */
#define END_BYTES        22
#define END_ENTRIES      10 /* 2 bytes */
#define END_SIZE         12 /* 4 bytes */
#define LOCATOR_BYTES    20
#define LOCATOR_OFFSET   8  /* 8 bytes */
#define END64_BYTES      56
#define END64_ENTRIES    32 /* 8 bytes */
#define END64_SIZE       40 /* 8 bytes */
#define TAIL_BYTES       (LOCATOR_BYTES + END_BYTES + 65535) /* libzip looks no farther */
#define ENTRY_BYTES_MEAN 512 /* a generous directory entry */

static uint64_t
little_endian(const char *p, size_t bytes)
{
	uint64_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | (unsigned char)p[bytes];
	return value;
}

static bool
is_directory_small(const struct sheet_limits *limits, uint64_t entries, uint64_t bytes)
{
	return entries <= limits->parts_max && bytes <= limits->parts_max * ENTRY_BYTES_MEAN;
}

/* The 64-bit record that a locator before the end record points to, if there is one. */
static int
end64_check(const struct source *source, const struct sheet_limits *limits, const char *locator,
    struct sheet_fault *ret_fault)
{
	char    end64[END64_BYTES];
	ssize_t n;

	if (memcmp(locator, "PK\6\7", 4) != 0)
		return 0;
	n = source_read(source, little_endian(locator + LOCATOR_OFFSET, 8), end64, sizeof(end64),
	    ret_fault);
	if (n < 0)
		return (int)n;
	if (n < END64_BYTES)
		return fault_set(ret_fault, SHEET_CODE_sheet_zip_broken);
	if (!is_directory_small(limits, little_endian(end64 + END64_ENTRIES, 8),
	    little_endian(end64 + END64_SIZE, 8)))
		return fault_limit(ret_fault, SHEET_CODE_sheet_parts_max, limits->parts_max);
	return 0;
}

/* Every end record that libzip might choose must tell of a small directory. */
static int
directory_check(const struct source *source, const struct sheet_limits *limits,
    struct sheet_fault *ret_fault)
{
	uint64_t from = source->bytes > TAIL_BYTES ? source->bytes - TAIL_BYTES : 0;
	char    *tail = memory_new(TAIL_BYTES), *p = tail;
	ssize_t  n = source_read(source, from, tail, TAIL_BYTES, ret_fault);
	char    *end = tail + (n > 0 ? n : 0);
	int      result = n < 0 ? (int)n : 0;

	for (; result == 0 && end - p >= END_BYTES; p++) {
		p = memmem(p, (size_t)(end - p), "PK\5\6", 4);
		if (p == NULL || end - p < END_BYTES)
			break;
		if (p - tail >= LOCATOR_BYTES)
			result = end64_check(source, limits, p - LOCATOR_BYTES, ret_fault);
		if (result == 0 && !is_directory_small(limits, little_endian(p + END_ENTRIES, 2),
		    little_endian(p + END_SIZE, 4) & 0xffffffff))
			result = fault_limit(ret_fault, SHEET_CODE_sheet_parts_max,
			    limits->parts_max);
	}
	free(tail);
	return result;
}

static int
fault_zip(struct sheet_fault *ret_fault, zip_error_t *error)
{
	int code = zip_error_code_zip(error);
	int system = zip_error_system_type(error) == ZIP_ET_SYS ? zip_error_code_system(error) : 0;

	if (code == ZIP_ER_NOPASSWD || code == ZIP_ER_WRONGPASSWD)
		return fault_set(ret_fault, SHEET_CODE_sheet_is_encrypted);
	if (system != 0 && (code == ZIP_ER_READ || code == ZIP_ER_SEEK || code == ZIP_ER_OPEN))
		return fault_errno(ret_fault, system);
	return fault_set(ret_fault, SHEET_CODE_sheet_zip_broken);
}

/* libzip closes the stream; the descriptor of ours stays. */
static zip_source_t *
zip_source_of(const struct source *source, zip_error_t *error)
{
	zip_source_t *zip_source;
	FILE         *file;
	int           fd;

	if (source->fd < 0)
		return zip_source_buffer_create(source->memory, source->bytes, 0, error);
	fd = dup(source->fd);
	file = fd < 0 ? NULL : fdopen(fd, "rb");
	if (file == NULL) {
		zip_error_set(error, ZIP_ER_OPEN, errno);
		if (fd >= 0)
			(void)close(fd);
		return NULL;
	}
	zip_source = zip_source_filep_create(file, 0, -1, error);
	if (zip_source == NULL)
		(void)fclose(file);
	return zip_source;
}

int
package_open(struct package *package, const struct source *source, struct sheet_fault *ret_fault)
{
	zip_source_t *zip_source;
	zip_error_t   error;
	int           result;

	result = directory_check(source, package->limits, ret_fault);
	if (result != 0)
		return result;
	zip_error_init(&error);
	zip_source = zip_source_of(source, &error);
	if (zip_source != NULL)
		package->zip = zip_open_from_source(zip_source, ZIP_RDONLY, &error);
	if (package->zip == NULL) {
		result = fault_zip(ret_fault, &error);
		if (zip_source != NULL)
			zip_source_free(zip_source);
	}
	zip_error_fini(&error);
	return result;
}

void
package_close(struct package *package)
{
	if (package->zip != NULL)
		zip_discard(package->zip);
	package->zip = NULL;
}

static const struct sheet_part *
memory_part(const struct package *package, const char *name)
{
	for (size_t i = 0; i < package->part_count; i++)
		if (strcasecmp(package->parts[i].name, name) == 0)
			return &package->parts[i];
	return NULL;
}

bool
package_has(const struct package *package, const char *name)
{
	return package->zip == NULL ? memory_part(package, name) != NULL :
	                              zip_name_locate(package->zip, name, ZIP_FL_NOCASE) >= 0;
}

static int
zip_part_open(struct package *package, const char *name, struct part *ret_part,
    struct sheet_fault *ret_fault)
{
	zip_int64_t index = zip_name_locate(package->zip, name, ZIP_FL_NOCASE);
	zip_stat_t  stat;
	int         result;

	if (index < 0)
		return fault_set(ret_fault, SHEET_CODE_sheet_part_missing);
	if (zip_stat_index(package->zip, (zip_uint64_t)index, 0, &stat) != 0)
		return fault_set(ret_fault, SHEET_CODE_sheet_zip_broken);
	if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE)
		return fault_set(ret_fault, SHEET_CODE_sheet_is_encrypted);
	/* Nothing else is allowed in an .xlsx, and other methods pack bombs tighter. */
	if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
		return fault_set(ret_fault, SHEET_CODE_sheet_zip_broken);
	ret_part->bytes_packed = stat.comp_size;
	ret_part->file = zip_fopen_index(package->zip, (zip_uint64_t)index, 0);
	if (ret_part->file != NULL)
		return 0;
	result = fault_zip(ret_fault, zip_get_error(package->zip));
	return result;
}

int
part_open(struct package *package, const char *name, struct part *ret_part,
    struct sheet_fault *ret_fault)
{
	const struct sheet_part *memory;

	*ret_part = (struct part){ .package = package };
	if (package->zip != NULL)
		return zip_part_open(package, name, ret_part, ret_fault);
	memory = memory_part(package, name);
	if (memory == NULL)
		return fault_set(ret_fault, SHEET_CODE_sheet_part_missing);
	ret_part->rest = memory->bytes.n > 0 ? memory->bytes : S("");
	return 0;
}

static int
part_count(struct part *part, uint64_t bytes, struct sheet_fault *ret_fault)
{
	const struct sheet_limits *limits = part->package->limits;

	part->bytes_read += bytes;
	part->package->bytes_total += bytes;
	if (part->bytes_read > limits->part_bytes_max)
		return fault_limit(ret_fault, SHEET_CODE_sheet_part_bytes_max,
		    limits->part_bytes_max);
	if (part->package->bytes_total > limits->total_bytes_max)
		return fault_limit(ret_fault, SHEET_CODE_sheet_total_bytes_max,
		    limits->total_bytes_max);
	if (part->bytes_read > SHEET_RATIO_FREE_BYTES &&
	    part->bytes_read / limits->ratio_max > part->bytes_packed)
		return fault_limit(ret_fault, SHEET_CODE_sheet_ratio_max, limits->ratio_max);
	return 0;
}

ssize_t
part_read(struct part *part, char *ret_bytes, size_t count, struct sheet_fault *ret_fault)
{
	ssize_t n;
	int     result;

	if (part->package->zip == NULL) {
		struct str taken = str_slice(part->rest, 0, count);

		if (taken.n > 0)
			memcpy(ret_bytes, taken.p, taken.n);
		part->rest = str_slice(part->rest, taken.n, SIZE_MAX);
		n = (ssize_t)taken.n;
	} else {
		n = zip_fread(part->file, ret_bytes, count);
		if (n < 0)
			return fault_zip(ret_fault, zip_file_get_error(part->file));
	}
	result = part_count(part, (uint64_t)n, ret_fault);
	return result != 0 ? result : n;
}

void
part_close(struct part *part)
{
	if (part->file != NULL)
		(void)zip_fclose(part->file);
	*part = (struct part){ 0 };
}
