#include "tests/bench/measure.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double measure_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void measure_sleep(double seconds)
{
    time_t whole = (time_t)seconds;

    nanosleep(&(struct timespec){ .tv_sec = whole, .tv_nsec = (long)((seconds - (double)whole) * 1e9) },
              NULL);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

double measure_median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, compare);
    return values[n / 2];
}

double measure_quantile(double *values, size_t n, double share)
{
    size_t rank = (size_t)ceil((double)n * share);

    qsort(values, n, sizeof *values, compare);
    return values[rank > 0 ? rank - 1 : 0];
}

double measure_cpu(int pid)
{
    struct timespec used = { 0 };
    clockid_t clock;

    if (clock_getcpuclockid(pid, &clock) == 0)
        clock_gettime(clock, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static long read_key(const char *path, const char *key)
{
    char line[256];
    long value = 0;
    FILE *file = fopen(path, "r");

    if (!file)
        return 0;
    while (fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == ':')
            value = strtol(line + strlen(key) + 1, NULL, 10);
    fclose(file);
    return value;
}

long measure_status(int pid, const char *key, int all_threads)
{
    char path[512];
    long sum = 0;

    snprintf(path, sizeof path, "/proc/%d/status", pid);
    if (!all_threads)
        return read_key(path, key);
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    for (struct dirent *task; tasks && (task = readdir(tasks));) {
        snprintf(path, sizeof path, "/proc/%d/task/%s/status", pid, task->d_name);
        if (task->d_name[0] != '.')
            sum += read_key(path, key);
    }
    if (tasks)
        closedir(tasks);
    return sum;
}
