#include "gateway/page/tools/keeping_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/page/filing.h"
#include "gateway/page/sign.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/config/table.h"
#include "gateway/page/tools/keeping_csv.h"
#include "gateway/page/tools/keeping_lists.h"
#include "gateway/turn/kept_days.h"
#include "gateway/turn/kept_means.h"
#include "gateway/understand/danger.h"
#include "modem/pdu/segment.h"
#include "store/kept/keeping.h"
#include "templates/embedded.h"

enum { DAYS_AHEAD = 60, CHANGES = 20, DECEMBER = 12 };

static bool add_days(struct visit *visit)
{
    struct json_object *list = fill_list(visit->data, "days");
    struct kept_day *days;
    size_t n;

    if (!store_days(visit->turn.store, visit->exchange, &days, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct json_object *item = fill_item(list);

        fill_text(item, "date", days[i].date);
        fill_flag(item, "worked", days[i].is_workday);
    }
    return true;
}

static bool add_duty(struct visit *visit)
{
    struct date today = date_of(visit->exchange->now);
    struct json_object *list = fill_list(visit->data, "duty");
    struct duty_day *days;
    size_t n;

    if (!store_duty_days(visit->turn.store, visit->exchange, date_text(visit->exchange, today),
                         date_text(visit->exchange, date_plus(today, DAYS_AHEAD)), &days, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct unit *unit = NULL;
        struct json_object *item = fill_item(list);

        if (!cache_unit(&visit->turn, days[i].unit, &unit))
            return false;
        fill_text(item, "date", days[i].date);
        fill_text(item, "unit", unit ? unit->name : "");
        fill_text(item, "code", unit ? unit->code : "");
        fill_text(item, "who", visit_who(visit, days[i].phone));
    }
    return true;
}

static bool add_changes(struct visit *visit)
{
    struct json_object *list = fill_list(visit->data, "changes");
    struct keeping *changes;
    size_t n;

    if (!store_keepings(visit->turn.store, visit->exchange, CHANGES, &changes, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct json_object *item = fill_item(list);

        fill_time(item, "at", changes[i].at, visit->exchange->now);
        fill_text(item, "who", visit_who(visit, changes[i].actor));
        fill_text(item, "kind",
                  visit_word(visit, talloc_asprintf(visit->exchange, "keep_%s", changes[i].kind)));
        fill_text(item, "key", *changes[i].key == '+' ? visit_who(visit, changes[i].key) : changes[i].key);
        fill_text(item, "before", changes[i].before);
        fill_text(item, "after", changes[i].after);
        fill_flag(item, "is_undone", changes[i].undone_at);
    }
    return true;
}

/* What a kept word tells, as people say it. */
static const char *kind_word(const struct visit *visit, const struct lexicon_word *word)
{
    return word->table == LEXICON_TOPICS
               ? visit_name(visit, "topic", kept_word_kind(word))
               : visit_word(visit, talloc_asprintf(visit->exchange, "%s_%s", kept_table_name(word->table),
                                                   kept_word_kind(word)));
}

/* The kinds that a word of this table may tell. */
static void add_kinds(struct visit *visit, enum lexicon_table table, struct json_object *list)
{
    int most = table == LEXICON_TOPICS ? TOPICS : table == LEXICON_CLASSES ? CUES : DANGER_LIKELY;

    for (int kind = table == LEXICON_DANGERS ? DANGER_NONE + 1 : 0; kind < most; kind++) {
        const struct lexicon_word word = { .table = table, .kind = kind };
        struct json_object *item = fill_item(list);

        fill_text(item, "value", kept_word_kind(&word));
        fill_text(item, "name", kind_word(visit, &word));
    }
    if (table == LEXICON_DANGERS) {
        const struct lexicon_word hide = { .table = table, .kind = danger_kind("hide") };

        fill_text(fill_text(fill_item(list), "value", "hide"), "name", kind_word(visit, &hide));
    }
}

static bool add_words(struct visit *visit)
{
    struct json_object *tables = fill_list(visit->data, "tables");
    const struct lexicon_word *words;
    size_t n;

    if (!kept_lexicon(visit->exchange, visit->turn.store, &words, &n))
        return false;
    for (int table = 0; table < LEXICON_TABLES; table++) {
        const char *name = kept_table_name((enum lexicon_table)table);
        struct json_object *object = fill_item(tables), *list = fill_list(object, "kept_words");

        fill_text(object, "table", name);
        fill_text(object, "title", visit_word(visit, talloc_asprintf(visit->exchange, "keep_%s", name)));
        fill_text(object, "about", visit_word(visit, talloc_asprintf(visit->exchange, "about_%s", name)));
        fill_number(object, "usual", table == LEXICON_DANGERS ? 10 : 4);
        fill_number(object, "most", table == LEXICON_DANGERS ? 16 : 9);
        for (size_t i = 0; i < n; i++) {
            struct json_object *item;

            if ((int)words[i].table != table)
                continue;
            item = fill_item(list);
            fill_text(item, "word", words[i].word);
            fill_text(item, "tells", kind_word(visit, &words[i]));
            fill_number(item, "weight", words[i].weight);
        }
        add_kinds(visit, (enum lexicon_table)table, fill_list(object, "kinds"));
    }
    return true;
}

static bool add_limits(struct visit *visit)
{
    const struct config *config = kept_config(visit->exchange, visit->turn.store, visit->page->config);
    struct json_object *list = fill_list(visit->data, "limits");
    const struct config_option *option = NULL;

    while (config && (option = kept_next_limit(option))) {
        struct json_object *item = fill_item(list);
        const char *value = kept_limit_value(visit->exchange, config, option),
                   *own = kept_limit_value(visit->exchange, visit->page->config, option);

        fill_text(item, "name", option->name);
        fill_text(item, "label",
                  visit_word(visit, talloc_asprintf(visit->exchange, "limit_%s", option->name)));
        fill_text(item, "value", value);
        fill_text(item, "own", strcmp(value, own) != 0 ? own : NULL);
    }
    return config != NULL;
}

/* Names of the texts, those that are kept, and the one that was asked for as it is now. */
static bool add_texts(struct visit *visit)
{
    const char *asked = visit_query(visit, "text"), *own;
    struct json_object *kept = fill_list(visit->data, "kept_texts"), *names = fill_list(visit->data, "names");
    const struct words_text *texts;
    size_t n;

    if (!kept_texts(visit->exchange, visit->turn.store, &texts, &n))
        return false;
    own = *asked ? words_source(visit->exchange, visit->turn.words, asked) : NULL;
    for (size_t i = 0; i < n; i++) {
        fill_text(fill_item(kept), "name", texts[i].name);
        if (own && strcmp(texts[i].name, asked) == 0)
            own = texts[i].text;
    }
    for (const char *const *language = words_languages(visit->turn.words); *language; language++)
        for (const char **name = words_names(visit->exchange, visit->turn.words, *language); *name; name++)
            if (!strchr(*name, '.'))
                fill_text(fill_item(names), "name",
                          talloc_asprintf(visit->exchange, "%s/%s", *language, *name));
    if (own)
        fill_text(fill_text(fill_object(visit->data, "asked"), "name", asked), "text", own);
    return true;
}

static void show(struct visit *visit, int status, const char *problem)
{
    struct date today = date_of(visit->exchange->now);
    const struct config *config = kept_days_config(visit->exchange, visit->turn.store, visit->page->config);

    fill_text(visit->data, "problem", problem ? visit_word(visit, problem) : NULL);
    fill_text(visit->data, "title", visit_word(visit, "nav_keep"));
    fill_text(visit->data, "nonce", filing_nonce(visit));
    if (config && today.month == DECEMBER && !kept_days_has_year(config, today.year + 1))
        fill_number(visit->data, "missing_year", today.year + 1);
    keeping_csv_add(visit);
    if (config && add_days(visit) && add_duty(visit) && add_changes(visit) && add_words(visit) &&
        add_limits(visit) && add_texts(visit) && filing_add_answers(visit, visit_query(visit, "done")))
        visit_show(visit, status, "keep.html");
    else
        visit_failed(visit);
}

void keeping_page_show(struct visit *visit)
{
    show(visit, 200, NULL);
}

/* The field as one word, its blanks removed. NULL: nothing was typed. */
static const char *word_of(struct visit *visit, const char *name)
{
    const char *from = visit_field(visit, name);
    char *word = talloc_strdup(visit->exchange, from), *to = word;

    for (; *from; from++)
        if ((unsigned char)*from > ' ')
            *to++ = *from;
    *to = '\0';
    return *word ? word : NULL;
}

/* The ticked boxes as "cadre+leader"; "-" where none is ticked. */
static const char *roles_of(struct visit *visit)
{
    static const char *const roles[] = { "cadre", "leader", "clerk" };
    char *all = talloc_strdup(visit->exchange, "");

    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (*visit_field(visit, roles[i]))
            all = talloc_asprintf_append(all, "%s%s", *all ? "+" : "", roles[i]);
    return *all ? all : "-";
}

/* Forms end lines with CR LF. */
static const char *unix_lines(void *mem, const char *text)
{
    char *clean = talloc_strdup(mem, text), *to = clean;

    for (; *text; text++)
        if (*text != '\r')
            *to++ = *text;
    *to = '\0';
    return clean;
}

/* The command behind 登记 or 删去; NULL: something is missing. */
static const char *command_of(struct visit *visit, bool is_kept)
{
    void *mem = visit->exchange;
    const char *kind = visit_field(visit, "kind"), *unit = word_of(visit, "unit"),
               *from = word_of(visit, "from"), *to = word_of(visit, "to"), *phone = word_of(visit, "phone"),
               *name = word_of(visit, "name"), *stand_in = word_of(visit, "stand_in"),
               *title = word_of(visit, "title"), *code = word_of(visit, "unit_code"),
               *duty = word_of(visit, "duty"), *tells = word_of(visit, "tells"),
               *weight = word_of(visit, "weight"), *value = word_of(visit, "value");
    enum lexicon_table table;
    const char *span = from && to && strcmp(from, to) != 0 ? talloc_asprintf(mem, "%s至%s", from, to) : from;

    if (strcmp(kind, "free") == 0 && span)
        return talloc_asprintf(mem, "假日 %s", span);
    if (strcmp(kind, "worked") == 0 && span)
        return talloc_asprintf(mem, "班日 %s", span);
    if (strcmp(kind, "duty") == 0 && unit && from && (phone || !is_kept))
        return talloc_asprintf(mem, "值班 %s %s %s", unit, from, is_kept ? phone : "");
    if (strcmp(kind, "name") == 0 && name && unit)
        return talloc_asprintf(mem, "地名 %s %s", name, unit);
    if (strcmp(kind, "leave") == 0 && phone && (!is_kept || (span && stand_in)))
        return is_kept ? talloc_asprintf(mem, "请假 %s %s %s", phone, span, stand_in)
                       : talloc_asprintf(mem, "请假 %s", phone);
    if (kept_table_parse(kind, &table) && name && (tells || !is_kept))
        return talloc_asprintf(mem, "%s %s %s %s", keeping_lists_keyword(table), name, is_kept ? tells : "",
                               is_kept && weight ? weight : "");
    if (strcmp(kind, "limit") == 0 && name && (value || !is_kept))
        return talloc_asprintf(mem, "期限 %s %s", name, is_kept ? value : "");
    if (strcmp(kind, "text") == 0 && name && (*visit_field(visit, "text") || !is_kept))
        return talloc_asprintf(mem, "短信 %s %s", name,
                               is_kept ? unix_lines(mem, visit_field(visit, "text")) : "");
    if (strcmp(kind, "person") == 0 && phone && (!is_kept || (name && unit)))
        return is_kept ? talloc_asprintf(mem, "人员 %s %s %s %s %s", phone, name, title ? title : "-",
                                         roles_of(visit), unit)
                       : talloc_asprintf(mem, "人员 %s", phone);
    if (strcmp(kind, "unit") == 0 && code && (!is_kept || (name && *visit_field(visit, "level"))))
        return is_kept ? talloc_asprintf(mem, "单位 %s %s %s %s %s", code, name, word_of(visit, "level"),
                                         unit ? unit : "-", duty ? duty : "-")
                       : talloc_asprintf(mem, "单位 %s", code);
    return NULL;
}

/* The text as it would read with sample words in it, and how long it is. */
static void add_sample(struct visit *visit)
{
    const char *name = visit_field(visit, "name"), *error = NULL, *words;
    const struct embedded_file *file = embedded_find("templates/page/sample.json");
    struct words_text text = { .name =
                                   strchr(name, '/') ? name : talloc_asprintf(visit->exchange, "zh/%s", name),
                               .text = unix_lines(visit->exchange, visit_field(visit, "text")) };
    struct json_object *sample;
    struct words *over;

    if (strcmp(visit_field(visit, "kind"), "text") != 0 || !*text.text || *visit_field(visit, "remove"))
        return;
    over = words_over(visit->exchange, visit->turn.words, &text, 1, &error);
    if (error)
        return; /* the answer of the rehearsal says so */
    sample = json_tokener_parse(file->data);
    words = words_render(visit->exchange, over,
                         talloc_strndup(visit->exchange, text.name, strcspn(text.name, "/")),
                         strchr(text.name, '/') + 1, sample, &error);
    json_object_put(sample);
    if (!words)
        return;
    words = talloc_asprintf(visit->exchange, "%s%s", visit->page->config->signature, words);
    fill_text(visit->data, "sample", words);
    fill_number(visit->data, "units", filing_units(words));
    fill_number(visit->data, "parts", (int64_t)segment_count(words, NULL));
}

static void preview(struct visit *visit, const struct filing *filing, bool needs_code, const char *problem)
{
    static const char *const kept[] = { "kind",   "unit",     "from",      "to",    "phone",
                                        "name",   "stand_in", "remove",    "title", "cadre",
                                        "leader", "clerk",    "unit_code", "level", "duty",
                                        "tells",  "weight",   "value",     "text" };
    struct json_object *fields = fill_list(visit->data, "fields");
    struct rehearsal rehearsal;

    if (!filing_rehearse(visit, filing, &rehearsal) || (needs_code && !problem && !sign_send_proof(visit))) {
        visit_failed(visit);
        return;
    }
    fill_text(visit->data, "problem", problem ? visit_word(visit, problem) : NULL);
    fill_flag(visit->data, "needs_code", needs_code);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (*visit_field(visit, kept[i])) {
            struct json_object *item = fill_item(fields);

            fill_text(item, "field", kept[i]);
            fill_text(item, "value", visit_field(visit, kept[i]));
        }
    fill_text(visit->data, "title", visit_word(visit, "nav_keep"));
    fill_text(visit->data, "command_text", filing->text);
    fill_text(visit->data, "nonce", filing->nonce);
    add_sample(visit);
    filing_show(visit, &rehearsal, visit->data);
    visit_show(visit, problem ? 403 : 200, "keep_preview.html");
}

/* ★ commands: people and units decide who may see what. */
static bool is_starred(const struct visit *visit)
{
    const char *kind = visit_field(visit, "kind");

    return strcmp(kind, "person") == 0 || strcmp(kind, "unit") == 0;
}

/* Files 错 for the field undo, 删去 for remove, else 登记. */
void keeping_page_do(struct visit *visit)
{
    bool is_undo = *visit_field(visit, "undo"), is_kept = !*visit_field(visit, "remove");
    const char *command = is_undo ? "" : command_of(visit, is_kept), *problem = NULL;
    struct filing filing = { .nonce = visit_field(visit, "nonce") };

    if (!command || strlen(filing.nonce) != TOKEN_HEX) {
        show(visit, 400, "words_missing");
        return;
    }
    filing.text =
        is_undo ? "错" : talloc_asprintf(visit->exchange, "%s %s", is_kept ? "登记" : "删去", command);
    if (*visit_field(visit, "code"))
        problem = sign_check_proof(visit, visit_field(visit, "code"));
    filing.is_proven = sign_is_proven(visit);
    if (!is_undo && (!*visit_field(visit, "sure") || problem || (is_starred(visit) && !filing.is_proven)))
        preview(visit, &filing, is_starred(visit) && !filing.is_proven, problem);
    else if (filing_file(visit, &filing))
        filing_go(visit, &filing, "keep");
    else
        visit_failed(visit);
}
