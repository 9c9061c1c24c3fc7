#include "gateway/calendar/overdue.h"

#include <string.h>

#include "gateway/calendar/reporters.h"
#include "gateway/case/responsible.h"

struct listing {
    struct turn *turn;
    struct digest *digest;
    deadline_line *line;
    void *arg;
};

static bool find_who_has_it(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n)
{
    if (case_->state == CASE_NEW)
        return responsible_people(turn, case_, people, n);
    if (case_->state == CASE_IN_HAND)
        return responsible_now(turn, case_, people, n);
    return responsible_reviewers(turn, case_, people, n);
}

static bool find_leaders(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n)
{
    if (case_state_is_open(case_->state))
        return responsible_leaders(turn, case_, people, n);
    return responsible_heads(turn, case_, people, n);
}

static void tell(const struct listing *listing, const struct case_ *case_, enum digest_item item,
                 const struct person *people, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        digest_add(listing->digest, people[i].phone, item, case_);
        listing->line(listing->arg, "overdue", case_, people[i].phone);
    }
}

static bool list_case(const struct listing *listing, const struct case_ *case_)
{
    static bool (*const above[])(struct turn *, const struct case_ *, struct person **,
                                 size_t *) = { find_leaders, responsible_supervisors };
    struct person *people;
    size_t n;

    if (!find_who_has_it(listing->turn, case_, &people, &n))
        return false;
    tell(listing, case_, ITEM_OVERDUE_OWN, people, n);
    for (size_t i = 0; i < sizeof above / sizeof *above; i++) {
        if (!above[i](listing->turn, case_, &people, &n))
            return false;
        tell(listing, case_, ITEM_OVERDUE, people, n);
    }
    return true;
}

bool overdue_list(struct turn *turn, struct digest *digest, deadline_line *line, void *arg)
{
    const struct listing listing = { turn, digest, line, arg };
    const struct case_filter overdue[] = {
        { .states = 1u << CASE_NEW, .accept_until = turn->now },
        { .states = 1u << CASE_IN_HAND, .finish_until = turn->now },
        { .states = ANSWERED_STATES, .review_until = turn->now },
    };

    for (size_t i = 0; i < sizeof overdue / sizeof *overdue; i++) {
        struct case_ *cases;
        size_t n;

        if (!store_cases(turn->store, turn->mem, &overdue[i], &cases, &n))
            return false;
        for (size_t k = 0; k < n; k++)
            if (!list_case(&listing, &cases[k]))
                return false;
    }
    return true;
}

static bool is_among(const struct person *people, size_t n, const char *phone)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(people[i].phone, phone) == 0)
            return true;
    return false;
}

/* *n becomes 0 where who had the case no longer works here: then its leaders stand in the place of the
 * handler.
 */
static bool leave_out_leaders(struct turn *turn, const struct case_ *case_, size_t *n)
{
    struct person *handler;

    if (!responsible_handler(turn, case_, &handler))
        return false;
    if (!handler)
        *n = 0;
    return true;
}

/* What a reporter hears of a day that passed. */
struct passed {
    const struct listing *listing;
    struct digest_passed done;
};

static void tell_reporter(void *arg, const struct case_ *case_, const struct case_ *own, bool is_reached)
{
    const struct passed *passed = arg;
    const struct listing *listing = passed->listing;

    if (is_reached)
        digest_add_passed(listing->digest, own, case_, &passed->done);
    listing->line(listing->arg, "passed", case_, is_reached ? own->reporter : "");
}

bool overdue_passed(struct turn *turn, struct digest *digest, const struct case_ *case_,
                    const struct person *leaders, size_t n_leaders, bool is_told, deadline_line *line,
                    void *arg)
{
    const struct listing listing = { turn, digest, line, arg };
    struct passed passed = { .listing = &listing };
    struct person *people;
    size_t n;

    if (!find_who_has_it(turn, case_, &people, &n))
        return false;
    if (case_->state == CASE_IN_HAND && !leave_out_leaders(turn, case_, &n))
        return false;
    tell(&listing, case_, ITEM_OVERDUE_OWN, people, n);
    if (is_told)
        return true;
    passed.done.is_pressed = n > 0;
    for (size_t i = 0; i < n_leaders; i++)
        passed.done.is_raised |= !is_among(people, n, leaders[i].phone);
    return reporters_each(turn, case_, tell_reporter, &passed);
}
