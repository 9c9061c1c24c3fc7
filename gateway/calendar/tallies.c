#include "gateway/calendar/tallies.h"

#include <stdlib.h>
#include <talloc.h>

#include "gateway/turn/dates.h"
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
    struct counted *counted = talloc_array(turn->mem, struct counted, n);
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (!cases[i].is_guarded)
            counted[kept++] =
                (struct counted){ .unit = cases[i].unit,
                                  .tally = { .total = 1,
                                             .livelihood = cases[i].category == CATEGORY_LIVELIHOOD,
                                             .hardship = cases[i].category == CATEGORY_HARDSHIP,
                                             .petition = cases[i].category == CATEGORY_PETITION,
                                             .waiting = cases[i].state == CASE_NEW } };
    return kept == 0 || tell(digest, counted, kept);
}

/* Withdrawn cases are not counted, nor those merged into another one, which is. */
static struct tally year_tally(int year, const struct case_count *count)
{
    bool is_closed = count->state == CASE_CLOSED || count->state == CASE_RATED;
    struct tally tally = { .year = year };

    if (count->state == CASE_MERGED || count->state == CASE_WITHDRAWN)
        return tally;
    tally.total = count->count;
    tally.responded = count->state != CASE_NEW ? count->count : 0;
    tally.solved = is_closed && count->rating != 4 ? count->count : 0;
    tally.rated = count->rating ? count->count : 0;
    tally.satisfied = count->rating == 1 || count->rating == 2 ? count->count : 0;
    tally.explained = count->state == CASE_EXPLAINED ? count->count : 0;
    tally.out_of_scope = count->state == CASE_OUT_OF_SCOPE ? count->count : 0;
    return tally;
}

struct carrying {
    void *mem;
    struct counted *counted;
    size_t n;
    int year;
};

static bool take_carried(const struct case_summary *summary, void *arg)
{
    struct carrying *carrying = arg;

    carrying->counted = talloc_realloc(carrying->mem, carrying->counted, struct counted, carrying->n + 1);
    carrying->counted[carrying->n++] = (struct counted){
        .unit = summary->handled_in ? summary->handled_in : summary->unit,
        .tally = { .year = carrying->year, .carried = 1, .carried_open = case_state_is_open(summary->state) }
    };
    return true;
}

bool tallies_of_year(struct turn *turn, struct digest *digest, int year)
{
    int64_t since = date_moment((struct date){ year, 1, 1 }, 0);
    int64_t until = date_moment((struct date){ year + 1, 1, 1 }, 0);
    const struct summary_filter earlier = { .since = since };
    struct carrying all = { .mem = turn->mem, .year = year };
    struct case_count *counts;
    size_t n;

    if (!store_count_by_unit(turn->store, turn->mem, since, until, &counts, &n))
        return false;
    all.counted = talloc_array(turn->mem, struct counted, n);
    for (size_t i = 0; i < n; i++)
        if (!counts[i].is_guarded)
            all.counted[all.n++] = (struct counted){ counts[i].unit, year_tally(year, &counts[i]) };
    if (!store_each_carried(turn->store, &earlier, take_carried, &all))
        return false;
    return all.n == 0 || tell(digest, all.counted, all.n);
}
