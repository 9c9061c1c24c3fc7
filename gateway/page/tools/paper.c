#include "gateway/page/tools/paper.h"

#include <string.h>
#include <talloc.h>

#include "gateway/log.h"
#include "gateway/page/case_page.h"
#include "gateway/report/letter.h"
#include "templates/words.h"

static const char begin[] = "<meta http-equiv=\"Content-Security-Policy\"", end[] = "</style>";

/* With a link in the place of the style. */
static const char *linked(void *mem, const char *html, const char *sheet)
{
    const char *from = strstr(html, begin), *to = from ? strstr(from, end) : NULL;

    if (!to)
        return html;
    return talloc_asprintf(mem, "%.*s<link rel=\"stylesheet\" href=\"/page/static/%s.css\">%s",
                           (int)(from - html), html, sheet, to + strlen(end));
}

void paper_show(struct visit *visit, const char *name, struct json_object *data)
{
    void *mem = visit->exchange;
    const char *error = "", *file = talloc_asprintf(mem, "%s.html", name);
    struct words *words = words_open(mem, visit->page->config->templates, &error);
    const char *html = words ? words_render(mem, words, visit->language, file, data, &error) : NULL;

    json_object_put(data);
    if (!html) {
        log_error("page: %s: %s", file, error);
        visit_refuse(visit, 500, "busy");
        return;
    }
    visit_send(visit, "text/html; charset=utf-8", NULL,
               linked(mem, html, strncmp(name, "letter", 6) == 0 ? "letter-style" : "paper-style"));
}

void paper_letter(struct visit *visit)
{
    const char *slash = strchr(visit->rest, '/');
    struct json_object *data;
    enum letter_kind kind;
    struct case_ *case_;

    if (!slash ||
        !letter_parse(talloc_strndup(visit->exchange, visit->rest, (size_t)(slash - visit->rest)), &kind)) {
        visit_absent(visit);
        return;
    }
    case_ = case_page_find(visit, slash + 1);
    if (!case_)
        return;
    switch (letter_json(visit->exchange, visit->turn.store, visit->page->config, case_, kind, &data)) {
    case LETTER_MADE:
        visit_shows(visit, case_);
        paper_show(visit, letter_name(kind), data);
        break;
    case LETTER_NOT_YET:
        visit_refuse(visit, 409, kind == LETTER_ACCEPT ? "not_accepted" : "not_answered");
        break;
    case LETTER_FAILED:
        visit_failed(visit);
    }
}
