#include "gateway/page/drafting.h"

#include <string.h>
#include <talloc.h>

#include "gateway/page/counts.h"
#include "gateway/page/offers.h"
#include "store/cases.h"
#include "store/page/drafts.h"

static bool keep(struct turn *turn, void *arg)
{
    return store_put_draft(turn->store, arg, turn->now - DRAFT_SECONDS);
}

bool drafting_keep(struct visit *visit, int64_t case_id, const char *command, const char *words)
{
    struct draft draft = { .phone = visit->person->phone,
                           .case_id = case_id,
                           .command = command,
                           .words = words,
                           .at = visit->exchange->now };

    counts_forget(visit);
    return desk_do(visit->page->desk, keep, &draft);
}

static bool drop(struct turn *turn, void *arg)
{
    return store_drop_draft(turn->store, arg);
}

bool drafting_drop(struct visit *visit, int64_t case_id, const char *command, const char *words)
{
    struct draft draft = {
        .phone = visit->person->phone, .case_id = case_id, .command = command, .words = words
    };

    counts_forget(visit);
    return desk_do(visit->page->desk, drop, &draft);
}

/* The case that the form names, if its sender may know of it; 0: a new one. False: there is none. */
static bool find_case(struct visit *visit, int64_t *id)
{
    const char *number = visit_field(visit, "case");
    struct case_ *case_ = NULL;
    unsigned standing = 0;

    *id = 0;
    if (!*number)
        return true;
    if (!store_case_by_number(visit->turn.store, visit->exchange, number, &case_) || !case_ ||
        !standing_of(&visit->turn, case_, visit->person, &standing) || !standing)
        return false;
    *id = case_->id;
    return true;
}

static bool is_command(const char *name)
{
    return offer_find(name) || strcmp(name, "file_for") == 0;
}

static bool keep_form(struct visit *visit)
{
    int64_t case_id;

    return is_command(visit_field(visit, "command")) && find_case(visit, &case_id) &&
           drafting_keep(visit, case_id, visit_field(visit, "command"), visit_field(visit, "words"));
}

void drafting_rescue(struct visit *visit, const struct session *session)
{
    if (visit->is_read && strcmp(visit_field(visit, "csrf"), session->csrf) == 0 &&
        *visit_field(visit, "words"))
        keep_form(visit);
}

void drafting_take(struct visit *visit)
{
    if (!keep_form(visit)) {
        visit_absent(visit);
        return;
    }
    if (*visit_field(visit, "back")) {
        visit_go(visit, talloc_asprintf(visit->exchange, "case/%s", visit_field(visit, "case")));
        return;
    }
    visit_add_headers(visit->exchange);
    exchange_answer(visit->exchange, 204, NULL, "");
}

void drafting_list(struct visit *visit)
{
    struct json_object *list = fill_list(visit->data, "drafts");
    struct draft *drafts;
    size_t n;

    if (!store_drafts(visit->turn.store, visit->exchange, visit->person->phone, -1, &drafts, &n)) {
        visit_failed(visit);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        struct json_object *item = fill_item(list);
        struct case_ *case_ = NULL;
        unsigned standing = 0;

        if (drafts[i].case_id &&
            (!store_case(visit->turn.store, visit->exchange, drafts[i].case_id, &case_) ||
             (case_ && !standing_of(&visit->turn, case_, visit->person, &standing)))) {
            visit_failed(visit);
            return;
        }
        fill_text(item, "words", drafts[i].words);
        fill_time(item, "at", drafts[i].at, visit->exchange->now);
        fill_text(item, "label",
                  visit_word(visit, talloc_asprintf(visit->exchange, "do_%s", drafts[i].command)));
        if (case_ && standing) {
            fill_text(item, "number", case_->number);
            visit_shows(visit, case_);
        }
    }
    visit_show(visit, 200, "drafts.html");
}
