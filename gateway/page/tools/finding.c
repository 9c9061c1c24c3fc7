#include "gateway/page/tools/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/page/lists.h"
#include "gateway/page/tools/paper.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/redact.h"
#include "gateway/turn/sanitise.h"
#include "gateway/understand/lexicon.h"
#include "store/search/search.h"
#include "templates/escape.h"

/* LOOKED_AT: the most visible cases that are counted; five times as many are read. */
enum { SHOWN = 50, LOOKED_AT = 400, EXPORTED = 2000, ROUND_MOST = 200 };

/* A byte order mark at the start of CSV files: without it Excel reads UTF-8 as the Windows code page. */
#define CSV_MARK "\xef\xbb\xbf"

struct finding {
    struct visit *visit;
    bool (*take)(struct finding *finding, const struct case_ *case_);
    struct json_object *list;
    FILE *out;
    int64_t most;  /* cases taken at most */
    int64_t count; /* cases the visitor may know of */
    int64_t looked_at, last_id;
    bool has_more, is_failed;
};

static bool take_case(const struct case_ *case_, void *arg)
{
    struct finding *finding = arg;
    unsigned standing;

    if (finding->count >= (finding->most > LOOKED_AT ? finding->most : LOOKED_AT) ||
        finding->looked_at++ >= 5 * (finding->most > LOOKED_AT ? finding->most : LOOKED_AT)) {
        finding->has_more = true;
        return false;
    }
    finding->is_failed = !standing_of(&finding->visit->turn, case_, finding->visit->person, &standing);
    if (finding->is_failed || !standing)
        return !finding->is_failed;
    if (++finding->count > finding->most)
        return true;
    finding->last_id = case_->id;
    finding->is_failed = !finding->take(finding, case_);
    return !finding->is_failed;
}

static const struct {
    const char *name;
    unsigned states;
} states[] = {
    { "open", OPEN_STATES },
    { "new", 1u << CASE_NEW },
    { "in_hand", 1u << CASE_IN_HAND },
    { "ended", ENDED_STATES | 1u << CASE_RATED },
};
enum { STATES = sizeof states / sizeof *states };

/* Reads the visitor's filter. False: a date is invalid. */
static bool read_filter(const struct visit *visit, struct case_filter *filter)
{
    const char *state = visit_query(visit, "state"), *topic = visit_query(visit, "topic"),
               *since = visit_query(visit, "since"), *until = visit_query(visit, "until");
    struct date date;

    *filter = (struct case_filter){ .newest_first = true,
                                    .after_id = strtoll(visit_query(visit, "after"), NULL, 10) };
    for (int i = 0; i < STATES; i++)
        if (strcmp(state, states[i].name) == 0)
            filter->states = states[i].states;
    if (*topic)
        filter->topic = topic;
    if (*since && !date_parse(since, &date))
        return false;
    if (*since)
        filter->since = date_moment(date, 0);
    if (*until && !date_parse(until, &date))
        return false;
    if (*until)
        filter->until = date_moment(date_plus(date, 1), 0);
    return true;
}

/* *within: the unit to search in besides the person's own cases; 0 for the county's staff: everywhere. */
static bool find_within(struct visit *visit, int64_t *within)
{
    const struct unit *unit = NULL;

    if (visit->person->unit && !cache_unit(&visit->turn, visit->person->unit, &unit))
        return false;
    *within = unit && unit->level == UNIT_COUNTY ? 0 : visit->person->unit;
    return true;
}

/* Without words all cases that the filter lets through. */
static bool find(struct visit *visit, struct case_filter *filter, struct finding *finding)
{
    struct search search = { .words = visit_query(visit, "q"),
                             .with_guarded = true, /* take_case leaves out what the visitor may not know of */
                             .with_reporters = true,
                             .also = visit->person->phone };
    int64_t *ids;
    size_t n;
    bool is_done;

    if (!find_within(visit, &search.within))
        return false;
    if (strspn(search.words, " ") == strlen(search.words)) {
        filter->jurisdiction = search.within;
        is_done = store_each_case(visit->turn.store, filter, take_case, finding);
    } else {
        is_done = store_search(visit->turn.store, visit->exchange, &search, &ids, &n) &&
                  store_each_found(visit->turn.store, ids, n, filter, take_case, finding);
    }
    return is_done && !finding->is_failed;
}

static void add_choices(struct visit *visit)
{
    struct json_object *list = fill_list(visit->data, "states");

    for (int i = 0; i < STATES; i++) {
        struct json_object *item = fill_item(list);

        fill_text(item, "value", states[i].name);
        fill_text(item, "name",
                  visit_word(visit, talloc_asprintf(visit->exchange, "state_%s", states[i].name)));
        fill_flag(item, "is_now", strcmp(states[i].name, visit_query(visit, "state")) == 0);
    }
    list = fill_list(visit->data, "topics");
    for (int i = 0; i < TOPICS; i++) {
        struct json_object *item = fill_item(list);
        const char *topic = topic_name((enum topic)i);

        fill_text(item, "value", topic);
        fill_text(item, "name", visit_name(visit, "topic", topic));
        fill_flag(item, "is_now", strcmp(topic, visit_query(visit, "topic")) == 0);
    }
}

static void add_encoded(FILE *out, const char *name, const char *text)
{
    if (!*text)
        return;
    fprintf(out, "&%s=", name);
    for (; *text; text++)
        fprintf(out, "%%%02X", (unsigned char)*text);
}

/* The query without `after`, to append to an address: "&q=..."; "" where there is none. */
static const char *same_query(struct visit *visit)
{
    static const char *const names[] = { "q", "state", "topic", "since", "until" };
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    const char *kept;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_encoded(out, names[i], visit_query(visit, names[i]));
    fclose(out);
    kept = talloc_strdup(visit->exchange, text);
    free(text);
    return kept;
}

static bool list_case(struct finding *finding, const struct case_ *case_)
{
    return lists_add_case(finding->visit, case_, finding->list);
}

void finding_show(struct visit *visit)
{
    struct finding finding = { .visit = visit, .take = list_case, .most = SHOWN };
    struct case_filter filter;
    const char *query = same_query(visit);

    if (!read_filter(visit, &filter)) {
        visit_refuse(visit, 400, "no_date");
        return;
    }
    finding.list = fill_list(visit->data, "items");
    if (*query && !find(visit, &filter, &finding)) {
        visit_failed(visit);
        return;
    }
    fill_text(visit->data, "title", visit_word(visit, "nav_search"));
    fill_text(visit->data, "q", visit_query(visit, "q"));
    fill_text(visit->data, "since", visit_query(visit, "since"));
    fill_text(visit->data, "until", visit_query(visit, "until"));
    fill_flag(visit->data, "is_asked", *query);
    fill_number(visit->data, "count", finding.count);
    fill_flag(visit->data, "has_more", finding.has_more);
    fill_flag(visit->data, "none", finding.count == 0);
    fill_text(visit->data, "query", query);
    if (finding.count > SHOWN)
        fill_number(visit->data, "after", finding.last_id);
    add_choices(visit);
    visit_show(visit, 200, "search.html");
}

static void add_cell(FILE *out, const char *text, bool is_last)
{
    escape(out, TEMPLATE_CSV, text, strlen(text));
    fputs(is_last ? "\r\n" : ",", out);
}

static const char *day_of(const struct visit *visit, int64_t at)
{
    return at ? date_text(visit->exchange, date_of(at)) : "";
}

static bool write_case(struct finding *finding, const struct case_ *case_)
{
    static const char *const categories[] = { "livelihood", "hardship", "petition" };
    struct visit *visit = finding->visit;
    const struct unit *place = NULL, *unit = NULL;

    if ((case_->place && !cache_unit(&visit->turn, case_->place, &place)) ||
        (case_->unit && !cache_unit(&visit->turn, case_->unit, &unit)))
        return false;
    add_cell(finding->out, case_->number, false);
    add_cell(finding->out, visit_name(visit, "state", case_state_name(case_->state)), false);
    add_cell(finding->out, visit_name(visit, "category", categories[case_->category]), false);
    add_cell(finding->out, visit_name(visit, "topic", case_->topic), false);
    add_cell(finding->out, place ? place->name : "", false);
    add_cell(finding->out, unit ? unit->name : "", false);
    add_cell(finding->out, visit_who(visit, case_->handler), false);
    add_cell(finding->out, day_of(visit, case_->received_at), false);
    add_cell(finding->out, day_of(visit, case_->finish_by), false);
    add_cell(finding->out, day_of(visit, case_->closed_at), false);
    add_cell(finding->out, case_->rating ? talloc_asprintf(visit->exchange, "%d", case_->rating) : "", false);
    add_cell(finding->out, redact_for_handlers(visit->exchange, case_->is_anonymous, case_->text), true);
    visit_shows(visit, case_);
    return true;
}

static void write_heading(struct finding *finding)
{
    static const char *const keys[] = { "number", "state",       "category", "topic",
                                        "place",  "unit",        "handler",  "date_received",
                                        "by",     "date_closed", "rating",   "whole_text" };

    fputs(CSV_MARK, finding->out);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        add_cell(finding->out, visit_word(finding->visit, keys[i]), i + 1 == sizeof keys / sizeof *keys);
}

/* GET export: leaves out reporters' names and numbers. */
void finding_export(struct visit *visit)
{
    struct finding finding = { .visit = visit, .take = write_case, .most = EXPORTED };
    struct case_filter filter;
    char *text = NULL;
    size_t length;
    bool is_done;

    if (!read_filter(visit, &filter)) {
        visit_refuse(visit, 400, "no_date");
        return;
    }
    finding.out = open_memstream(&text, &length);
    write_heading(&finding);
    is_done = find(visit, &filter, &finding);
    fclose(finding.out);
    if (is_done)
        visit_send(visit, "text/csv; charset=utf-8", "cases.csv", talloc_strdup(visit->exchange, text));
    else
        visit_failed(visit);
    free(text);
}

static bool add_to_round(struct finding *finding, const struct case_ *case_)
{
    struct visit *visit = finding->visit;
    struct json_object *facts;

    if (!facts_of_case(&visit->turn, case_, &facts))
        return false;
    facts_text(facts, "whole",
               sanitise_text(visit->exchange,
                             redact_for_handlers(visit->exchange, case_->is_anonymous, case_->text), true),
               0);
    json_object_array_add(finding->list, facts);
    visit_shows(visit, case_);
    return true;
}

static int by_place(const void *a, const void *b)
{
    struct json_object *const *one = a, *const *other = b;
    struct json_object *left = NULL, *right = NULL;

    json_object_object_get_ex(*one, "place", &left);
    json_object_object_get_ex(*other, "place", &right);
    return strcmp(left ? json_object_get_string(left) : "", right ? json_object_get_string(right) : "");
}

/* GET round: the visitor's cases in hand by place, with room to write on paper. */
void finding_round(struct visit *visit)
{
    struct case_filter filter = { .handler = visit->person->phone, .states = 1u << CASE_IN_HAND };
    struct finding finding = { .visit = visit, .take = add_to_round, .most = ROUND_MOST };
    struct json_object *data = json_object_new_object();

    finding.list = json_object_new_array();
    json_object_object_add(data, "cases", finding.list);
    if (!store_each_case(visit->turn.store, &filter, take_case, &finding) || finding.is_failed) {
        json_object_put(data);
        visit_failed(visit);
        return;
    }
    json_object_array_sort(finding.list, by_place);
    facts_text(data, "county", visit->page->config->county, 0);
    facts_text(data, "who", visit->person->name, 0);
    facts_date(data, "date", visit->exchange->now);
    facts_number(data, "count", finding.count);
    facts_flag(data, "none", finding.count == 0);
    paper_show(visit, "round", data);
}
