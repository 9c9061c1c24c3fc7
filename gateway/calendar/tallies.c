#include "gateway/calendar/tallies.h"

#include <stdlib.h>
#include <talloc.h>

#include "gateway/turn/dates.h"
#include "gateway/turn/jurisdiction.h"
#include "store/reports.h"

struct counted {
    int64_t unit;
    struct tally tally;
};

static int by_unit(const void *a, const void *b)
{
    int64_t left = ((const struct counted *)a)->unit, right = ((const struct counted *)b)->unit;

    return left < right ? -1 : left > right;
}

static void add(struct tally *sum, const struct tally *tally)
{
    sum->year = tally->year;
    sum->total += tally->total;
    sum->livelihood += tally->livelihood;
    sum->hardship += tally->hardship;
    sum->petition += tally->petition;
    sum->waiting += tally->waiting;
    sum->responded += tally->responded;
    sum->solved += tally->solved;
    sum->rated += tally->rated;
    sum->satisfied += tally->satisfied;
    sum->explained += tally->explained;
    sum->out_of_scope += tally->out_of_scope;
    sum->carried += tally->carried;
    sum->carried_open += tally->carried_open;
}

/* Figures for each unit, and for all of them together. */
static bool tell(struct digest *digest, struct counted *counted, size_t n)
{
    struct tally all = { 0 };
    bool is_done = true;

    qsort(counted, n, sizeof *counted, by_unit);
    for (size_t i = 0; i < n && is_done;) {
        int64_t unit = counted[i].unit;
        struct tally tally = { 0 };

        for (; i < n && counted[i].unit == unit; i++)
            add(&tally, &counted[i].tally);
        add(&all, &tally);
        is_done = !unit || digest_add_tally(digest, unit, &tally);
    }
    return is_done && digest_add_tally(digest, 0, &all);
}

bool tallies_of_month(struct turn *turn, struct digest *digest, const struct case_ *cases, size_t n)
{
    struct jurisdiction *all = jurisdiction_new(turn->mem, turn->store, 0);
    struct counted *counted = talloc_array(turn->mem, struct counted, n);
    size_t kept = 0;

    for (size_t i = 0; all && i < n; i++) {
        bool is_new = cases[i].state == CASE_NEW;
        int64_t handled_in;

        if (cases[i].is_guarded)
            continue;
        if (!store_working_unit(turn->store, cases[i].handler, &handled_in))
            return false;
        counted[kept++] = (struct counted){
            .unit = jurisdiction_working_unit(all, handled_in, cases[i].unit, cases[i].place,
                                              is_new && !cases[i].returned_at),
            .tally = { .total = 1,
                       .livelihood = cases[i].category == CATEGORY_LIVELIHOOD,
                       .hardship = cases[i].category == CATEGORY_HARDSHIP,
                       .petition = cases[i].category == CATEGORY_PETITION,
                       .waiting = is_new },
        };
    }
    if (!all)
        return false;
    return kept == 0 || tell(digest, counted, kept);
}

/* Withdrawn cases are not counted, nor those merged into another one, which is. */
static struct tally year_tally(int year, const struct case_summary *summary)
{
    enum case_state state = summary->state;
    bool is_closed = state == CASE_CLOSED || state == CASE_RATED;
    struct tally tally = { .year = year };

    if (state == CASE_MERGED || state == CASE_WITHDRAWN)
        return tally;
    tally.total = 1;
    tally.responded = state != CASE_NEW;
    tally.solved = is_closed && summary->rating != 4;
    tally.rated = summary->rating != 0;
    tally.satisfied = summary->rating == 1 || summary->rating == 2;
    tally.explained = state == CASE_EXPLAINED;
    tally.out_of_scope = state == CASE_OUT_OF_SCOPE;
    return tally;
}

/* A year's figures, unit by unit. */
struct counting {
    void *mem;
    struct jurisdiction *all;
    struct counted *counted;
    size_t n;
    int year;
};

static struct tally *tally_of(struct counting *counting, const struct case_summary *summary)
{
    int64_t unit =
        jurisdiction_working_unit(counting->all, summary->handled_in, summary->unit, summary->place,
                                  summary->state == CASE_NEW && !summary->is_returned);

    for (size_t i = 0; i < counting->n; i++)
        if (counting->counted[i].unit == unit)
            return &counting->counted[i].tally;
    counting->counted = talloc_realloc(counting->mem, counting->counted, struct counted, counting->n + 1);
    counting->counted[counting->n] = (struct counted){ .unit = unit, .tally.year = counting->year };
    return &counting->counted[counting->n++].tally;
}

static bool take_case(const struct case_summary *summary, void *arg)
{
    struct counting *counting = arg;
    struct tally tally = year_tally(counting->year, summary);

    add(tally_of(counting, summary), &tally);
    return true;
}

static bool take_carried(const struct case_summary *summary, void *arg)
{
    struct counting *counting = arg;
    struct tally tally = { .year = counting->year,
                           .carried = 1,
                           .carried_open = case_state_is_open(summary->state) };

    add(tally_of(counting, summary), &tally);
    return true;
}

bool tallies_of_year(struct turn *turn, struct digest *digest, int year)
{
    int64_t since = date_moment((struct date){ year, 1, 1 }, 0);
    const struct summary_filter own = { since, date_moment((struct date){ year + 1, 1, 1 }, 0),
                                        .parts = SUMMARY_UNITS },
                                earlier = { .since = since };
    struct counting counting = { .mem = turn->mem,
                                 .all = jurisdiction_new(turn->mem, turn->store, 0),
                                 .year = year };

    if (!counting.all || !store_each_summary(turn->store, &own, take_case, &counting) ||
        !store_each_carried(turn->store, &earlier, take_carried, &counting))
        return false;
    return counting.n == 0 || tell(digest, counting.counted, counting.n);
}
