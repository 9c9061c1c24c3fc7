#include "gateway/calendar/digest.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/leave.h"
#include "gateway/turn/notify.h"

enum { LISTED = 3, MOST_TOLD_OF_A_UNIT = 2, ITEMS = ITEM_OVERDUE_OWN + 1 };

static const char *const item_names[ITEMS] = {
    [ITEM_SHOWN] = "shown",
    [ITEM_REPORTED] = "reported",
    [ITEM_RATE] = "rate",
    [ITEM_PASSED] = "passed",
    [ITEM_ASKED] = "asked",
    [ITEM_ACCEPT_SOON] = "accept_soon",
    [ITEM_ACCEPT_LATE] = "accept_late",
    [ITEM_TELL_SOON] = "tell_soon",
    [ITEM_TELL_LATE] = "tell_late",
    [ITEM_FINISH_SOON] = "finish_soon",
    [ITEM_FINISH_LATE] = "finish_late",
    [ITEM_REVIEW_SOON] = "review_soon",
    [ITEM_REVIEW_LATE] = "review_late",
    [ITEM_OVERDUE] = "overdue",
    [ITEM_OVERDUE_OWN] = "overdue_own",
};

struct piece {
    const char *phone;
    enum digest_item item;
    const struct case_ *case_; /* NULL: figures (tally) */
    const struct case_ *own;   /* what the person reported; NULL: they work on it */
    const char *words;
    int64_t said_at;           /* of words older than the time reported on; 0 */
    struct digest_passed done; /* of ITEM_PASSED */
    struct tally tally;
};

struct digest {
    struct turn *turn;
    struct piece *pieces;
    size_t n;
};

struct digest *digest_new(struct turn *turn)
{
    struct digest *digest = talloc_zero(turn->mem, struct digest);

    digest->turn = turn;
    return digest;
}

static void add_piece(struct digest *digest, const struct piece *piece)
{
    /* doubles whenever n has reached a power of two */
    if ((digest->n & (digest->n - 1)) == 0)
        digest->pieces = talloc_realloc(digest, digest->pieces, struct piece, digest->n ? 2 * digest->n : 1);
    digest->pieces[digest->n++] = *piece;
}

void digest_add(struct digest *digest, const char *phone, enum digest_item item, const struct case_ *case_)
{
    add_piece(digest, &(struct piece){ .phone = phone, .item = item, .case_ = case_, .words = "" });
}

void digest_add_reporter(struct digest *digest, const struct case_ *own, enum digest_item item,
                         const struct case_ *case_, const char *words, int64_t said_at)
{
    add_piece(digest, &(struct piece){ .phone = own->reporter,
                                       .item = item,
                                       .case_ = case_,
                                       .own = own,
                                       .words = words,
                                       .said_at = said_at });
}

void digest_add_passed(struct digest *digest, const struct case_ *own, const struct case_ *case_,
                       const struct digest_passed *done)
{
    add_piece(digest, &(struct piece){ .phone = own->reporter,
                                       .item = ITEM_PASSED,
                                       .case_ = case_,
                                       .own = own,
                                       .words = "",
                                       .done = *done });
}

/* To their stand-in while they are on leave. */
static bool tell_tally(struct digest *digest, const char *phone, const struct tally *tally)
{
    const char *acts;

    if (!leave_stand_in(digest->turn, phone, &acts))
        return false;
    add_piece(digest, &(struct piece){ .phone = acts, .tally = *tally });
    return true;
}

static bool tally_of_unit(struct digest *digest, int64_t unit, const struct tally *tally)
{
    static const int roles[] = { ROLE_LEADER, ROLE_CADRE };
    struct turn *turn = digest->turn;
    struct person *people;
    size_t n = 0;

    for (int i = 0; i < 2 && n == 0; i++)
        if (!store_people(turn->store, turn->mem, roles[i], unit, &people, &n))
            return false;
    for (size_t i = 0; i < n && i < MOST_TOLD_OF_A_UNIT; i++)
        if (!tell_tally(digest, people[i].phone, tally))
            return false;
    return true;
}

bool digest_add_tally(struct digest *digest, int64_t unit, const struct tally *tally)
{
    struct turn *turn = digest->turn;
    struct person *people;
    size_t n;

    if (tally->total + tally->carried == 0)
        return true;
    if (unit)
        return tally_of_unit(digest, unit, tally);
    if (!store_people(turn->store, turn->mem, ROLE_LEADER | ROLE_SUPERVISOR, 0, &people, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct unit *its = NULL;

        if (people[i].unit && !cache_unit(turn, people[i].unit, &its))
            return false;
        if ((!its || its->level == UNIT_COUNTY) && !tell_tally(digest, people[i].phone, tally))
            return false;
    }
    return true;
}

static int64_t case_id(const struct piece *piece)
{
    return piece->case_ ? piece->case_->id : 0;
}

static int compare(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

/* By person, then figures (a month's before a year's), then cases, each with its latest item last. */
static int by_person_and_case(const void *a, const void *b)
{
    const struct piece *left = a, *right = b;
    int order = strcmp(left->phone, right->phone);

    if (order == 0)
        order = compare(case_id(left), case_id(right));
    if (order == 0)
        order = compare(left->tally.year, right->tally.year);
    return order ? order : compare(left->item, right->item);
}

/* Figures first, then cases, sorted by item. */
static int by_item(const void *a, const void *b)
{
    const struct piece *left = a, *right = b;
    int order = compare(left->case_ != NULL, right->case_ != NULL);

    if (order == 0)
        order = compare(left->item, right->item);
    return order ? order : compare(case_id(left), case_id(right));
}

static bool is_same(const struct piece *a, const struct piece *b)
{
    return case_id(a) == case_id(b) && (a->case_ || a->tally.year == b->tally.year);
}

static bool is_larger(const struct tally *a, const struct tally *b)
{
    return a->total + a->carried > b->total + b->carried;
}

/* Keep each case's latest item and the largest figures: the county's include its units'. */
static size_t without_repeats(struct piece *pieces, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || !is_same(&pieces[kept - 1], &pieces[i]))
            pieces[kept++] = pieces[i];
        else if (pieces[i].case_ || is_larger(&pieces[i].tally, &pieces[kept - 1].tally))
            pieces[kept - 1] = pieces[i];
    }
    return kept;
}

static int64_t percent(int64_t part, int64_t whole)
{
    return whole ? (100 * part + whole / 2) / whole : 0;
}

static struct json_object *month_facts(const struct tally *tally)
{
    struct json_object *facts = facts_number(NULL, "total", tally->total);

    facts_number(facts, "livelihood", tally->livelihood);
    facts_number(facts, "hardship", tally->hardship);
    facts_number(facts, "petition", tally->petition);
    return facts_number(facts, "waiting", tally->waiting);
}

/* 响应率, 解决率 and 满意率, each with the number it is a share of. */
static struct json_object *year_facts(const struct tally *tally)
{
    struct json_object *facts = facts_number(NULL, "total", tally->total);
    int64_t solvable = tally->total - tally->explained - tally->out_of_scope;

    facts_number(facts, "year", tally->year);
    facts_number(facts, "responded", percent(tally->responded, tally->total));
    facts_number(facts, "solvable", solvable);
    facts_number(facts, "solved", percent(tally->solved, solvable));
    facts_number(facts, "rated", tally->rated);
    facts_number(facts, "satisfied", percent(tally->satisfied, tally->rated));
    facts_number(facts, "explained", tally->explained);
    facts_number(facts, "carried", tally->carried);
    facts_number(facts, "carried_ended", tally->carried - tally->carried_open);
    facts_number(facts, "carried_open", tally->carried_open);
    return facts_number(facts, "out_of_scope", tally->out_of_scope);
}

/* What has not been done, and the day by which it was to be. */
static void add_overdue(const struct turn *turn, struct json_object *facts, const struct piece *piece)
{
    const struct case_ *case_ = piece->case_;
    const char *what = case_->state == CASE_NEW       ? "accept"
                       : case_->state == CASE_IN_HAND ? "finish"
                                                      : "review";
    int64_t by = case_->state == CASE_NEW       ? case_->accept_by
                 : case_->state == CASE_IN_HAND ? case_->finish_by
                                                : case_->review_by;
    struct date date = date_of(by), today = date_of(turn->now);

    facts_choice(facts, "missing", what);
    facts_date(facts, "by", by);
    facts_flag(facts, "is_today", date_compare(date, today) == 0);
    if (date.year != today.year)
        facts_number(facts, "other_year", date.year);
    facts_flag(facts, "pressed", piece->done.is_pressed);
    facts_flag(facts, "raised", piece->done.is_raised);
}

static bool add_one(struct turn *turn, struct json_object *facts, const struct piece *piece)
{
    struct json_object *one;

    if (!facts_of_case(turn, piece->case_, &one))
        return false;
    if (piece->item == ITEM_PASSED || piece->item == ITEM_OVERDUE || piece->item == ITEM_OVERDUE_OWN)
        add_overdue(turn, one, piece);
    facts_text(one, "words", piece->words, CLIP_CALENDAR);
    facts_date(one, "earlier", piece->said_at);
    json_object_object_add(facts, item_names[piece->item], one);
    return true;
}

/* Pieces of one item: {"round": {"shown": true}, "count", "cases", "more", "pressed", "raised"}. */
static bool add_group(struct turn *turn, struct json_object *groups, const struct piece *pieces, size_t n)
{
    struct json_object *list = json_object_new_array(), *one;
    struct json_object *group = facts_choice(NULL, "round", item_names[pieces->item]);
    struct digest_passed done = { true, true };

    json_object_object_add(group, "cases", list);
    json_object_array_add(groups, group);
    for (size_t i = 0; i < n; i++) {
        done.is_pressed &= pieces[i].done.is_pressed;
        done.is_raised &= pieces[i].done.is_raised;
        if (i >= LISTED)
            continue;
        if (!facts_of_listed(turn, pieces[i].case_, &one))
            return false;
        json_object_array_add(list, one);
    }
    facts_number(group, "count", (int64_t)n);
    facts_flag(group, "more", n > LISTED);
    facts_flag(group, "guarded", pieces->case_->is_guarded);
    facts_flag(group, "pressed", done.is_pressed);
    facts_flag(group, "raised", done.is_raised);
    return true;
}

/* Of what the month shows, cases that are never shown in public stand apart. */
static bool go_together(const struct piece *a, const struct piece *b)
{
    return a->item == b->item && (a->item != ITEM_SHOWN || a->case_->is_guarded == b->case_->is_guarded);
}

/* Several cases: one group for each item. */
static bool add_many(struct turn *turn, struct json_object *facts, const struct piece *pieces, size_t n)
{
    struct json_object *many = json_object_new_object(), *groups = json_object_new_array();

    json_object_object_add(many, "groups", groups);
    json_object_object_add(facts, "many", many);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && go_together(&pieces[end], &pieces[i]);)
            end++;
        if (!add_group(turn, groups, pieces + i, end - i))
            return false;
    }
    return true;
}

static bool make_facts(struct turn *turn, const struct piece *pieces, size_t n, struct json_object **made)
{
    struct json_object *facts = json_object_new_object();

    *made = facts;
    for (; n > 0 && !pieces->case_; pieces++, n--) {
        bool is_year = pieces->tally.year;

        json_object_object_add(facts, is_year ? "evaluation" : "digest",
                               is_year ? year_facts(&pieces->tally) : month_facts(&pieces->tally));
    }
    if (n == 0 || (n > 1 ? add_many(turn, facts, pieces, n) : add_one(turn, facts, pieces)))
        return true;
    json_object_put(facts);
    return false;
}

/* The oldest case that they reported, if they hear of nothing else. */
static const struct case_ *oldest_own(const struct piece *pieces, size_t n)
{
    const struct case_ *oldest = NULL;

    for (size_t i = 0; i < n; i++) {
        if (!pieces[i].own)
            return NULL;
        if (!oldest || pieces[i].own->received_at < oldest->received_at)
            oldest = pieces[i].own;
    }
    return oldest;
}

static bool tell_person(struct digest *digest, struct piece *pieces, size_t n)
{
    struct json_object *facts;
    const struct case_ *last;

    qsort(pieces, n, sizeof *pieces, by_item);
    last = pieces[n - 1].case_;
    if (!make_facts(digest->turn, pieces, n, &facts))
        return false;
    return notify(digest->turn,
                  &(struct notify){ .to = pieces[0].phone,
                                    .name = "calendar",
                                    .data = facts,
                                    .priority = PRIORITY_BULK,
                                    .line = last && pieces[n - 1].own ? last->line : NULL,
                                    .case_id = n == 1 && last ? last->id : 0,
                                    .own_case = oldest_own(pieces, n) },
                  NULL);
}

bool digest_send(struct digest *digest)
{
    struct piece *pieces = digest->pieces;
    bool is_done = true;

    if (digest->n > 0)
        qsort(pieces, digest->n, sizeof *pieces, by_person_and_case);
    for (size_t i = 0, n; i < digest->n && is_done; i += n) {
        for (n = 1; i + n < digest->n && strcmp(pieces[i].phone, pieces[i + n].phone) == 0;)
            n++;
        is_done = tell_person(digest, pieces + i, without_repeats(pieces + i, n));
    }
    return is_done;
}
