#include "gateway/command/doctor/examine.h"

#include "gateway/command/words.h"
#include "store/county/refused_orders.h"
#include "store/journal/journal.h"

/* Rows wait here until the centre has a backup with them. So many days mean that it takes none. */
enum { WATCH_DAYS = 40 };

/* An order that was not carried out is a finding for so long. */
enum { REFUSED_DAYS = 30 };

static bool take_time(const struct journal_row *row, void *arg)
{
    *(int64_t *)arg = row->at;
    return false;
}

static void examine_orders(struct doctor *doctor)
{
    int64_t since = doctor->now - (int64_t)REFUSED_DAYS * 86400, all = 0;
    struct refused_order *newest;
    size_t n;

    if (store_count_refused_orders(doctor->store, since, &all) &&
        store_refused_orders(doctor->store, doctor->mem, since, 1, &newest, &n) && n > 0)
        examine_say(
            doctor, HEALTH_WATCH, PART_CENTRE,
            "orders of the centre of the last %d days that were not carried out: %lld; the last: %s: %s",
            REFUSED_DAYS, (long long)all, newest->kind, words(newest->why));
}

void examine_centre(struct doctor *doctor)
{
    struct journal_size size;
    int64_t first_at = doctor->now;
    const char *stopped = NULL;

    if (!doctor->store || !doctor->config->centre_url)
        return;
    if (store_get(doctor->store, doctor->mem, "centre stopped", &stopped) && stopped) {
        examine_say(doctor, HEALTH_BAD, PART_CENTRE, "%s", stopped);
        return;
    }
    if (!store_journal_size(doctor->store, &size) ||
        !store_each_journal_row(doctor->store, 0, take_time, &first_at)) {
        examine_say(doctor, HEALTH_BAD, PART_CENTRE, "the journal cannot be read: %s",
                    store_error(doctor->store));
        return;
    }
    examine_say(doctor, doctor->now - first_at > (int64_t)WATCH_DAYS * 86400 ? HEALTH_WATCH : HEALTH_GOOD,
                PART_CENTRE, "%lld rows, %lld MB, wait until a backup of the centre has them",
                (long long)size.rows, (long long)size.octets >> 20);
    examine_orders(doctor);
}
