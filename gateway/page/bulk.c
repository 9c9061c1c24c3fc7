#include "gateway/page/bulk.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/page/filing.h"
#include "gateway/page/live.h"
#include "gateway/page/offers.h"
#include "gateway/page/sign.h"
#include "store/page/drafts.h"

enum { BULK_MOST = 50 };

struct bulk {
    struct visit *visit;
    const struct offer *offer;
    const char *nonce;
    bool is_sure;
    struct json_object *list;
    size_t n;
};

/* The visitor's words as the one argument that the command asks. */
static const char *text_of(struct bulk *bulk, const char *number)
{
    const char *words = visit_field(bulk->visit, "words");

    words += strspn(words, " \t\r\n");
    if (bulk->offer->asks == ASKS_NOTHING)
        return talloc_asprintf(bulk->visit->exchange, "%s %s", bulk->offer->keyword, number);
    return *words ? talloc_asprintf(bulk->visit->exchange, "%s %s %s", bulk->offer->keyword, number, words)
                  : NULL;
}

/* The last step that the form saw of the case: "seen-NUMBER"; before the preview that is the case's last. */
static int64_t seen_of(struct visit *visit, const struct case_ *case_, bool *is_good)
{
    const char *field = visit_field(visit, talloc_asprintf(visit->exchange, "seen-%s", case_->number));
    int64_t seen = 0;

    if (*field)
        return atoll(field);
    *is_good &= store_last_step_id(visit->turn.store, case_->id, &seen);
    return seen;
}

static bool file_one(struct bulk *bulk, struct filing *filing, struct json_object *item)
{
    struct visit *visit = bulk->visit;
    struct json_object *list = fill_list(item, "said");
    const char **texts;
    size_t n;

    if (!filing_file(visit, filing) ||
        !store_answers_to_event(visit->turn.store, visit->exchange, filing->event->id, visit->person->phone,
                                &texts, &n))
        return false;
    if (filing_is_outdated(filing))
        fill_text(fill_item(list), "text", visit_word(visit, "outdated"));
    for (size_t i = 0; i < n; i++)
        fill_text(fill_item(list), "text", texts[i]);
    return true;
}

static bool do_one(struct bulk *bulk, const char *number)
{
    struct visit *visit = bulk->visit;
    struct case_ *case_ = NULL;
    struct rehearsal rehearsal;
    struct filing filing = { .is_proven = sign_is_proven(visit) };
    struct json_object *item;
    unsigned standing = 0;
    bool is_good = true;

    if (!store_case_by_number(visit->turn.store, visit->exchange, number, &case_) ||
        (case_ && !standing_of(&visit->turn, case_, visit->person, &standing)))
        return false;
    if (!standing) /* as if it had not been chosen */
        return true;
    visit_shows(visit, case_);
    item = fill_item(bulk->list);
    fill_text(item, "number", case_->number);
    filing.case_ = case_;
    filing.text = text_of(bulk, case_->number);
    filing.nonce = talloc_asprintf(visit->exchange, "%s %s", bulk->nonce, case_->number);
    filing.seen = seen_of(visit, case_, &is_good);
    fill_number(item, "seen", filing.seen);
    if (!is_good)
        return false;
    if (bulk->is_sure)
        return file_one(bulk, &filing, item);
    if (!filing_rehearse(visit, &filing, &rehearsal))
        return false;
    filing_show(visit, &rehearsal, item);
    return true;
}

static bool do_all(struct bulk *bulk)
{
    for (size_t i = 0; i < bulk->visit->n_form && bulk->n < BULK_MOST; i++)
        if (strcmp(bulk->visit->form[i].name, "n") == 0) {
            bulk->n++;
            if (!do_one(bulk, bulk->visit->form[i].value))
                return false;
        }
    return true;
}

void bulk_do(struct visit *visit)
{
    const char *nonce = visit_field(visit, "nonce"), *problem = NULL;
    struct bulk bulk = { .visit = visit, .offer = offer_find(visit_field(visit, "command")) };
    bool needs_code;

    if (!bulk.offer || !bulk.offer->is_bulk) {
        visit_absent(visit);
        return;
    }
    bulk.nonce = strlen(nonce) == TOKEN_HEX ? nonce : filing_nonce(visit);
    if (*visit_field(visit, "code"))
        problem = sign_check_proof(visit, visit_field(visit, "code"));
    needs_code = bulk.offer->is_starred && !sign_is_proven(visit);
    bulk.is_sure = *visit_field(visit, "sure") && !needs_code && !problem;
    bulk.list = fill_list(visit->data, "items");
    if (!text_of(&bulk, "")) {
        visit_refuse(visit, 400, "words_missing");
        return;
    }
    if (!do_all(&bulk) || (needs_code && !*visit_field(visit, "code") && !sign_send_proof(visit))) {
        visit_failed(visit);
        return;
    }
    if (bulk.is_sure)
        live_wake(visit->page->live);
    fill_text(visit->data, "problem",
              problem       ? visit_word(visit, problem)
              : bulk.n == 0 ? visit_word(visit, "choose_some")
                            : NULL);
    fill_text(visit->data, "label",
              visit_word(visit, talloc_asprintf(visit->exchange, "do_%s", bulk.offer->name)));
    fill_text(visit->data, "command", bulk.offer->name);
    fill_text(visit->data, "words", visit_field(visit, "words"));
    fill_text(visit->data, "nonce", bulk.nonce);
    fill_number(visit->data, "count", (int64_t)json_object_array_length(bulk.list));
    fill_flag(visit->data, "needs_code", needs_code);
    fill_flag(visit->data, "is_done", bulk.is_sure);
    fill_flag(visit->data, "is_none", json_object_array_length(bulk.list) == 0);
    visit_show(visit, problem ? 403 : 200, "bulk.html");
}
