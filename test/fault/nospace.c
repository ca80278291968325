/*
 * nospace.c -- a full disk, or a death in the middle of a write, for one process under test.
 *
 *   LD_PRELOAD=build/fault/nospace.so FAULT_PATH=redvest.db … redvest serve …
 *
 * FAULT_PATH     what the path of a file must contain to be concerned; without it nothing happens
 * FAULT_TRIGGER  while this file exists, whatever would write, grow or flush a file concerned
 *                fails with ENOSPC; removing it gives the space back
 * FAULT_KILL_AT  at the k-th such call, counted from 1 through all files concerned, the process
 *                kills itself: before a flush, in the middle of a write of more than one byte
 * FAULT_COUNT    a file that holds, when the process ends in order, how many such calls there were
 *
 * Stores through mmap are not seen. With -fsanitize=address, preload libasan before it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

/* The function of that name that would have been called without this library. */
#define REAL(name) ((__typeof__(&name))real(#name))

static void *
real(const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	if (f == NULL)
		abort();
	return f;
}

static bool
is_concerned(int fd)
{
	const char *part = getenv("FAULT_PATH");
	char        link[64], path[4096];
	int         error = errno;
	ssize_t     n;

	if (part == NULL || *part == '\0')
		return false;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	errno = error;
	if (n < 0)
		return false;
	path[n] = '\0';
	return strstr(path, part) != NULL;
}

static bool
is_full(void)
{
	const char *trigger = getenv("FAULT_TRIGGER");
	int         error = errno;
	bool        is_there = trigger != NULL && access(trigger, F_OK) == 0;

	errno = error;
	return is_there;
}

/* Counts one call; true when it is the one to die at. */
static bool
is_last(void)
{
	const char *at = getenv("FAULT_KILL_AT");
	long        k = atomic_fetch_add(&calls, 1) + 1;

	return at != NULL && k == strtol(at, NULL, 10);
}

static void
die(void)
{
	(void)kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

__attribute__((destructor)) static void
count_print(void)
{
	const char *path = getenv("FAULT_COUNT");
	FILE       *f = path == NULL ? NULL : fopen(path, "w");

	if (f == NULL)
		return;
	(void)fprintf(f, "%ld\n", atomic_load(&calls));
	(void)fclose(f);
}

/* 0, or ENOSPC; what only flushes or sizes a file dies before it has done so. */
static int
fault_of(int fd)
{
	if (!is_concerned(fd))
		return 0;
	if (is_last())
		die();
	return is_full() ? ENOSPC : 0;
}

ssize_t
write(int fd, const void *bytes, size_t n)
{
	if (is_concerned(fd)) {
		if (is_last()) {
			(void)!REAL(write)(fd, bytes, n / 2);
			die();
		}
		if (is_full()) {
			errno = ENOSPC;
			return -1;
		}
	}
	return REAL(write)(fd, bytes, n);
}

static ssize_t
write_at(int fd, const void *bytes, size_t n, off64_t at)
{
	if (is_concerned(fd)) {
		if (is_last()) {
			(void)!REAL(pwrite64)(fd, bytes, n / 2, at);
			die();
		}
		if (is_full()) {
			errno = ENOSPC;
			return -1;
		}
	}
	return REAL(pwrite64)(fd, bytes, n, at);
}

ssize_t
pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	return write_at(fd, bytes, n, at);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
	return write_at(fd, bytes, n, at);
}

/* For the functions that answer -1 and errno. */
static bool
is_refused(int fd)
{
	int error = fault_of(fd);

	if (error != 0)
		errno = error;
	return error != 0;
}

ssize_t
writev(int fd, const struct iovec *parts, int count)
{
	return is_refused(fd) ? -1 : REAL(writev)(fd, parts, count);
}

int
fsync(int fd)
{
	return is_refused(fd) ? -1 : REAL(fsync)(fd);
}

int
fdatasync(int fd)
{
	return is_refused(fd) ? -1 : REAL(fdatasync)(fd);
}

int
ftruncate(int fd, off_t bytes)
{
	return is_refused(fd) ? -1 : REAL(ftruncate)(fd, bytes);
}

int
ftruncate64(int fd, off64_t bytes)
{
	return is_refused(fd) ? -1 : REAL(ftruncate64)(fd, bytes);
}

int
fallocate(int fd, int mode, off_t at, off_t bytes)
{
	return is_refused(fd) ? -1 : REAL(fallocate)(fd, mode, at, bytes);
}

int
fallocate64(int fd, int mode, off64_t at, off64_t bytes)
{
	return is_refused(fd) ? -1 : REAL(fallocate64)(fd, mode, at, bytes);
}

/* These answer the error itself. */
int
posix_fallocate(int fd, off_t at, off_t bytes)
{
	int error = fault_of(fd);

	return error != 0 ? error : REAL(posix_fallocate)(fd, at, bytes);
}

int
posix_fallocate64(int fd, off64_t at, off64_t bytes)
{
	int error = fault_of(fd);

	return error != 0 ? error : REAL(posix_fallocate64)(fd, at, bytes);
}
