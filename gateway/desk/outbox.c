#include "gateway/desk/outbox.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/desk/delivery.h"
#include "gateway/turn/notify.h"

enum { LEASE_SECONDS = 600 };

struct claim {
    void *mem;
    const char *line;
    bool takes_any;
    int limit;
    struct notice *notices;
    size_t n;
    int64_t next_due;
};

static bool claim(struct turn *turn, void *arg)
{
    struct claim *claim = arg;

    return store_claim_notices(turn->store, claim->mem, claim->line, claim->takes_any, turn->now,
                               notify_quiet_until(turn->config, turn->now), turn->now + LEASE_SECONDS,
                               claim->limit, &claim->notices, &claim->n, &claim->next_due);
}

static bool claim_danger(struct turn *turn, void *arg)
{
    struct claim *claim = arg;

    return store_claim_danger(turn->store, claim->mem, claim->line, claim->takes_any, turn->now,
                              turn->now + LEASE_SECONDS, claim->limit, &claim->notices, &claim->n);
}

bool outbox_claim_danger(struct desk *desk, void *mem, const char *line, int limit, struct notice **notices,
                         size_t *n)
{
    struct claim wish = { .mem = mem, .line = line, .takes_any = true, .limit = limit };

    if (!desk_do(desk, claim_danger, &wish))
        return false;
    *notices = wish.notices;
    *n = wish.n;
    return true;
}

bool outbox_is_quiet(const struct config *config, int64_t at)
{
    return notify_quiet_until(config, at) > 0;
}

bool outbox_claim(struct desk *desk, void *mem, const char *line, bool takes_any, int limit,
                  struct notice **notices, size_t *n, int64_t *next_due)
{
    struct claim wish = { .mem = mem, .line = line, .takes_any = takes_any, .limit = limit };

    if (!desk_do(desk, claim, &wish))
        return false;
    *notices = wish.notices;
    *n = wish.n;
    *next_due = wish.next_due;
    return true;
}

static struct outcome *new_outcome(const struct notice *notice, const char *line, const char *why,
                                   const int *references, int parts)
{
    struct outcome *outcome =
        talloc_zero_size(NULL, sizeof *outcome + (size_t)parts * sizeof *outcome->references);

    outcome->id = notice->id;
    outcome->attempts = notice->attempts + 1;
    outcome->lease_until = notice->lease_until;
    outcome->any_hour = notice->any_hour;
    outcome->line = talloc_strdup(outcome, line);
    outcome->why = talloc_strdup(outcome, why);
    outcome->kept = notify_kept_words(outcome, notice);
    outcome->parts = parts;
    if (parts > 0)
        memcpy(outcome->references, references, (size_t)parts * sizeof *references);
    return outcome;
}

/* wakes: the lines look for it again at once. Otherwise they have been told, or pause. */
static void release(struct desk *desk, const struct notice *notice, bool wakes)
{
    struct outcome *outcome = new_outcome(notice, "", "", NULL, 0);

    outcome->wakes = wakes;
    desk_post(desk, delivery_record_release, outcome);
}

struct arm {
    int64_t id;
    int parts, first; /* first: that goes out, from 1 */
    bool is_armed;
};

static bool arm(struct turn *turn, void *arg)
{
    struct arm *wish = arg;

    return store_arm_notice(turn->store, wish->id, wish->parts, wish->first, turn->now, &wish->is_armed);
}

bool outbox_arm(struct desk *desk, const struct notice *notice, int parts)
{
    struct arm wish = { .id = notice->id, .parts = parts, .first = notice->parts_sent + 1 };

    if (desk_do(desk, arm, &wish) && wish.is_armed)
        return true;
    release(desk, notice, true);
    return false;
}

struct arm_part {
    int64_t id;
    int part, former_reference;
    bool is_armed;
};

static bool arm_part(struct turn *turn, void *arg)
{
    struct arm_part *wish = arg;

    return store_arm_part(turn->store, wish->id, wish->part, wish->former_reference, turn->now,
                          &wish->is_armed);
}

bool outbox_arm_part(struct desk *desk, const struct notice *notice, int part, int former_reference)
{
    struct arm_part wish = { notice->id, part, former_reference, false };

    return desk_do(desk, arm_part, &wish) && wish.is_armed;
}

struct arm_all {
    const struct notice *notices;
    size_t n;
    bool *is_armed;
};

static bool arm_all(struct turn *turn, void *arg)
{
    struct arm_all *wish = arg;

    for (size_t i = 0; i < wish->n; i++)
        if (!store_arm_notice(turn->store, wish->notices[i].id, 0, wish->notices[i].parts, turn->now,
                              &wish->is_armed[i]))
            return false;
    return true;
}

void outbox_arm_all(struct desk *desk, const struct notice *notices, size_t n, bool *is_armed)
{
    struct arm_all wish = { notices, n, is_armed };

    if (n > 0 && !desk_do(desk, arm_all, &wish))
        memset(is_armed, 0, n * sizeof *is_armed);
    for (size_t i = 0; i < n; i++)
        if (!is_armed[i])
            release(desk, &notices[i], true);
}

void outbox_sent_as(struct desk *desk, const struct notice *notice, const char *line,
                    const char *const *external_ids, size_t n)
{
    static const char *const nameless[] = { "" };
    struct taken *taken = talloc_zero(NULL, struct taken);

    if (n == 0)
        external_ids = nameless, n = 1;
    taken->id = notice->id;
    taken->line = talloc_strdup(taken, line);
    taken->kept = notify_kept_words(taken, notice);
    taken->external_ids = talloc_array(taken, const char *, n);
    taken->n = n;
    for (size_t i = 0; i < n; i++)
        taken->external_ids[i] = talloc_strdup(taken->external_ids, external_ids[i]);
    desk_post_along(desk, delivery_record_taken, taken);
}

void outbox_sent(struct desk *desk, const struct notice *notice, const char *line, const int *references,
                 int parts)
{
    desk_post_along(desk, delivery_record_sent, new_outcome(notice, line, "", references, parts));
}

void outbox_unknown(struct desk *desk, const struct notice *notice, const char *line, const int *references,
                    int parts, const char *why)
{
    desk_post(desk, delivery_record_unknown, new_outcome(notice, line, why, references, parts));
}

void outbox_partly(struct desk *desk, const struct notice *notice, const char *line, const int *references,
                   int parts, int parts_sent, const char *why)
{
    struct outcome *outcome = new_outcome(notice, line, why, references, parts);

    outcome->parts_sent = parts_sent;
    desk_post(desk, delivery_record_partly, outcome);
}

void outbox_late(struct desk *desk, const struct attempted_part *part, int reference)
{
    struct late *late = talloc(NULL, struct late);

    *late = (struct late){ .id = part->notice_id,
                           .attempt = part->attempt,
                           .part = part->part,
                           .parts = part->parts,
                           .reference = reference };
    desk_post(desk, delivery_record_late, late);
}

void outbox_refused_late(struct desk *desk, const struct attempted_part *part, bool is_permanent, int code)
{
    struct late_refusal *refusal = talloc(NULL, struct late_refusal);

    *refusal = (struct late_refusal){ .id = part->notice_id,
                                      .attempt = part->attempt,
                                      .part = part->part,
                                      .is_permanent = is_permanent,
                                      .code = code };
    desk_post(desk, delivery_record_late_refusal, refusal);
}

void outbox_refused(struct desk *desk, const struct notice *notice, bool is_permanent, const char *why)
{
    struct outcome *outcome = new_outcome(notice, "", why, NULL, 0);

    outcome->is_permanent = is_permanent;
    desk_post(desk, delivery_record_refused, outcome);
}

void outbox_release(struct desk *desk, const struct notice *notice)
{
    release(desk, notice, false);
}

struct armed {
    void *mem;
    const char *line;
    int64_t since, until;
    struct armed_second *seconds;
    size_t n;
    int texts;
};

static bool count_armed(struct turn *turn, void *arg)
{
    struct armed *wish = arg;

    return store_count_armed(turn->store, wish->line, wish->since, wish->until, &wish->texts);
}

bool outbox_count_armed(struct desk *desk, const char *line, int64_t since, int64_t until, int *texts)
{
    struct armed wish = { .line = line, .since = since, .until = until };

    if (!desk_do(desk, count_armed, &wish))
        return false;
    *texts = wish.texts;
    return true;
}

static bool list_armed(struct turn *turn, void *arg)
{
    struct armed *wish = arg;

    return store_armed_seconds(turn->store, wish->mem, wish->line, wish->since, wish->until, &wish->seconds,
                               &wish->n);
}

bool outbox_armed_seconds(struct desk *desk, void *mem, const char *line, int64_t since, int64_t until,
                          struct armed_second **seconds, size_t *n)
{
    struct armed wish = { .mem = mem, .line = line, .since = since, .until = until };

    if (!desk_do(desk, list_armed, &wish))
        return false;
    *seconds = wish.seconds;
    *n = wish.n;
    return true;
}

static bool reroute(struct turn *turn, void *arg)
{
    turn->has_notices = true;
    return store_reroute_notices(turn->store, arg);
}

void outbox_reroute(struct desk *desk, const char *line)
{
    desk_post(desk, reroute, talloc_strdup(NULL, line));
}
