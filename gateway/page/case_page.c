#include "gateway/page/case_page.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/page/alike.h"
#include "gateway/page/drafting.h"
#include "gateway/page/filing.h"
#include "gateway/page/leases.h"
#include "gateway/page/lists.h"
#include "gateway/page/offers.h"
#include "gateway/page/listening.h"
#include "gateway/page/marks.h"
#include "gateway/page/sign.h"
#include "gateway/turn/owner.h"
#include "gateway/turn/redact.h"
#include "store/page/drafts.h"
#include "store/notices.h"
#include "store/questions.h"
#include "store/recordings.h"
#include "store/steps.h"

enum { UNDO_SECONDS = 600 };

struct case_ *case_page_find(struct visit *visit, const char *number)
{
    struct case_ *case_ = NULL;
    unsigned standing = 0;

    if (!store_case_by_number(visit->turn.store, visit->exchange, number, &case_) ||
        (case_ && !standing_of(&visit->turn, case_, visit->person, &standing))) {
        visit_failed(visit);
        return NULL;
    }
    /* reporters do not work on their own case here */
    if (!case_ || !(standing & ~(unsigned)(BY_REPORTER | BY_PAST_REPORTER))) {
        visit_absent(visit);
        return NULL;
    }
    visit_shows(visit, case_);
    return case_;
}

/* Texts and steps, merged in order of time. */
struct telling {
    struct visit *visit;
    const struct case_ *case_;
    struct json_object *list;
    const struct step *steps;
    size_t n, next;
};

static bool is_reporters(const struct telling *telling, const char *phone)
{
    return strcmp(phone, telling->case_->reporter) == 0;
}

static void add_step(struct telling *telling, const struct step *step)
{
    struct visit *visit = telling->visit;
    struct json_object *item = fill_item(telling->list);
    bool is_reporter = is_reporters(telling, step->actor);

    fill_flag(item, is_reporter ? "is_reporter" : "is_step", true);
    fill_time(item, "at", step->at, visit->exchange->now);
    fill_text(item, "kind", visit_word(visit, talloc_asprintf(visit->exchange, "step_%s", step->kind)));
    fill_text(item, "who",
              is_reporter ? visit_word(visit, "reporter")
                          : visit_who_in(visit, step->actor, telling->case_->is_anonymous));
    fill_text(item, "line", step->line);
    fill_text(item, "words",
              is_reporter ? redact_for_handlers(visit->exchange, telling->case_->is_anonymous, step->words)
                          : step->words);
}

static void add_steps_until(struct telling *telling, int64_t at)
{
    while (telling->next < telling->n && telling->steps[telling->next].at <= at)
        add_step(telling, &telling->steps[telling->next++]);
}

static bool add_notice(const struct notice *notice, void *arg)
{
    struct telling *telling = arg;
    struct visit *visit = telling->visit;
    struct json_object *item;

    if (!is_reporters(telling, notice->to))
        return true;
    add_steps_until(telling, notice->created_at);
    item = fill_item(telling->list);
    fill_flag(item, "is_notice", true);
    fill_time(item, "at", notice->created_at, visit->exchange->now);
    fill_text(item, "words",
              redact_for_handlers(visit->exchange, telling->case_->is_anonymous,
                                  notice_is_secret(notice->name) ? "******" : notice->text));
    fill_text(item, "state", visit_word(visit, notice_state_name(notice->state)));
    fill_flag(item, "is_bad", notice->state == NOTICE_FAILED || notice->state == NOTICE_UNKNOWN);
    fill_text(item, "why", *notice->why ? notice->why : NULL);
    return true;
}

static bool add_conversation(struct visit *visit, const struct case_ *case_)
{
    const struct notice_filter of_case = { .case_id = case_->id };
    struct telling telling = { .visit = visit, .case_ = case_, .list = fill_list(visit->data, "told") };
    struct step *steps;

    if (!store_steps(visit->turn.store, visit->exchange, case_->id, &steps, &telling.n))
        return false;
    telling.steps = steps;
    if (!store_each_notice(visit->turn.store, &of_case, add_notice, &telling))
        return false;
    add_steps_until(&telling, INT64_MAX);
    return true;
}

static void add_dates(struct visit *visit, const struct case_ *case_)
{
    const struct {
        const char *name;
        int64_t at;
        bool is_promise;
    } dates[] = {
        { "date_received", case_->received_at, false },
        { "date_accept_by", case_->accepted_at ? 0 : case_->accept_by, true },
        { "date_take_by", case_->state == CASE_NEW && case_->accepted_at ? case_->take_by : 0, true },
        { "date_accepted", case_->accepted_at, false },
        { "date_tell_by", case_->tell_by, true },
        { "date_finish_by", case_->closed_at ? 0 : case_->finish_by, true },
        { "date_shown", case_->shown_on, false },
        { "date_closed", case_->closed_at, false },
        { "date_rated", case_->rated_at, false },
        { "date_review_by", case_->review_by, true },
    };
    struct json_object *list = fill_list(visit->data, "dates");

    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        struct json_object *item;

        if (!dates[i].at)
            continue;
        item = fill_item(list);
        fill_text(item, "label", visit_word(visit, dates[i].name));
        fill_text(item, "rule",
                  dates[i].is_promise
                      ? visit_word(visit, talloc_asprintf(visit->exchange, "rule_%s", dates[i].name + 5))
                      : NULL);
        fill_time(item, "at", dates[i].at, visit->exchange->now);
        fill_flag(item, "late", dates[i].is_promise && dates[i].at < visit->exchange->now);
    }
}

static bool add_undo(struct visit *visit, const struct case_ *case_)
{
    struct undo *undos;
    bool can = false;
    size_t n;

    if (!store_undos(visit->turn.store, visit->exchange, visit->person->phone, &undos, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        can |= undos[i].case_id == case_->id && visit->exchange->now - undos[i].at < UNDO_SECONDS;
    fill_flag(visit->data, "can_undo", can);
    return true;
}

/* Fills visit->data with the case as it is now. False: the store failed. */
static bool fill(struct visit *visit, const struct case_ *case_)
{
    struct json_object *data = visit->data, *list = json_object_new_array();
    char mark[MARK_SIZE];
    int64_t seen;
    bool is_past = false,
         is_good = lists_add_case(visit, case_, list) &&
                   owner_of_phone_is_past(&visit->turn, case_->reporter, case_->received_at, &is_past);

    json_object_object_add(data, "case", json_object_get(json_object_array_get_idx(list, 0)));
    json_object_put(list);
    fill_text(data, "number", case_->number);
    fill_text(data, "case_number", case_->number);
    fill_text(data, "text", redact_for_handlers(visit->exchange, case_->is_anonymous, case_->text));
    fill_text(data, "reporter",
              case_->is_anonymous ? visit_word(visit, "anonymous")
                                  : visit_masked(visit->exchange, case_->reporter));
    fill_flag(data, "is_unreached", is_past);
    fill_flag(data, "can_reveal", !case_->is_anonymous);
    fill_text(data, "leader", *case_->leader ? visit_who(visit, case_->leader) : NULL);
    fill_number(data, "confidence", case_->confidence);
    fill_text(data, "nonce", filing_nonce(visit));
    add_dates(visit, case_);
    is_good = is_good && store_last_step_id(visit->turn.store, case_->id, &seen);
    visit->last_of_case = is_good ? seen : 0;
    marks_of(mark, visit->session->csrf, visit->last_of_case);
    fill_text(data, "seen", mark);
    return is_good && add_conversation(visit, case_) && listening_add(visit, case_) &&
           alike_list(visit, case_) && offers_add(visit, case_, data) && add_undo(visit, case_);
}

void case_page_show(struct visit *visit)
{
    const char *slash = strchr(visit->rest, '/');
    const char *number =
        slash ? talloc_strndup(visit->exchange, visit->rest, (size_t)(slash - visit->rest)) : visit->rest;
    struct case_ *case_ = case_page_find(visit, number);

    if (!case_)
        return;
    if (slash && strncmp(slash, "/play/", 6) == 0) {
        listening_send(visit, case_, atoll(slash + 6));
        return;
    }
    if (slash) {
        visit_absent(visit);
        return;
    }
    leases_take(visit, case_);
    if (fill(visit, case_) && filing_add_answers(visit, visit_query(visit, "done")))
        visit_show(visit, 200, "case.html");
    else
        visit_failed(visit);
}

/* Adds the form's fields as hidden ones, so that the next form sends them again. */
static void add_fields(struct visit *visit)
{
    static const char *const names[] = { "command", "words", "ready", "days", "unit",
                                         "class",   "topic", "value", "seen", "nonce" };
    struct json_object *list = fill_list(visit->data, "fields");

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (*visit_field(visit, names[i]))
            fill_text(fill_text(fill_item(list), "field", names[i]), "value", visit_field(visit, names[i]));
}

/* Shows the case as it is now with what is wrong above it; the form keeps the visitor's words. */
static void show_problem(struct visit *visit, const struct case_ *case_, int status, const char *key)
{
    fill_text(visit->data, "problem", visit_word(visit, key));
    fill_text(visit->data, "kept_words", *visit_field(visit, "words") ? visit_field(visit, "words") : NULL);
    if (fill(visit, case_))
        visit_show(visit, status, "case.html");
    else
        visit_failed(visit);
}

static void show_preview(struct visit *visit, const struct offer *offer, struct filing *filing,
                         const char *problem)
{
    struct rehearsal rehearsal;
    bool needs_code = offer->is_starred && !sign_is_proven(visit);

    if (!filing_rehearse(visit, filing, &rehearsal) || (needs_code && !problem && !sign_send_proof(visit))) {
        visit_failed(visit);
        return;
    }
    fill_text(visit->data, "number", filing->case_->number);
    fill_text(visit->data, "label",
              visit_word(visit, talloc_asprintf(visit->exchange, "do_%s", offer->name)));
    fill_text(visit->data, "command_text", filing->text);
    fill_flag(visit->data, "needs_code", needs_code);
    fill_text(visit->data, "problem", problem ? visit_word(visit, problem) : NULL);
    add_fields(visit);
    filing_show(visit, &rehearsal, visit->data);
    visit_show(visit, problem ? 403 : 200, "preview.html");
}

/* To the case, which says what came of it; home, where it has left the visitor's sight by that. */
static void go_back(struct visit *visit, const struct filing *filing)
{
    struct case_ *case_ = NULL;
    unsigned standing = 0;

    if (!store_case(visit->turn.store, visit->exchange, filing->case_->id, &case_) ||
        (case_ && !standing_of(&visit->turn, case_, visit->person, &standing)))
        visit_failed(visit);
    else
        filing_go(visit, filing,
                  standing ? talloc_asprintf(visit->exchange, "case/%s", case_->number) : "home");
}

static void file(struct visit *visit, const struct offer *offer, struct filing *filing)
{
    const char *words = visit_field(visit, "words");

    /* keep the words as a draft until the command is filed */
    if (*words && !drafting_keep(visit, filing->case_->id, offer->name, words)) {
        visit_failed(visit);
        return;
    }
    if (!filing_file(visit, filing)) {
        visit_failed(visit);
        return;
    }
    if (filing_is_outdated(filing)) { /* by then another window may have kept its words in their place */
        if (*words)
            drafting_keep(visit, filing->case_->id, offer->name, words);
        show_problem(visit, filing->case_, 409, "outdated");
        return;
    }
    if (*words && !drafting_drop(visit, filing->case_->id, offer->name, words)) {
        visit_failed(visit);
        return;
    }
    page_wake(visit->page);
    go_back(visit, filing);
}

/* Whether the form showed the case's last step, *last. */
static bool is_last_step(struct visit *visit, const struct case_ *case_, int64_t *last, bool *is_so)
{
    return marks_are_of_last(&visit->turn, visit->session->csrf, visit_field(visit, "seen"), case_->id, last,
                             is_so);
}

static void undo(struct visit *visit, struct case_ *case_)
{
    struct filing filing = { .text = "撤销", .nonce = visit_field(visit, "nonce"), .case_ = case_ };
    bool is_last;

    if (!is_last_step(visit, case_, &filing.seen, &is_last) || (is_last && !filing_file(visit, &filing)))
        visit_failed(visit);
    else if (!is_last || filing_is_outdated(&filing))
        show_problem(visit, case_, 409, "outdated");
    else
        go_back(visit, &filing);
}

void case_page_do(struct visit *visit)
{
    const char *slash = strchr(visit->rest, '/'), *wrong = NULL, *problem = NULL;
    const struct offer *offer = offer_find(visit_field(visit, "command"));
    struct filing filing = { .nonce = visit_field(visit, "nonce") };
    struct case_ *case_;
    bool is_last;

    if (!slash || strcmp(slash, "/do") != 0 || strlen(filing.nonce) != TOKEN_HEX) {
        visit_absent(visit);
        return;
    }
    case_ =
        case_page_find(visit, talloc_strndup(visit->exchange, visit->rest, (size_t)(slash - visit->rest)));
    if (!case_)
        return;
    if (!offer) {
        if (strcmp(visit_field(visit, "command"), "undo") == 0)
            undo(visit, case_);
        else
            visit_absent(visit);
        return;
    }
    filing.case_ = case_;
    filing.text = offer_text(visit, offer, case_->number, &wrong);
    if (!filing.text) {
        show_problem(visit, case_, 400, wrong);
        return;
    }
    if (!is_last_step(visit, case_, &filing.seen, &is_last)) {
        visit_failed(visit);
        return;
    }
    if (!is_last && filing_filed(visit, &filing)) { /* the button was pressed twice */
        go_back(visit, &filing);
        return;
    }
    if (!is_last) {
        if (*visit_field(visit, "words"))
            drafting_keep(visit, case_->id, offer->name, visit_field(visit, "words"));
        show_problem(visit, case_, 409, "outdated");
        return;
    }
    if (*visit_field(visit, "code"))
        problem = sign_check_proof(visit, visit_field(visit, "code"));
    filing.is_proven = sign_is_proven(visit);
    if (!*visit_field(visit, "sure") || problem || (offer->is_starred && !filing.is_proven))
        show_preview(visit, offer, &filing, problem);
    else
        file(visit, offer, &filing);
}
