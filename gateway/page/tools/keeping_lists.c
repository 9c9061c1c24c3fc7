#include "gateway/page/tools/keeping_lists.h"

#include <string.h>
#include <talloc.h>

#include "gateway/config/table.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/kept_means.h"
#include "store/kept/keeping.h"
#include "store/kept/values.h"
#include "templates/escape.h"

static bool put_row(struct sheet *sheet, const char *const *cells)
{
    for (int i = 0; i < sheet->n && cells[i]; i++) {
        escape(sheet->out, TEMPLATE_CSV, cells[i], strlen(cells[i]));
        fputs(i + 1 < sheet->n ? "," : "\r\n", sheet->out);
    }
    return true;
}
#define PUT(sheet, ...) put_row(sheet, (const char *const[]){ __VA_ARGS__, NULL })

static const char *code_of(struct sheet *sheet, int64_t id)
{
    const struct unit *unit = NULL;

    if (id && !cache_unit(&sheet->visit->turn, id, &unit))
        sheet->is_failed = true;
    return unit ? unit->code : "";
}

static bool write_days(struct sheet *sheet)
{
    struct kept_day *days;
    size_t n;

    if (!store_days(sheet->visit->turn.store, sheet->visit->exchange, &days, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        PUT(sheet, days[i].date, days[i].is_workday ? "worked" : "free");
    return true;
}

static bool write_duty(struct sheet *sheet)
{
    struct duty_day *days;
    size_t n;

    if (!store_duty_days(sheet->visit->turn.store, sheet->visit->exchange, "0000", "9999", &days, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        PUT(sheet, code_of(sheet, days[i].unit), days[i].date, days[i].phone);
    return true;
}

static bool write_people(struct sheet *sheet)
{
    struct person *people;
    size_t n;

    if (!store_people(sheet->visit->turn.store, sheet->visit->exchange, 0, 0, &people, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (people[i].roles)
            PUT(sheet, people[i].phone, people[i].name, people[i].title,
                roles_text(sheet->visit->exchange, people[i].roles), code_of(sheet, people[i].unit));
    return true;
}

static bool write_unit(const struct unit *unit, void *arg)
{
    struct sheet *sheet = arg;

    return PUT(sheet, unit->code, unit->name, unit_level_name(unit->level), code_of(sheet, unit->parent),
               unit->duty);
}

static bool write_units(struct sheet *sheet)
{
    return store_each_unit(sheet->visit->turn.store, write_unit, sheet);
}

static bool write_names(struct sheet *sheet)
{
    struct place_name *names;
    size_t n;

    if (!store_place_names(sheet->visit->turn.store, sheet->visit->exchange, &names, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        PUT(sheet, names[i].name, code_of(sheet, names[i].unit));
    return true;
}

static bool write_leaves(struct sheet *sheet)
{
    void *mem = sheet->visit->exchange;
    const struct leave *leaves;
    size_t n;

    if (!cache_leaves(&sheet->visit->turn, &leaves, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        PUT(sheet, leaves[i].phone, date_text(mem, date_of(leaves[i].since)),
            date_text(mem, date_of(leaves[i].until - 1)), leaves[i].stand_in);
    return true;
}

static bool write_table(struct sheet *sheet, enum lexicon_table table)
{
    struct kept_value *words;
    size_t n;

    if (!store_kept_values(sheet->visit->turn.store, sheet->visit->exchange, kept_table_name(table), &words,
                           &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *blank = strchr(words[i].value, ' ');
        size_t length = blank ? (size_t)(blank - words[i].value) : strlen(words[i].value);

        PUT(sheet, words[i].key, talloc_strndup(sheet->visit->exchange, words[i].value, length),
            blank ? blank + 1 : "");
    }
    return true;
}

static bool write_words(struct sheet *sheet)
{
    return write_table(sheet, LEXICON_TOPICS);
}

static bool write_classes(struct sheet *sheet)
{
    return write_table(sheet, LEXICON_CLASSES);
}

static bool write_dangers(struct sheet *sheet)
{
    return write_table(sheet, LEXICON_DANGERS);
}

/* All of them, as they are now. */
static bool write_limits(struct sheet *sheet)
{
    void *mem = sheet->visit->exchange;
    const struct config *config = kept_config(mem, sheet->visit->turn.store, sheet->visit->page->config);
    const struct config_option *option = NULL;

    while (config && (option = kept_next_limit(option)))
        PUT(sheet, option->name, kept_limit_value(mem, config, option));
    return config != NULL;
}

static bool write_texts(struct sheet *sheet)
{
    struct kept_value *texts;
    size_t n;

    if (!store_kept_values(sheet->visit->turn.store, sheet->visit->exchange, "text", &texts, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        PUT(sheet, texts[i].key, texts[i].value);
    return true;
}

/* The cell as one word of a command; "-" where it is empty. */
static const char *word(struct visit *visit, const char *cell)
{
    char *word = talloc_strdup(visit->exchange, cell), *to = word;

    for (; *cell; cell++)
        if ((unsigned char)*cell > ' ')
            *to++ = *cell;
    *to = '\0';
    return *word ? word : "-";
}

bool keeping_lists_is_empty(const char *cell)
{
    return !cell[strspn(cell, " \t")];
}

static const char *days_command(struct visit *visit, char **cells)
{
    return talloc_asprintf(visit->exchange, "%s %s", strcmp(cells[1], "worked") == 0 ? "班日" : "假日",
                           word(visit, cells[0]));
}

static const char *duty_command(struct visit *visit, char **cells)
{
    return keeping_lists_is_empty(cells[1]) || keeping_lists_is_empty(cells[2])
               ? NULL
               : talloc_asprintf(visit->exchange, "值班 %s %s %s", word(visit, cells[0]),
                                 word(visit, cells[1]), word(visit, cells[2]));
}

static const char *people_command(struct visit *visit, char **cells)
{
    for (char *c = cells[3]; *c; c++)
        *c = *c == ' ' ? '+' : *c;
    return keeping_lists_is_empty(cells[1]) || keeping_lists_is_empty(cells[4])
               ? NULL
               : talloc_asprintf(visit->exchange, "人员 %s %s %s %s %s", word(visit, cells[0]),
                                 word(visit, cells[1]), word(visit, cells[2]), word(visit, cells[3]),
                                 word(visit, cells[4]));
}

static const char *units_command(struct visit *visit, char **cells)
{
    return keeping_lists_is_empty(cells[1]) || keeping_lists_is_empty(cells[2])
               ? NULL
               : talloc_asprintf(visit->exchange, "单位 %s %s %s %s %s", word(visit, cells[0]),
                                 word(visit, cells[1]), word(visit, cells[2]), word(visit, cells[3]),
                                 word(visit, cells[4]));
}

static const char *names_command(struct visit *visit, char **cells)
{
    return keeping_lists_is_empty(cells[1])
               ? NULL
               : talloc_asprintf(visit->exchange, "地名 %s %s", word(visit, cells[0]), word(visit, cells[1]));
}

static const char *leaves_command(struct visit *visit, char **cells)
{
    return keeping_lists_is_empty(cells[1]) || keeping_lists_is_empty(cells[2]) ||
                   keeping_lists_is_empty(cells[3])
               ? NULL
               : talloc_asprintf(visit->exchange, "请假 %s %s至%s %s", word(visit, cells[0]),
                                 word(visit, cells[1]), word(visit, cells[2]), word(visit, cells[3]));
}

const char *keeping_lists_keyword(enum lexicon_table table)
{
    static const char *const keywords[LEXICON_TABLES] = {
        [LEXICON_TOPICS] = "词", [LEXICON_CLASSES] = "类词", [LEXICON_DANGERS] = "险词"
    };

    return keywords[table];
}

static const char *table_command(struct visit *visit, enum lexicon_table table, char **cells)
{
    return keeping_lists_is_empty(cells[1])
               ? NULL
               : talloc_asprintf(visit->exchange, "%s %s %s%s%s", keeping_lists_keyword(table),
                                 word(visit, cells[0]), word(visit, cells[1]),
                                 keeping_lists_is_empty(cells[2]) ? "" : " ",
                                 keeping_lists_is_empty(cells[2]) ? "" : word(visit, cells[2]));
}

static const char *words_command(struct visit *visit, char **cells)
{
    return table_command(visit, LEXICON_TOPICS, cells);
}

static const char *classes_command(struct visit *visit, char **cells)
{
    return table_command(visit, LEXICON_CLASSES, cells);
}

static const char *dangers_command(struct visit *visit, char **cells)
{
    return table_command(visit, LEXICON_DANGERS, cells);
}

static const char *limits_command(struct visit *visit, char **cells)
{
    return keeping_lists_is_empty(cells[1])
               ? NULL
               : talloc_asprintf(visit->exchange, "期限 %s %s", word(visit, cells[0]), word(visit, cells[1]));
}

static const char *texts_command(struct visit *visit, char **cells)
{
    return keeping_lists_is_empty(cells[1])
               ? NULL
               : talloc_asprintf(visit->exchange, "短信 %s %s", word(visit, cells[0]), cells[1]);
}

const struct keeping_list keeping_lists[] = {
    { "days", "date,kind", false, write_days, days_command },
    { "duty", "unit,date,phone", false, write_duty, duty_command },
    { "people", "phone,name,title,roles,unit", true, write_people, people_command },
    { "units", "code,name,level,parent,duty", true, write_units, units_command },
    { "aliases", "alias,code", false, write_names, names_command },
    { "leaves", "phone,since,until,stand_in", false, write_leaves, leaves_command },
    { "words", "word,topic,weight", false, write_words, words_command },
    { "classes", "word,class,weight", false, write_classes, classes_command },
    { "dangers", "word,danger,weight", false, write_dangers, dangers_command },
    { "limits", "name,value", false, write_limits, limits_command },
    { "texts", "name,text", false, write_texts, texts_command },
    { 0 },
};
