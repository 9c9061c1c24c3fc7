#include "gateway/desk/rehearsal.h"

#include <string.h>
#include <talloc.h>

#include "gateway/desk/intake.h"
#include "modem/pdu/segment.h"
#include "store/cases.h"
#include "store/page/drafts.h"
#include "store/notices.h"

struct job {
    void *mem;
    const struct event *event;
    struct rehearsal *rehearsal;
};

static bool add_notice(const struct notice *notice, void *arg)
{
    struct job *job = arg;
    struct rehearsal *rehearsal = job->rehearsal;
    struct rehearsed_notice *added;

    rehearsal->notices =
        talloc_realloc(job->mem, rehearsal->notices, struct rehearsed_notice, rehearsal->n + 1);
    added = &rehearsal->notices[rehearsal->n++];
    *added = (struct rehearsed_notice){ .to = talloc_strdup(job->mem, notice->to),
                                        .name = talloc_strdup(job->mem, notice->name),
                                        .text = talloc_strdup(job->mem, notice->text),
                                        .line = talloc_strdup(job->mem, notice->line),
                                        .parts = (int)segment_count(notice->text, NULL),
                                        .is_to_hidden = notice->is_to_hidden };
    return true;
}

static bool find_number(struct turn *turn, struct job *job, int64_t case_id)
{
    struct case_ *case_ = NULL;

    job->rehearsal->number = "";
    if (case_id && !store_case(turn->store, turn->mem, case_id, &case_))
        return false;
    if (case_)
        job->rehearsal->number = talloc_strdup(job->mem, case_->number);
    return true;
}

/* Runs the event in its own turn, which is rolled back. */
static bool try_event(struct turn *turn, struct job *job)
{
    struct event event = *job->event;
    struct understood understood = { 0 };
    struct notice_filter made = { 0 };

    if (event.text)
        understand(turn->understanding, turn->mem, event.text, &understood);
    if (!store_last_notice_id(turn->store, &made.after_id) || !intake(turn, &event, &understood))
        return false;
    job->rehearsal->outcome = talloc_strdup(job->mem, event.outcome ? event.outcome : "");
    job->rehearsal->why = talloc_strdup(job->mem, event.why ? event.why : "");
    return find_number(turn, job, event.case_id) && store_each_notice(turn->store, &made, add_notice, job);
}

static bool rehearse(struct turn *turn, void *arg)
{
    struct job *job = arg;
    struct turn trial = { .mem = talloc_new(turn->mem),
                          .store = turn->store,
                          .config = turn->config,
                          .words = turn->words,
                          .understanding = turn->understanding,
                          .now = turn->now,
                          .is_rehearsal = true };
    bool is_good;

    *job->rehearsal = (struct rehearsal){ .outcome = "", .why = "", .number = "" };
    if (!store_begin_trial(turn->store))
        return false;
    is_good = try_event(&trial, job);
    turn->error = trial.error;
    return store_end_trial(turn->store) && is_good;
}

bool desk_rehearse(struct desk *desk, void *mem, const struct event *event, struct rehearsal *rehearsal)
{
    struct job job = { .mem = mem, .event = event, .rehearsal = rehearsal };

    return desk_do(desk, rehearse, &job);
}
