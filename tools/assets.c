/*
 * assets.c -- packs the folder of the web app into the program: assets FOLDER OUT.c OUT.bin
 *
 * OUT.bin has the bytes of all files, and of most a second time in gzip; OUT.c the table of
 * src/http/assets.h, sorted by address, which takes OUT.bin in. A folder that does not exist gives
 * an empty table. What a browser may keep for ever is told by its name: assets/NAME-HASH.EXT, with
 * a hash of eight characters, as vite calls what it builds.
 */
#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#define FILES_MAX      2000
#define FILE_BYTES_MAX (32 << 20)
#define PATH_BYTES     1024
#define HASH_LETTERS   8          /* of vite, in the name of a file */
#define DEPTH_MAX      16
#define ETAG_BYTES     16
#define GZIP_WINDOW    (15 + 16)  /* 32 KiB, and the head of a gzip file */
#define PACKED_PERCENT 95         /* of the file, at most: else it is not worth it */

struct kind { const char *ending, *type; bool is_packed; };

static const struct kind kinds[] = {
	{ "html", "text/html; charset=utf-8", true },
	{ "js", "text/javascript; charset=utf-8", true },
	{ "mjs", "text/javascript; charset=utf-8", true },
	{ "css", "text/css; charset=utf-8", true },
	{ "json", "application/json; charset=utf-8", true },
	{ "map", "application/json; charset=utf-8", true },
	{ "webmanifest", "application/manifest+json; charset=utf-8", true },
	{ "txt", "text/plain; charset=utf-8", true },
	{ "md", "text/plain; charset=utf-8", true },
	{ "svg", "image/svg+xml", true },
	{ "wasm", "application/wasm", true },
	{ "ico", "image/x-icon", true },
	{ "png", "image/png", false },
	{ "jpg", "image/jpeg", false },
	{ "jpeg", "image/jpeg", false },
	{ "gif", "image/gif", false },
	{ "webp", "image/webp", false },
	{ "avif", "image/avif", false },
	{ "woff", "font/woff", false },
	{ "woff2", "font/woff2", false },
	{ "ttf", "font/ttf", true },
	{ "mp3", "audio/mpeg", false },
	{ "ogg", "audio/ogg", false },
	{ "wav", "audio/wav", true },
	{ "mp4", "video/mp4", false },
	{ "webm", "video/webm", false },
	{ NULL, NULL, false },
};

struct list { char *paths[FILES_MAX]; int count; }; /* below the folder, "/index.html" */

static int
fail(const char *path, const char *why)
{
	(void)fprintf(stderr, "assets: %s: %s\n", path, why);
	return -1;
}

static const struct kind *
kind_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	for (const struct kind *k = kinds; dot != NULL && k->ending != NULL; k++)
		if (strcmp(dot + 1, k->ending) == 0)
			return k;
	return NULL;
}

/* "/assets/index-Bx12_d3Q.js": its content never changes under this name. */
static bool
is_immutable(const char *path)
{
	const char *dot = strrchr(path, '.');

	return strncmp(path, "/assets/", 8) == 0 && dot != NULL &&
	    dot - path > 8 + HASH_LETTERS && dot[-HASH_LETTERS - 1] == '-';
}

/* What can stand in an address and in C as it is. */
static bool
is_plain(const char *name)
{
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._-~@+")] == '\0';
}

static int
file_list(const char *folder, const char *below, int depth, struct list *ret_list)
{
	char            path[PATH_BYTES], name[PATH_BYTES];
	struct dirent **entries = NULL;
	struct stat     status;
	int             count, r = 0;

	(void)snprintf(path, sizeof(path), "%s%s", folder, below);
	count = scandir(path, &entries, NULL, alphasort);
	if (count < 0)
		return depth == 0 && errno == ENOENT ? 0 : fail(path, strerror(errno));
	for (int i = 0; i < count; i++) {
		const char *entry = entries[i]->d_name;

		(void)snprintf(path, sizeof(path), "%.400s%.300s/%.255s", folder, below, entry);
		(void)snprintf(name, sizeof(name), "%.300s/%.255s", below, entry);
		if (r != 0 || entry[0] == '.')
			;
		else if (!is_plain(entry) || stat(path, &status) != 0 || depth == DEPTH_MAX)
			r = fail(path, "cannot be packed under this name");
		else if (S_ISDIR(status.st_mode))
			r = file_list(folder, name, depth + 1, ret_list);
		else if (kind_of(name) == NULL)
			r = fail(path, "tools/assets.c knows no content type for it");
		else if (ret_list->count == FILES_MAX || status.st_size > FILE_BYTES_MAX)
			r = fail(path, "too many files, or too large");
		else
			ret_list->paths[ret_list->count++] = strdup(name);
		free(entries[i]);
	}
	free(entries);
	return r;
}

static int
path_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static unsigned char *
file_read(const char *path, size_t *ret_bytes)
{
	FILE          *f = fopen(path, "rb");
	unsigned char *bytes = malloc(FILE_BYTES_MAX + 1);

	if (f == NULL || bytes == NULL)
		exit(fail(path, strerror(errno)) != 0);
	*ret_bytes = fread(bytes, 1, FILE_BYTES_MAX + 1, f);
	if (ferror(f) != 0 || fclose(f) != 0 || *ret_bytes > FILE_BYTES_MAX)
		exit(fail(path, "cannot be read") != 0);
	return bytes;
}

/* In gzip, or NULL when that is not worth it. Owned by the caller. */
static unsigned char *
gzip(const unsigned char *bytes, size_t n, size_t *ret_bytes)
{
	z_stream       z = { .next_in = (unsigned char *)(uintptr_t)bytes, .avail_in = (uInt)n };
	unsigned char *packed;

	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 9,
	    Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	z.avail_out = (uInt)deflateBound(&z, n);
	z.next_out = packed = malloc(z.avail_out);
	if (packed == NULL || deflate(&z, Z_FINISH) != Z_STREAM_END ||
	    z.total_out * 100 > n * PACKED_PERCENT) {
		free(packed);
		packed = NULL;
	}
	*ret_bytes = z.total_out;
	(void)deflateEnd(&z);
	return packed;
}

/* One line of the table; its bytes go into the other file, from *at on. */
static void
file_pack(const char *folder, const char *path, FILE *table, FILE *all, size_t *at)
{
	const struct kind *kind = kind_of(path);
	char               from[PATH_BYTES];
	unsigned char      hash[crypto_hash_sha256_BYTES], *bytes, *packed = NULL;
	size_t             n, packed_bytes = 0;

	(void)snprintf(from, sizeof(from), "%s%s", folder, path);
	bytes = file_read(from, &n);
	(void)crypto_hash_sha256(hash, bytes, n);
	if (kind->is_packed)
		packed = gzip(bytes, n, &packed_bytes);
	(void)fprintf(table, "\t{ \"%s\", \"%s\", \"W/\\\"", path, kind->type);
	for (int i = 0; i < ETAG_BYTES; i++)
		(void)fprintf(table, "%02x", hash[i]);
	(void)fprintf(table, "\\\"\",\n\t  { (const char *)asset_bytes + %zu, %zu }, ", *at, n);
	(void)fwrite(bytes, 1, n, all);
	*at += n;
	if (packed != NULL) {
		(void)fprintf(table, "{ (const char *)asset_bytes + %zu, %zu }", *at, packed_bytes);
		(void)fwrite(packed, 1, packed_bytes, all);
		*at += packed_bytes;
	} else {
		(void)fprintf(table, "{ NULL, 0 }");
	}
	(void)fprintf(table, ", %s },\n", is_immutable(path) ? "true" : "false");
	free(bytes);
	free(packed);
}

int
main(int argc, char **argv)
{
	struct list *list = calloc(1, sizeof(*list));
	size_t       at = 0;
	FILE        *table, *all;

	if (argc != 4 || list == NULL || sodium_init() < 0)
		return fail("usage", "assets FOLDER OUT.c OUT.bin") != 0;
	if (file_list(argv[1], "", 0, list) != 0)
		return 1;
	qsort(list->paths, (size_t)list->count, sizeof(list->paths[0]), path_compare);
	table = fopen(argv[2], "w");
	all = fopen(argv[3], "wb");
	if (table == NULL || all == NULL)
		return fail(argv[2], strerror(errno)) != 0;
	(void)fprintf(table, "/* Made by tools/assets.c of the web app. */\n"
	    "#include \"http/assets.h\"\n\n"
	    "__asm__(\".section .rodata\\n.balign 16\\nasset_bytes:\\n\"\n"
	    "    \".incbin \\\"%s\\\"\\n.byte 0\\n.previous\\n\");\n"
	    "extern const unsigned char asset_bytes[] __attribute__((visibility(\"hidden\")));\n\n"
	    "const size_t asset_count = %d;\nconst struct asset assets[] = {\n", argv[3],
	    list->count);
	for (int i = 0; i < list->count; i++)
		file_pack(argv[1], list->paths[i], table, all, &at);
	(void)fprintf(table, "\t{ 0 }\n};\n");
	if (fclose(table) != 0 || fclose(all) != 0)
		return fail(argv[2], strerror(errno)) != 0;
	free(list);
	return 0;
}
