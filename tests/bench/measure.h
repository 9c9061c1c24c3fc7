/*
 * For the measurements: clocks, medians, and what the kernel says of a process.
 */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include <stddef.h>

/* Runs of each measurement; the median counts. */
enum { RUNS = 5 };

/* Seconds of the monotonic clock. */
double measure_now(void);
void measure_sleep(double seconds);

/* Sorts the values. */
double measure_median(double *values, size_t n);

/* The value that so large a share of them, such as .99, does not exceed; n > 0. Sorts the values. */
double measure_quantile(double *values, size_t n, double share);

/* User and system time of a process so far, in seconds; 0 when there is none. */
double measure_cpu(int pid);

/* A number of /proc/PID/status, e.g. "RssAnon" (kB); summed over the process's threads when all_threads. */
long measure_status(int pid, const char *key, int all_threads);

#endif
