/*
 * dies.c -- kills its process before the DIES_AT-th of the calls that change what outlives it:
 * names of files, what is flushed, what is sent to a database. Preload it.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

static _Atomic long calls;

static void
call_count(void)
{
	const char *at = getenv("DIES_AT");

	if (at != NULL && ++calls == atol(at))
		(void)raise(SIGKILL);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int
link(const char *from, const char *to)
{
	call_count();
	return REAL(link)(from, to);
}

int
unlink(const char *path)
{
	call_count();
	return REAL(unlink)(path);
}

int
fsync(int fd)
{
	call_count();
	return REAL(fsync)(fd);
}

int
fdatasync(int fd)
{
	call_count();
	return REAL(fdatasync)(fd);
}

ssize_t
send(int fd, const void *bytes, size_t n, int flags)
{
	call_count();
	return REAL(send)(fd, bytes, n, flags);
}
