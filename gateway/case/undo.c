#include "gateway/case/undo.h"

#include <json-c/json.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/hand_over.h"
#include "gateway/case/joined.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "gateway/turn/similar.h"
#include "store/learned/lessons.h"
#include "store/notices.h"
#include "store/questions.h"
#include "store/steps.h"

/* The fields a step can change, each a number or a text. */
static const struct field {
    const char *name;
    enum { NUMBER, WIDE, TEXT } kind;
    size_t at;
} fields[] = {
#define FIELD(kind, name)                         \
    {                                             \
#name, kind, offsetof(struct case_, name) \
    }
    FIELD(NUMBER, state),       FIELD(NUMBER, category),
    FIELD(NUMBER, confidence),  FIELD(NUMBER, reopened),
    FIELD(NUMBER, rating),      FIELD(WIDE, unit),
    FIELD(WIDE, accepted_at),   FIELD(WIDE, shown_on),
    FIELD(WIDE, finish_by),     FIELD(WIDE, closed_at),
    FIELD(WIDE, merged_into),   FIELD(TEXT, topic),
    FIELD(TEXT, first_handler), FIELD(TEXT, handler),
    FIELD(TEXT, leader),        FIELD(NUMBER, public_works_year),
    FIELD(NUMBER, households),  FIELD(NUMBER, residents),
    FIELD(WIDE, accept_by),     FIELD(WIDE, review_by),
    FIELD(WIDE, reviewed_at),   FIELD(WIDE, take_by),
    FIELD(WIDE, tell_by),       FIELD(TEXT, urgency_class),
    FIELD(NUMBER, urgency),     FIELD(WIDE, alarmed_at),
    FIELD(WIDE, alarm_at),      FIELD(WIDE, place),
    FIELD(WIDE, returned_at),
};

static struct json_object *before_step(const struct case_ *case_)
{
    struct json_object *all = json_object_new_object();

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *at = (const char *)case_ + fields[i].at;

        if (fields[i].kind == NUMBER)
            facts_number(all, fields[i].name, *(const int *)at);
        else if (fields[i].kind == WIDE)
            facts_number(all, fields[i].name, *(const int64_t *)at);
        else
            facts_text(all, fields[i].name, *(const char *const *)at, 0);
    }
    return all;
}

static void restore(struct case_ *case_, struct json_object *all)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        char *at = (char *)case_ + fields[i].at;
        struct json_object *value = json_object_object_get(all, fields[i].name);

        if (fields[i].kind == NUMBER)
            *(int *)at = json_object_get_int(value);
        else if (fields[i].kind == WIDE)
            *(int64_t *)at = json_object_get_int64(value);
        else
            *(const char **)at = value ? talloc_strdup(case_, json_object_get_string(value)) : "";
    }
}

bool undo_remember(struct turn *turn, const struct action *action, const struct case_ *before)
{
    struct json_object *all = before_step(before);
    const struct undo undo = { .phone = action->by->phone,
                               .case_id = before->id,
                               .step_id = action->step_id,
                               .event_id = action->event_id,
                               .at = turn->now,
                               .before = json_object_to_json_string(all) };
    bool is_done = store_put_undo(turn->store, &undo);

    json_object_put(all);
    return is_done;
}

/* The case if its last step, not counting views, is the remembered one; else NULL. */
static bool find_undoable(struct turn *turn, const struct undo *undo, struct case_ **case_)
{
    struct step *steps;
    size_t n;

    *case_ = NULL;
    if (turn->now - undo->at > UNDO_SECONDS)
        return true;
    if (!store_steps(turn->store, turn->mem, undo->case_id, &steps, &n))
        return false;
    while (n > 0 && strcmp(steps[n - 1].kind, "viewed") == 0)
        n--;
    return n == 0 || steps[n - 1].id != undo->step_id ||
           store_case(turn->store, turn->mem, undo->case_id, case_);
}

struct corrections {
    struct turn *turn;
    int64_t step_id;
    const char **to;
    size_t n;
};

static bool note_who_heard(const struct notice *notice, void *arg)
{
    struct corrections *corrections = arg;

    if (notice->step_id != corrections->step_id || notice->state == NOTICE_READY ||
        notice->state == NOTICE_CANCELLED)
        return true;
    corrections->to =
        talloc_realloc(corrections->turn->mem, corrections->to, const char *, corrections->n + 1);
    corrections->to[corrections->n++] = talloc_strdup(corrections->turn->mem, notice->to);
    return true;
}

static bool tell_corrected(struct turn *turn, const struct case_ *case_, const char *to, int64_t undone_id)
{
    struct json_object *facts = NULL;
    const struct case_ *own;

    if (!joined_own(turn, case_, to, &own) || (!case_->is_guarded && !facts_of_case(turn, case_, &facts)))
        return false;
    facts =
        facts_flag(facts ? facts : facts_in_brief(case_), "staff", !own || strcmp(own->reporter, to) != 0);
    return notify(turn,
                  &(struct notify){ .to = to,
                                    .name = "corrected",
                                    .data = facts,
                                    .priority = PRIORITY_NOTICE,
                                    .case_id = case_->id,
                                    .step_id = undone_id,
                                    .own_case = own },
                  NULL);
}

static bool correct(struct turn *turn, const struct case_ *case_, int64_t step_id, int64_t undone_id)
{
    struct notice_filter filter = { .case_id = case_->id };
    struct corrections corrections = { .turn = turn, .step_id = step_id };
    int recalled;

    if (!store_cancel_notices(turn->store, case_->id, step_id, turn->now, &recalled) ||
        !store_each_notice(turn->store, &filter, note_who_heard, &corrections))
        return false;
    for (size_t i = 0; i < corrections.n; i++)
        if (!tell_corrected(turn, case_, corrections.to[i], undone_id))
            return false;
    return true;
}

/* Withdraws the request to rate the case. */
static bool take_back_question(struct turn *turn, const struct case_ *case_)
{
    struct question *question;

    if (!store_question(turn->store, turn->mem, case_->reporter, turn->now, &question))
        return false;
    return !question || question->case_id != case_->id || question->kind != QUESTION_RATING ||
           store_answer_question(turn->store, case_->reporter);
}

static bool undo(struct turn *turn, const struct person *by, const struct event *event,
                 const struct undo *last, struct case_ *case_)
{
    struct json_object *before = json_tokener_parse(last->before);
    struct step step = { .case_id = case_->id,
                         .at = turn->now,
                         .actor = by->phone,
                         .line = event->line,
                         .kind = "undone",
                         .words = "",
                         .event_id = event->id };

    restore(case_, before);
    json_object_put(before);
    if (!store_drop_labels(turn->store, case_->id, by->phone, last->at))
        return false;
    case_->touched_at = case_->given_at = turn->now;
    if (case_->state == CASE_NEW && case_->take_by < turn->now) /* it passed meanwhile: warn once more */
        case_->take_by = turn->now;
    return store_take_step(turn->store, &step, case_) && similar_keep(turn->store, case_) &&
           take_back_question(turn, case_) && correct(turn, case_, last->step_id, step.id);
}

bool undo_last(struct turn *turn, const struct person *by, const struct event *event, struct undone *undone)
{
    struct undo *last;
    size_t n;

    *undone = (struct undone){ .n = 0 };
    if (!store_undos(turn->store, turn->mem, by->phone, &last, &n))
        return false;
    if (n > 0 && !last[0].case_id)
        return hand_over_undo(turn, by, event, &last[0], &undone->hand_over);
    undone->cases = talloc_array(turn->mem, struct case_ *, (unsigned)n + 1);
    for (size_t i = 0; i < n; i++) {
        struct case_ *case_;

        if (!find_undoable(turn, &last[i], &case_) || (case_ && !undo(turn, by, event, &last[i], case_)))
            return false;
        if (case_)
            undone->cases[undone->n++] = case_;
        else
            undone->left++;
    }
    return true;
}
