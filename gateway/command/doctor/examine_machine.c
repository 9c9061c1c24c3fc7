#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <talloc.h>

#include "gateway/calendar/certificate.h"
#include "gateway/calendar/clock_doubt.h"
#include "gateway/clock.h"
#include "gateway/command/doctor/examine.h"
#include "gateway/command/words.h"

enum { DISK_BAD_MB = 256, DISK_WATCH_MB = 1024, MEMORY_WATCH_MB = 64, DAY = 86400 };

static void examine_room(struct doctor *doctor, const char *path)
{
    struct statvfs disk;
    long long free_mb;

    if (statvfs(path, &disk) != 0) {
        examine_say(doctor, HEALTH_BAD, PART_DISK, "%s cannot be looked at: %s", path, strerror(errno));
        return;
    }
    free_mb = (long long)((uint64_t)disk.f_bavail * disk.f_frsize >> 20);
    examine_say(doctor,
                free_mb < DISK_BAD_MB     ? HEALTH_BAD
                : free_mb < DISK_WATCH_MB ? HEALTH_WATCH
                                          : HEALTH_GOOD,
                PART_DISK, "%lld MB are free at %s", free_mb, path);
}

void examine_disk(struct doctor *doctor)
{
    if (doctor->config->database)
        examine_room(doctor, dirname(talloc_strdup(doctor->mem, doctor->config->database)));
    if (doctor->config->recordings)
        examine_room(doctor, doctor->config->recordings);
}

void examine_memory(struct doctor *doctor)
{
    FILE *file = fopen("/proc/meminfo", "r");
    long long kb = -1;
    char line[128];

    while (file && kb < 0 && fgets(line, sizeof line, file))
        if (sscanf(line, "MemAvailable: %lld kB", &kb) != 1)
            kb = -1;
    if (file)
        fclose(file);
    if (kb >= 0)
        examine_say(doctor, kb >> 10 < MEMORY_WATCH_MB ? HEALTH_WATCH : HEALTH_GOOD, PART_MEMORY,
                    "%lld MB of memory are free", kb >> 10);
}

/* Whether some program sets the clock, as the kernel knows. */
static void examine_setting(struct doctor *doctor)
{
    struct timex state = { 0 };

    if (adjtimex(&state) == TIME_ERROR || (state.status & STA_UNSYNC))
        examine_say(doctor, HEALTH_WATCH, PART_CLOCK,
                    "nobody sets this machine's clock: chrony or systemd-timesyncd would");
    else
        examine_say(doctor, HEALTH_GOOD, PART_CLOCK, "the clock is set by the network");
}

void examine_clock(struct doctor *doctor)
{
    enum clock_doubt doubt = CLOCK_BELIEVED;

    if (doctor->store && !clock_doubt(doctor->store, doctor->now, &doubt))
        examine_say(doctor, HEALTH_BAD, PART_CLOCK, "the store cannot be read: %s",
                    store_error(doctor->store));
    else if (doubt != CLOCK_BELIEVED)
        examine_say(doctor, HEALTH_BAD, PART_CLOCK, "the calendar has stopped: %s",
                    words(clock_doubt_text(doubt)));
    if (!clock_file())
        examine_setting(doctor);
}

void examine_certificate(struct doctor *doctor)
{
    const char *path = doctor->config->http_certificate;
    int64_t end = path ? certificate_end(path) : 0, days = (end - doctor->now) / DAY;

    if (!path)
        return;
    if (end < 0)
        examine_say(doctor, HEALTH_BAD, PART_CERTIFICATE, "%s cannot be read as a certificate", path);
    else if (end <= doctor->now)
        examine_say(doctor, HEALTH_BAD, PART_CERTIFICATE, "the certificate %s has expired", path);
    else
        examine_say(doctor, days < CERTIFICATE_WATCH_DAYS ? HEALTH_WATCH : HEALTH_GOOD, PART_CERTIFICATE,
                    "the certificate %s is good for %lld days", path, (long long)days);
}
