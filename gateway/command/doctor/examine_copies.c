#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "gateway/command/doctor/examine.h"
#include "gateway/command/keep/copies.h"

enum { WATCH_HOURS = 50, BAD_HOURS = 8 * 24 };

/* Hours since the configuration was written: the first copy is taken in the night after. */
static long long configured_hours(const struct doctor *doctor)
{
    struct stat status;

    return stat(doctor->config->path, &status) == 0 ? (long long)(doctor->now - status.st_mtime) / 3600
                                                    : BAD_HOURS;
}

void examine_copies(struct doctor *doctor)
{
    const char *folder = doctor->config->backup_folder;
    struct copy *copies;
    long long hours;
    size_t n;

    if (!folder) {
        examine_say(doctor, HEALTH_WATCH, PART_COPIES,
                    "no copies are taken: backup { folder } is not configured");
        return;
    }
    if (!copies_list(doctor->mem, folder, &copies, &n) && errno != ENOENT) {
        examine_say(doctor, HEALTH_BAD, PART_COPIES, "the copies in %s cannot be seen: %s", folder,
                    strerror(errno));
        return;
    }
    if (n == 0) {
        examine_say(doctor, configured_hours(doctor) < WATCH_HOURS ? HEALTH_WATCH : HEALTH_BAD, PART_COPIES,
                    "%s has no copy yet: xiangyin backup --daily", folder);
        return;
    }
    hours = (long long)(doctor->now - copies[0].at) / 3600;
    if (hours < 0)
        hours = 0; /* the clock is behind, which is said elsewhere */
    examine_say(doctor,
                hours >= BAD_HOURS     ? HEALTH_BAD
                : hours >= WATCH_HOURS ? HEALTH_WATCH
                                       : HEALTH_GOOD,
                PART_COPIES, "the newest copy in %s is %lld hours old", folder, hours);
}
