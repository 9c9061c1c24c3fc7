#include "gateway/desk/call_out.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/responsible.h"
#include "gateway/turn/calling.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"

enum {
    LEASE_SECONDS = 600,
    CLAIM_MOST = 32,
    APART_SECONDS = 600,
    MOST_A_DAY = 3,
    ALARM_SECONDS = 60,
    ALARM_TRIES = 10,
    NEWS_TRIES = 4,
    CALL_BACK_TRIES = 2
};

static enum call_purpose purpose_of(const struct notice *notice)
{
    return strcmp(notice->name, "call-back") == 0    ? CALL_BACK
           : strcmp(notice->name, "alarm-call") == 0 ? CALL_OF_ALARM
                                                     : CALL_OF_NEWS;
}

/* When to try again after so many attempts; 0: never. */
static int64_t next_try(const struct turn *turn, enum call_purpose purpose, int attempts)
{
    static const int minutes[] = { 35, 120, 24 * 60 };

    if (purpose == CALL_OF_ALARM)
        return attempts < ALARM_TRIES ? turn->now + ALARM_SECONDS : 0;
    if (attempts >= (purpose == CALL_BACK ? CALL_BACK_TRIES : NEWS_TRIES))
        return 0;
    return calling_after(turn->config, turn->now + (int64_t)minutes[attempts - 1] * 60);
}

/* ---- the next call ---- */

struct search {
    struct call_out *call;
    struct notice *notices;
    size_t n;
    int64_t next_due;
};

/* Until when this number may not be called; 0: it may be. */
static bool find_wait(struct turn *turn, const struct notice *notice, int64_t *until)
{
    int64_t today = date_moment(date_of(turn->now), 0);
    int64_t tomorrow = calling_after(turn->config, date_moment(date_plus(date_of(turn->now), 1), 0));
    int64_t n, last, n_all, last_of_all;

    *until = 0;
    if (purpose_of(notice) == CALL_OF_ALARM)
        return true;
    if (!store_count_calls(turn->store, CALLING_LINE, notice->to, today, &n, &last) ||
        !store_count_calls(turn->store, CALLING_LINE, "", today, &n_all, &last_of_all))
        return false;
    if (n >= MOST_A_DAY || n_all >= turn->config->voice_call_budget)
        *until = tomorrow;
    else if (last > turn->now - APART_SECONDS)
        *until = last + APART_SECONDS;
    else if (calling_after(turn->config, turn->now) > turn->now)
        *until = calling_after(turn->config, turn->now);
    return true;
}

/* Whether the alarm is over: somebody has taken the case, or it is no longer a danger. */
static bool is_over(struct turn *turn, const struct notice *notice, bool *is_so)
{
    struct case_ *case_ = NULL;

    *is_so = false;
    if (purpose_of(notice) != CALL_OF_ALARM)
        return true;
    if (!store_case(turn->store, turn->mem, notice->case_id, &case_))
        return false;
    *is_so = !case_ || !case_->alarm_at;
    return true;
}

static bool goes_with(const struct call_out *call, const struct notice *notice)
{
    return strcmp(call->to, notice->to) == 0 && purpose_of(notice) == call->purpose;
}

static bool begin(struct turn *turn, struct search *search, const struct notice *notice)
{
    struct call_out *call = talloc_zero(NULL, struct call_out);
    struct person *person;

    search->call = call;
    *call = (struct call_out){ .purpose = purpose_of(notice),
                               .to = talloc_strdup(call, notice->to),
                               .attempts = notice->attempts + 1,
                               .notices = talloc_array(call, int64_t, search->n),
                               .cases = talloc_array(call, int64_t, search->n),
                               .lease_until = notice->lease_until };
    if (!store_person(turn->store, turn->mem, notice->to, &person))
        return false;
    call->language = talloc_strdup(call, person && person->language ? person->language : "");
    return true;
}

static bool arm(struct turn *turn, struct search *search, const struct notice *notice)
{
    struct call_out *call = search->call;
    bool is_armed;

    if (!store_arm_notice(turn->store, notice->id, 1, 1, turn->now, &is_armed))
        return false;
    if (is_armed) {
        call->cases[call->n] = notice->case_id;
        call->notices[call->n++] = notice->id;
    }
    return true;
}

/* Arms the notice, postpones it, or leaves it to the next call. */
static bool look_at(struct turn *turn, struct search *search, const struct notice *notice)
{
    bool is_taken = search->call && search->call->n > 0, is_so;
    int64_t wait;

    if (is_taken && goes_with(search->call, notice))
        return arm(turn, search, notice);
    if (!is_over(turn, notice, &is_so) || !find_wait(turn, notice, &wait))
        return false;
    if (is_so)
        return store_settle_notice(turn->store, notice->id, NOTICE_CANCELLED, "somebody has taken it",
                                   turn->now);
    if (wait)
        return store_retry_notice(turn->store, notice->id, 0, wait, notice->why);
    if (is_taken) {
        search->next_due = turn->now;
        return store_release_notice(turn->store, notice->id, notice->lease_until);
    }
    talloc_free(search->call);
    return begin(turn, search, notice) && arm(turn, search, notice);
}

static bool find(struct turn *turn, void *arg)
{
    struct search *search = arg;
    int64_t quiet_until = calling_after(turn->config, turn->now);
    bool is_done = true;

    TALLOC_FREE(search->call);
    if (!store_claim_notices(turn->store, turn->mem, CALLING_LINE, false, turn->now,
                             quiet_until > turn->now ? quiet_until : 0, turn->now + LEASE_SECONDS, CLAIM_MOST,
                             &search->notices, &search->n, &search->next_due))
        return false;
    for (size_t i = 0; i < search->n && is_done; i++)
        is_done = look_at(turn, search, &search->notices[i]);
    return is_done;
}

bool call_out_next(struct desk *desk, struct call_out **call, int64_t *next_due)
{
    struct search search = { 0 };
    bool is_done = desk_do(desk, find, &search);

    if (!is_done || (search.call && search.call->n == 0))
        TALLOC_FREE(search.call);
    *call = search.call;
    *next_due = search.next_due;
    return is_done;
}

/* ---- what became of it ---- */

/* Asks a cadre to tell the person: the case's handler, else whoever should take the case. */
static bool send_a_cadre(struct turn *turn, const struct notice *notice)
{
    struct case_ *case_ = NULL;
    struct person *people;
    struct json_object *facts;
    bool is_done = true;
    size_t n;

    if (!store_case(turn->store, turn->mem, notice->case_id, &case_))
        return false;
    if (!case_)
        return true;
    if (!responsible_now(turn, case_, &people, &n) ||
        (n == 0 && !responsible_people(turn, case_, &people, &n)) || !facts_of_case(turn, case_, &facts))
        return false;
    for (size_t i = 0; i < n && is_done; i++)
        is_done = notify(turn,
                         &(struct notify){ .to = people[i].phone,
                                           .name = "tell-in-person",
                                           .data = json_object_get(facts),
                                           .priority = PRIORITY_NOTICE,
                                           .case_id = case_->id,
                                           .person = &people[i] },
                         NULL);
    json_object_put(facts);
    return is_done;
}

static bool write_instead(struct turn *turn, const struct notice *notice)
{
    bool is_landline = calling_is_landline(notice->to);
    const char *to = is_landline ? turn->config->operator_phone : notice->to;

    if (!to)
        return true;
    return notify(turn,
                  &(struct notify){ .to = to,
                                    .name = is_landline ? "missed-call-operator" : "missed-call",
                                    .data = is_landline ? facts_text(NULL, "from", notice->to, 0) : NULL,
                                    .priority = is_landline ? PRIORITY_NOTICE : PRIORITY_ANSWER,
                                    .event_id = notice->event_id },
                  NULL);
}

/* Gives up a call that nobody heard. */
static bool give_up(struct turn *turn, const struct notice *notice, const char *why)
{
    enum call_purpose purpose = purpose_of(notice);

    if (!store_settle_notice(turn->store, notice->id, NOTICE_FAILED, why, turn->now))
        return false;
    if (purpose == CALL_OF_ALARM) /* the texts about it go on */
        return true;
    return purpose == CALL_BACK ? write_instead(turn, notice) : send_a_cadre(turn, notice);
}

struct ending {
    struct call_out *call;
    enum call_end end;
    const char *why;
};

static bool end_one(struct turn *turn, const struct ending *ending, int64_t id, bool *is_told)
{
    struct notice *notice;
    int64_t again;

    if (ending->end == CALL_END_HEARD)
        return store_settle_notice(turn->store, id, NOTICE_DELIVERED, "", turn->now);
    if (ending->end == CALL_END_NOT_PLACED)
        return store_release_notice(turn->store, id, ending->call->lease_until);
    if (!store_notice(turn->store, turn->mem, id, &notice))
        return false;
    if (!notice || notice->state != NOTICE_ARMED)
        return true;
    again = next_try(turn, ending->call->purpose, notice->attempts);
    if (again)
        return store_retry_notice(turn->store, id, 0, again, ending->why);
    if (!*is_told) {
        *is_told = true;
        return give_up(turn, notice, ending->why);
    }
    return store_settle_notice(turn->store, id, NOTICE_FAILED, ending->why, turn->now);
}

/* Ends the call's notices. A cadre is asked once, even for several notices about one case. */
static bool end(struct turn *turn, void *arg)
{
    const struct ending *ending = arg;
    const struct call_out *call = ending->call;

    turn->has_notices = true;
    for (size_t i = 0; i < call->n; i++) {
        bool is_told = false;

        for (size_t k = 0; k < i; k++)
            is_told |= call->cases[k] == call->cases[i];
        if (!end_one(turn, ending, call->notices[i], &is_told))
            return false;
    }
    return true;
}

void call_out_ended(struct desk *desk, struct call_out *call, enum call_end how, const char *why)
{
    struct ending *ending = talloc_zero(NULL, struct ending);

    *ending =
        (struct ending){ .call = talloc_steal(ending, call), .end = how, .why = talloc_strdup(ending, why) };
    desk_post(desk, end, ending);
}

static bool recover(struct turn *turn, void *arg)
{
    struct notice *notices;
    size_t n;

    (void)arg;
    do {
        if (!store_unknown_of_line(turn->store, turn->mem, CALLING_LINE, CLAIM_MOST, &notices, &n))
            return false;
        for (size_t i = 0; i < n; i++)
            if (!give_up(turn, &notices[i], "the gateway stopped during the call"))
                return false;
    } while (n > 0);
    return true;
}

bool call_out_recover(struct desk *desk)
{
    return desk_do(desk, recover, NULL);
}
