/*
 * clock.c -- a preloaded library: the wall clock is what stands in the file $FAULT_CLOCK, as
 * milliseconds in 8 bytes. A test moves it, backwards too. Other clocks are left alone.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *clock_ms;

static void __attribute__((constructor))
clock_open(void)
{
	const char *path = getenv("FAULT_CLOCK");
	int         fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	void       *p = fd < 0 ? MAP_FAILED : mmap(NULL, 8, PROT_READ, MAP_SHARED, fd, 0);

	if (p != MAP_FAILED)
		clock_ms = p;
}

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	static int (*real)(clockid_t, struct timespec *);

	if (real == NULL)
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	if (clock_ms == NULL || (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE))
		return real(id, ts);
	ts->tv_sec = *clock_ms / 1000;
	ts->tv_nsec = *clock_ms % 1000 * 1000000;
	return 0;
}

time_t
time(time_t *t)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	if (t != NULL)
		*t = ts.tv_sec;
	return ts.tv_sec;
}

int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec ts;

	(void)zone;
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	*tv = (struct timeval){ ts.tv_sec, ts.tv_nsec / 1000 };
	return 0;
}
