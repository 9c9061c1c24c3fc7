#include "gateway/desk/rounds.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/desk/facts.h"
#include "gateway/desk/notify.h"
#include "gateway/desk/shelf.h"

enum { LISTED = 4, MOST_TOLD_OF_A_UNIT = 2 };

struct piece {
    const char *phone;
    enum round round;
    const struct case_ *case_; /* NULL: a digest */
    const char *words;
    struct tally tally;
};

struct counted {
    int64_t unit;
    const struct case_ *case_;
};

struct rounds {
    struct turn *turn;
    struct piece *pieces;
    struct counted *counted;
    size_t n_pieces, n_counted;
};

struct rounds *rounds_new(struct turn *turn)
{
    struct rounds *rounds = talloc_zero(turn->mem, struct rounds);

    rounds->turn = turn;
    return rounds;
}

/* An array that doubles when n has reached a power of two. */
static void *with_room(void *mem, void *array, size_t n, size_t size)
{
    return n & (n - 1) ? array : talloc_realloc_size(mem, array, (n ? 2 * n : 1) * size);
}

static void add_piece(struct rounds *rounds, struct piece piece)
{
    rounds->pieces = with_room(rounds, rounds->pieces, rounds->n_pieces, sizeof piece);
    rounds->pieces[rounds->n_pieces++] = piece;
}

void rounds_tell(struct rounds *rounds, const char *phone, enum round round, const struct case_ *case_,
                 const char *words)
{
    add_piece(rounds, (struct piece){ .phone = phone, .round = round, .case_ = case_, .words = words });
}

void rounds_count(struct rounds *rounds, const struct case_ *case_)
{
    if (case_->is_guarded)
        return;
    rounds->counted = with_room(rounds, rounds->counted, rounds->n_counted, sizeof *rounds->counted);
    rounds->counted[rounds->n_counted++] = (struct counted){ case_->unit, case_ };
}

static void count_in(struct tally *tally, const struct case_ *case_)
{
    tally->total++;
    tally->livelihood += case_->category == CATEGORY_LIVELIHOOD;
    tally->hardship += case_->category == CATEGORY_HARDSHIP;
    tally->petition += case_->category == CATEGORY_PETITION;
    tally->waiting += case_->state == CASE_NEW;
}

static int by_unit(const void *a, const void *b)
{
    int64_t left = ((const struct counted *)a)->unit, right = ((const struct counted *)b)->unit;

    return left < right ? -1 : left > right;
}

/* A unit's leaders hear of it, else its cadres. */
static bool add_digests(struct rounds *rounds, int64_t unit, struct tally tally)
{
    static const int roles[] = { ROLE_LEADER, ROLE_CADRE };
    struct turn *turn = rounds->turn;
    struct person *people;
    size_t n = 0;

    for (int i = 0; i < 2 && n == 0; i++)
        if (!store_people(turn->store, turn->mem, roles[i], unit, &people, &n))
            return false;
    for (size_t i = 0; i < n && i < MOST_TOLD_OF_A_UNIT; i++)
        add_piece(rounds, (struct piece){ .phone = people[i].phone, .tally = tally });
    return true;
}

/* The county's leaders and supervisors hear of everything. */
static bool add_county_digest(struct rounds *rounds, struct tally tally)
{
    struct turn *turn = rounds->turn;
    struct person *people;
    size_t n;

    if (!store_people(turn->store, turn->mem, ROLE_LEADER | ROLE_SUPERVISOR, 0, &people, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct unit *unit = NULL;

        if (people[i].unit && !shelf_unit(turn, people[i].unit, &unit))
            return false;
        if (!unit || unit->level == UNIT_COUNTY)
            add_piece(rounds, (struct piece){ .phone = people[i].phone, .tally = tally });
    }
    return true;
}

static bool add_all_digests(struct rounds *rounds)
{
    struct tally all = { 0 };
    bool is_done = true;

    if (rounds->n_counted == 0)
        return true;
    qsort(rounds->counted, rounds->n_counted, sizeof *rounds->counted, by_unit);
    for (size_t i = 0; i < rounds->n_counted && is_done;) {
        int64_t unit = rounds->counted[i].unit;
        struct tally tally = { 0 };

        for (; i < rounds->n_counted && rounds->counted[i].unit == unit; i++) {
            count_in(&tally, rounds->counted[i].case_);
            count_in(&all, rounds->counted[i].case_);
        }
        is_done = !unit || add_digests(rounds, unit, tally);
    }
    return is_done && add_county_digest(rounds, all);
}

static int by_person_and_case(const void *a, const void *b)
{
    const struct piece *left = a, *right = b;
    int64_t left_case = left->case_ ? left->case_->id : 0, right_case = right->case_ ? right->case_->id : 0;
    int phones = strcmp(left->phone, right->phone);

    if (phones)
        return phones;
    if (left_case != right_case)
        return left_case < right_case ? -1 : 1;
    return (int)left->round - (int)right->round;
}

/* Of each case only the last thing, of the digests the largest: the county's holds the unit's. */
static size_t without_repeats(struct piece *pieces, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        bool is_same = kept > 0 && pieces[kept - 1].case_ == pieces[i].case_;

        if (kept > 0 && pieces[kept - 1].case_ && pieces[i].case_)
            is_same = pieces[kept - 1].case_->id == pieces[i].case_->id;
        if (!is_same)
            pieces[kept++] = pieces[i];
        else if (pieces[i].case_ || pieces[i].tally.total > pieces[kept - 1].tally.total)
            pieces[kept - 1] = pieces[i];
    }
    return kept;
}

static struct json_object *tally_facts(const struct tally *tally)
{
    struct json_object *facts = facts_number(NULL, "total", tally->total);

    facts_number(facts, "livelihood", tally->livelihood);
    facts_number(facts, "hardship", tally->hardship);
    facts_number(facts, "petition", tally->petition);
    return facts_number(facts, "waiting", tally->waiting);
}

static bool add_one(struct turn *turn, struct json_object *facts, const struct piece *piece)
{
    static const char *const names[] = {
        [ROUND_SHOWN] = "shown", [ROUND_REPORTED] = "reported", [ROUND_RATE] = "rate", [ROUND_ASKED] = "asked"
    };
    struct json_object *one;

    if (!facts_of_case(turn, piece->case_, &one))
        return false;
    facts_text(one, "words", piece->words, CLIP_CALENDAR);
    json_object_object_add(facts, names[piece->round], one);
    return true;
}

static void add_many(struct json_object *facts, const struct piece *pieces, size_t n)
{
    struct json_object *many = facts_number(NULL, "count", (int64_t)n), *list = json_object_new_array();

    for (size_t i = 0; i < n && i < LISTED; i++)
        json_object_array_add(list, facts_in_brief(pieces[i].case_));
    json_object_object_add(many, "cases", list);
    facts_flag(many, "more", n > LISTED);
    json_object_object_add(facts, "many", many);
}

/* A person's pieces begin with the digest, if there is one. */
static bool make_facts(struct turn *turn, const struct piece *pieces, size_t n, struct json_object **made)
{
    struct json_object *facts = json_object_new_object();
    bool has_digest = !pieces[0].case_;

    *made = facts;
    if (has_digest)
        json_object_object_add(facts, "digest", tally_facts(&pieces[0].tally));
    if (n - has_digest > 1)
        add_many(facts, pieces + has_digest, n - has_digest);
    else if (n > has_digest && !add_one(turn, facts, &pieces[has_digest])) {
        json_object_put(facts);
        return false;
    }
    return true;
}

static bool tell_person(struct rounds *rounds, const struct piece *pieces, size_t n)
{
    struct json_object *facts;
    const struct case_ *last = pieces[n - 1].case_;

    if (!make_facts(rounds->turn, pieces, n, &facts))
        return false;
    return notify(
        rounds->turn,
        &(struct notify){ .to = pieces[0].phone,
                          .name = "calendar",
                          .data = facts,
                          .priority = PRIORITY_BULK,
                          .line = last && strcmp(last->reporter, pieces[0].phone) == 0 ? last->line : NULL,
                          .case_id = n == 1 && last ? last->id : 0 },
        NULL);
}

bool rounds_send(struct rounds *rounds)
{
    struct piece *pieces;
    bool is_done = add_all_digests(rounds);

    if (!is_done || rounds->n_pieces == 0)
        return is_done;
    pieces = rounds->pieces;
    qsort(pieces, rounds->n_pieces, sizeof *pieces, by_person_and_case);
    for (size_t i = 0, n; i < rounds->n_pieces && is_done; i += n) {
        for (n = 1; i + n < rounds->n_pieces && strcmp(pieces[i].phone, pieces[i + n].phone) == 0;)
            n++;
        is_done = tell_person(rounds, pieces + i, without_repeats(pieces + i, n));
    }
    return is_done;
}
