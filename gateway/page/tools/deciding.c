#include "gateway/page/tools/deciding.h"

#include <string.h>
#include <talloc.h>

#include "gateway/page/case_page.h"
#include "gateway/page/filing.h"
#include "gateway/page/live.h"

/* Files the command and goes back to the list, which shows its answers. */
static void file(struct visit *visit, const char *text, const char *what, const char *list)
{
    const char *nonce = visit_field(visit, "nonce");
    struct filing filing = { .text = text, .nonce = talloc_asprintf(visit->exchange, "%s %s", nonce, what) };

    if (strlen(nonce) != TOKEN_HEX) {
        visit_absent(visit);
        return;
    }
    if (!filing_file(visit, &filing)) {
        visit_failed(visit);
        return;
    }
    live_wake(visit->page->live);
    filing_go(visit, &filing, talloc_asprintf(visit->exchange, "list/%s", list));
}

void deciding_text(struct visit *visit)
{
    static const struct {
        const char *what, *keyword;
    } decisions[] = { { "again", "短信重发" }, { "arrived", "短信已到" }, { "given_up", "短信作罢" } };
    const char *id = visit_field(visit, "id");

    for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++)
        if (strcmp(decisions[i].what, visit_field(visit, "what")) == 0 && *id && strlen(id) < 19 &&
            strspn(id, "0123456789") == strlen(id)) {
            file(visit, talloc_asprintf(visit->exchange, "%s %s", decisions[i].keyword, id), id, "unsent");
            return;
        }
    visit_absent(visit);
}

void deciding_agree(struct visit *visit)
{
    struct case_ *case_ = case_page_find(visit, visit_field(visit, "agree"));

    if (case_)
        file(visit,
             talloc_asprintf(visit->exchange, "改类 %s %s %s", case_->number,
                             case_category_name(case_->category), case_->topic),
             case_->number, "unsure");
}
