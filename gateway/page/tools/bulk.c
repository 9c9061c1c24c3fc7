#include "gateway/page/tools/bulk.h"

#include <string.h>
#include <talloc.h>

#include "gateway/page/filing.h"
#include "gateway/page/live.h"
#include "gateway/page/marks.h"
#include "gateway/page/offers.h"
#include "gateway/page/sign.h"
#include "gateway/understand/keyword.h"
#include "store/events.h"
#include "store/page/drafts.h"

/* BULK_MOST: the most cases that one command may name. EARLIER: stands for any step before the last. */
enum { BULK_MOST = MORE_NUMBERS + 1, EARLIER = -1 };

struct bulk {
    struct visit *visit;
    const struct offer *offer;
    const char *nonce, *words;
    struct case_ *cases[BULK_MOST];
    struct last_seen seen[BULK_MOST];
    size_t n;
    struct json_object *list;
};

/* Finds the chosen cases that the visitor may know of and ignores the others. */
static bool find_cases(struct bulk *bulk)
{
    struct visit *visit = bulk->visit;

    for (size_t i = 0; i < visit->n_form && bulk->n < BULK_MOST; i++) {
        struct case_ *case_ = NULL;
        unsigned standing = 0;

        if (strcmp(visit->form[i].name, "n") != 0)
            continue;
        if (!store_case_by_number(visit->turn.store, visit->exchange, visit->form[i].value, &case_) ||
            (case_ && !standing_of(&visit->turn, case_, visit->person, &standing)))
            return false;
        if (standing)
            bulk->cases[bulk->n++] = case_;
    }
    return true;
}

/* Finds each case's last step that the form showed, "seen-NUMBER"; a fresh form takes the newest step. */
static bool find_seen(struct bulk *bulk, bool is_fresh)
{
    for (size_t i = 0; i < bulk->n; i++) {
        struct visit *visit = bulk->visit;
        const char *field =
            visit_field(visit, talloc_asprintf(visit->exchange, "seen-%s", bulk->cases[i]->number));
        int64_t last;
        bool is_last;

        if (!marks_are_of_last(&visit->turn, visit->session->csrf, field, bulk->cases[i]->id, &last,
                               &is_last))
            return false;
        bulk->seen[i] =
            (struct last_seen){ bulk->cases[i]->id, is_fresh || is_last || !*field ? last : EARLIER };
    }
    return true;
}

/* The text of the command for these cases; the visitor's words are its one argument. */
static const char *text_of(const struct bulk *bulk, struct case_ *const *cases, size_t n)
{
    char *text = talloc_strdup(bulk->visit->exchange, bulk->offer->keyword);

    for (size_t i = 0; i < n; i++)
        text = talloc_asprintf_append(text, " %s", cases[i]->number);
    return bulk->offer->asks == ASKS_NOTHING ? text : talloc_asprintf_append(text, " %s", bulk->words);
}

static struct json_object *add_item(struct bulk *bulk, size_t i)
{
    struct json_object *item = fill_item(bulk->list);

    char mark[MARK_SIZE];

    visit_shows(bulk->visit, bulk->cases[i]);
    marks_of(mark, bulk->visit->session->csrf, bulk->seen[i].step_id);
    fill_text(item, "number", bulk->cases[i]->number);
    fill_text(item, "seen", mark);
    return item;
}

static bool preview(struct bulk *bulk)
{
    if (!find_seen(bulk, true))
        return false;
    for (size_t i = 0; i < bulk->n; i++) {
        struct filing filing = { .text = text_of(bulk, &bulk->cases[i], 1), .nonce = bulk->nonce };
        struct json_object *item = add_item(bulk, i);
        struct rehearsal rehearsal;

        if (!filing_rehearse(bulk->visit, &filing, &rehearsal))
            return false;
        filing_show(bulk->visit, &rehearsal, item);
    }
    return true;
}

/* Files one command for all the cases, so that one 撤销 undoes it. */
static bool file(struct bulk *bulk, bool *is_outdated)
{
    struct visit *visit = bulk->visit;
    struct filing filing = { .text = text_of(bulk, bulk->cases, bulk->n),
                             .nonce = bulk->nonce,
                             .is_proven = sign_is_proven(visit),
                             .all_seen = bulk->seen,
                             .n_seen = bulk->n };

    if (!find_seen(bulk, false) || !filing_file(visit, &filing))
        return false;
    *is_outdated = filing_is_outdated(&filing);
    if (*is_outdated)
        return true;
    for (size_t i = 0; i < bulk->n; i++) {
        bool is_done;

        if (!store_event_has_step(visit->turn.store, filing.event->id, bulk->cases[i]->id, &is_done))
            return false;
        fill_text(add_item(bulk, i), "result", visit_word(visit, is_done ? "was_done" : "was_not_done"));
    }
    live_wake(visit->page->live);
    return filing_add_answers(visit, filing.nonce);
}

static void show(struct bulk *bulk, int status, const char *problem, bool needs_code, bool is_done)
{
    struct visit *visit = bulk->visit;

    fill_text(visit->data, "problem", problem ? visit_word(visit, problem) : NULL);
    fill_text(visit->data, "label",
              visit_word(visit, talloc_asprintf(visit->exchange, "do_%s", bulk->offer->name)));
    fill_text(visit->data, "command", bulk->offer->name);
    fill_text(visit->data, "words", bulk->words);
    fill_text(visit->data, "nonce", bulk->nonce);
    fill_text(visit->data, "undo_nonce", filing_nonce(visit));
    fill_number(visit->data, "count", (int64_t)bulk->n);
    fill_flag(visit->data, "needs_code", needs_code);
    fill_flag(visit->data, "is_done", is_done);
    fill_flag(visit->data, "is_none", bulk->n == 0);
    visit_show(visit, status, "bulk.html");
}

/* The key of what is wrong with the form; NULL: nothing is. */
static const char *find_problem(const struct bulk *bulk)
{
    if (bulk->n == 0)
        return "choose_some";
    if (bulk->offer->asks != ASKS_NOTHING && !*bulk->words)
        return "words_missing";
    return offer_is_read(bulk->visit, bulk->offer, text_of(bulk, bulk->cases, bulk->n), bulk->n)
               ? NULL
               : "words_begin_with_number";
}

static void run(struct bulk *bulk, const char *problem)
{
    struct visit *visit = bulk->visit;
    bool needs_code = bulk->offer->is_starred && !sign_is_proven(visit), is_outdated = false;
    bool is_sure = *visit_field(visit, "sure") && !needs_code && !problem;

    if (is_sure && !file(bulk, &is_outdated)) {
        visit_failed(visit);
        return;
    }
    if (is_sure && !is_outdated) {
        show(bulk, 200, NULL, false, true);
        return;
    }
    if (is_outdated) { /* the preview has changed, so it needs a new nonce */
        problem = "outdated";
        bulk->nonce = filing_nonce(visit);
    }
    if (!preview(bulk) || (needs_code && !*visit_field(visit, "code") && !sign_send_proof(visit)))
        visit_failed(visit);
    else
        show(bulk, is_outdated ? 409 : problem ? 403 : 200, problem, needs_code, false);
}

void bulk_do(struct visit *visit)
{
    const char *nonce = visit_field(visit, "nonce"), *problem;
    struct bulk bulk = { .visit = visit,
                         .offer = offer_find(visit_field(visit, "command")),
                         .words = visit_field(visit, "words") };

    if (!bulk.offer || !bulk.offer->is_bulk) {
        visit_absent(visit);
        return;
    }
    bulk.words += strspn(bulk.words, " \t\r\n");
    bulk.nonce = strlen(nonce) == TOKEN_HEX ? nonce : filing_nonce(visit);
    bulk.list = fill_list(visit->data, "items");
    if (!find_cases(&bulk)) {
        visit_failed(visit);
        return;
    }
    problem = find_problem(&bulk);
    if (problem) {
        bulk.n = 0;
        show(&bulk, 400, problem, false, false);
        return;
    }
    if (*visit_field(visit, "code"))
        problem = sign_check_proof(visit, visit_field(visit, "code"));
    run(&bulk, problem);
}

void bulk_undo(struct visit *visit)
{
    struct filing filing = { .text = "撤销", .nonce = visit_field(visit, "nonce") };

    if (strlen(filing.nonce) != TOKEN_HEX)
        visit_absent(visit);
    else if (!filing_file(visit, &filing))
        visit_failed(visit);
    else
        filing_go(visit, &filing, "home");
}
