#include "gateway/page/new_case.h"

#include <string.h>
#include <talloc.h>

#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/page/alike.h"
#include "gateway/page/drafting.h"
#include "gateway/page/filing.h"
#include "gateway/page/live.h"
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

static void preview(struct visit *visit, const struct filing *filing, const char *phone, const char *words)
{
    struct rehearsal rehearsal;

    if (!filing_rehearse(visit, filing, &rehearsal) || !add_similar(visit, words)) {
        visit_failed(visit);
        return;
    }
    fill_text(visit->data, "phone", phone);
    fill_text(visit->data, "words", words);
    fill_text(visit->data, "nonce", filing->nonce);
    filing_show(visit, &rehearsal, visit->data);
    visit_show(visit, 200, "new_preview.html");
}

void new_case_do(struct visit *visit)
{
    const char *words = visit_field(visit, "words");
    const char *phone = cadre_phone(visit->exchange, visit_field(visit, "phone"));
    struct filing filing = { .nonce = visit_field(visit, "nonce") };

    words += strspn(words, " \t\r\n");
    if (!phone || !*words || strlen(filing.nonce) != TOKEN_HEX) {
        show(visit, 400, phone ? "words_missing" : "no_phone");
        return;
    }
    filing.text =
        talloc_asprintf(visit->exchange, "代 %s %s", phone + (strncmp(phone, "+86", 3) == 0 ? 3 : 0), words);
    if (!*visit_field(visit, "sure")) {
        preview(visit, &filing, phone, words);
        return;
    }
    if (!drafting_keep(visit, 0, "file_for", words, 0) || !filing_file(visit, &filing) ||
        !drafting_keep(visit, 0, "file_for", "", 0)) {
        visit_failed(visit);
        return;
    }
    live_wake(visit->page->live);
    visit_go(visit, talloc_asprintf(visit->exchange, "home?done=%lld", (long long)filing.event->id));
}
