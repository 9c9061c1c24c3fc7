#include "gateway/page/tools/paper.h"

#include <string.h>
#include <talloc.h>

#include "gateway/log.h"
#include "gateway/page/case_page.h"
#include "gateway/report/letter.h"
#include "gateway/report/pictures_kept.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/unit_name.h"
#include "templates/words.h"

static const char begin[] = "<meta http-equiv=\"Content-Security-Policy\"", end[] = "</style>";

/* Replaces the paper's style with a link to the style sheet. */
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

/* A receipt is also for who filed the case within the last day, whatever it accuses: they know its words. */
static bool find_filed(struct visit *visit, const char *number, struct case_ **filed, bool *is_filer)
{
    struct case_ *case_;

    *filed = NULL;
    *is_filer = false;
    if (!store_case_by_number(visit->turn.store, visit->exchange, number, &case_) ||
        (case_ &&
         !letter_is_filer(visit->exchange, visit->turn.store, case_, visit->person->phone, is_filer)))
        return false;
    if (*is_filer && visit->exchange->now - case_->received_at < DAY_SECONDS)
        *filed = case_;
    return true;
}

/* NULL: the request has been answered. */
static struct case_ *find(struct visit *visit, enum letter_kind kind, const char *number, bool *is_filer)
{
    struct case_ *filed = NULL;

    *is_filer = false;
    if (kind == LETTER_RECEIPT && !find_filed(visit, number, &filed, is_filer)) {
        visit_failed(visit);
        return NULL;
    }
    return filed ? filed : case_page_find(visit, number);
}

static enum letter_outcome make(struct visit *visit, const struct case_ *case_, enum letter_kind kind,
                                bool is_filer, struct json_object **data)
{
    enum letter_outcome outcome =
        letter_json(visit->exchange, visit->turn.store, visit->page->config, case_, kind, data);

    if (outcome != LETTER_MADE || !is_filer ||
        letter_add_code(visit->exchange, visit->turn.store, case_, *data))
        return outcome;
    json_object_put(*data);
    return LETTER_FAILED;
}

void paper_letter(struct visit *visit)
{
    const char *slash = strchr(visit->rest, '/');
    struct json_object *data;
    enum letter_kind kind;
    struct case_ *case_;
    bool is_filer;

    if (!slash ||
        !letter_parse(talloc_strndup(visit->exchange, visit->rest, (size_t)(slash - visit->rest)), &kind)) {
        visit_absent(visit);
        return;
    }
    case_ = find(visit, kind, slash + 1, &is_filer);
    if (!case_)
        return;
    switch (make(visit, case_, kind, is_filer, &data)) {
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

/* Adds the name of the unit that somebody oversees. */
static bool add_unit(struct visit *visit, struct json_object *data, int64_t *id)
{
    const struct unit *unit = NULL;

    if (!visit_oversees(visit, id) || (*id && !cache_unit(&visit->turn, *id, &unit)))
        return false;
    if (unit)
        facts_text(data, "within", unit_name_short(visit->exchange, unit->name), 0);
    return true;
}

void paper_pictures(struct visit *visit)
{
    struct date until = date_of(visit->exchange->now), since = { until.year - 1, until.month + 1, 1 };
    struct pictures_query query = { .now = visit->exchange->now };
    struct json_object *data, *pictures;

    if ((*visit_query(visit, "from") && !date_parse(visit_query(visit, "from"), &since)) ||
        (*visit_query(visit, "to") && !date_parse(visit_query(visit, "to"), &until))) {
        visit_refuse(visit, 400, "no_date");
        return;
    }
    query.since = date_moment(since, 0); /* mktime carries the month into the year */
    query.until = date_moment(date_plus(until, 1), 0);
    data = facts_text(NULL, "county", visit->page->config->county, 0);
    facts_date(data, "from", query.since);
    facts_date(data, "to", query.until - 1);
    pictures = add_unit(visit, data, &query.unit)
                   ? pictures_kept_find(visit->page->pictures, visit->exchange, visit->turn.store, &query)
                   : NULL;
    if (pictures) {
        json_object_object_add(data, "pictures", pictures);
        paper_show(visit, "report-pictures", data);
    } else {
        json_object_put(data);
        visit_failed(visit);
    }
}
