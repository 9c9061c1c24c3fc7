#include "gateway/page/tools/new_case.h"

#include <string.h>
#include <talloc.h>

#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/page/alike.h"
#include "gateway/page/drafting.h"
#include "gateway/page/filing.h"
#include "gateway/page/live.h"
#include "gateway/turn/cache.h"
#include "store/page/drafts.h"

static void show(struct visit *visit, int status, const char *problem)
{
    const char *words = visit_field(visit, "words");
    struct draft *drafts;
    size_t n;

    if (!store_drafts(visit->turn.store, visit->exchange, visit->person->phone, 0, &drafts, &n)) {
        visit_failed(visit);
        return;
    }
    fill_text(visit->data, "problem", problem ? visit_word(visit, problem) : NULL);
    fill_text(visit->data, "words", *words ? words : n > 0 ? drafts[0].words : "");
    fill_text(visit->data, "phone", visit_field(visit, "phone"));
    fill_text(visit->data, "nonce", filing_nonce(visit));
    visit_show(visit, status, "new.html");
}

void new_case_show(struct visit *visit)
{
    show(visit, 200, NULL);
}

/* Adds open cases like these words that the visitor may know of. */
static bool add_similar(struct visit *visit, const char *words)
{
    struct understood understood;
    struct case_ like = { .number = "", .text = words, .reporter = "", .received_at = visit->exchange->now };

    understand(visit->turn.understanding, visit->exchange, words, &understood);
    like.place = understood.place.unit;
    like.topic = understood.topic;
    return understood.is_guarded || alike_list(visit, &like);
}

/* The place that the words name; "" none. False: the store failed. */
static bool find_place(struct visit *visit, const char *words, const char **place)
{
    const struct unit *unit = NULL, *above = NULL;
    struct understood understood;

    *place = "";
    understand(visit->turn.understanding, visit->exchange, words, &understood);
    if (understood.place.unit && !cache_unit(&visit->turn, understood.place.unit, &unit))
        return false;
    if (unit && unit->parent && unit->level == UNIT_VILLAGE &&
        !cache_unit(&visit->turn, unit->parent, &above))
        return false;
    if (unit)
        *place = talloc_asprintf(visit->exchange, "%s%s", above ? above->name : "", unit->name);
    return true;
}

void new_case_place(struct visit *visit)
{
    struct json_object *found;
    const char *place;

    if (!find_place(visit, visit_field(visit, "words"), &place)) {
        visit_failed(visit);
        return;
    }
    found =
        fill_text(json_object_new_object(), "place",
                  *place ? talloc_asprintf(visit->exchange, "%s %s", visit_word(visit, "place"), place) : "");
    visit_add_headers(visit->exchange);
    exchange_answer(
        visit->exchange, 200, "application/json",
        talloc_strdup(visit->exchange, json_object_to_json_string_ext(found, JSON_C_TO_STRING_PLAIN)));
    json_object_put(found);
}

static void preview(struct visit *visit, const struct filing *filing, const char *phone, const char *words)
{
    struct rehearsal rehearsal;
    const char *place;

    if (!filing_rehearse(visit, filing, &rehearsal) || !add_similar(visit, words) ||
        !find_place(visit, words, &place)) {
        visit_failed(visit);
        return;
    }
    fill_text(visit->data, "place", place);
    fill_text(visit->data, "phone", phone);
    fill_text(visit->data, "words", words);
    fill_text(visit->data, "nonce", filing->nonce);
    filing_show(visit, &rehearsal, visit->data);
    visit_show(visit, 200, "new_preview.html");
}

/* The command; NULL: *wrong is the dictionary key of the fault. Without a number it says so in words. */
static const char *command_of(struct visit *visit, const char *phone, const char *words, const char **wrong)
{
    const char *number = *phone ? cadre_phone(visit->exchange, phone) : "无号";

    *wrong = !*words ? "words_missing" : number ? NULL : "no_phone";
    if (*wrong)
        return NULL;
    return talloc_asprintf(visit->exchange, "代 %s %s",
                           number + (strncmp(number, "+86", 3) == 0 ? strlen("+86") : 0), words);
}

void new_case_do(struct visit *visit)
{
    const char *words = visit_field(visit, "words"), *phone = visit_field(visit, "phone"), *wrong;
    struct filing filing = { .nonce = visit_field(visit, "nonce") };

    words += strspn(words, " \t\r\n");
    phone += strspn(phone, " \t\r\n");
    filing.text = command_of(visit, phone, words, &wrong);
    if (!filing.text || strlen(filing.nonce) != TOKEN_HEX) {
        show(visit, 400, wrong ? wrong : "words_missing");
        return;
    }
    if (!*visit_field(visit, "sure")) {
        preview(visit, &filing, phone, words);
        return;
    }
    if (!drafting_keep(visit, 0, "file_for", words) || !filing_file(visit, &filing) ||
        !drafting_drop(visit, 0, "file_for", words)) {
        visit_failed(visit);
        return;
    }
    live_wake(visit->page->live);
    filing_go(visit, &filing, "home");
}
