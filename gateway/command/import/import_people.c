#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/command.h"
#include "gateway/command/command_store.h"
#include "gateway/command/import/import.h"
#include "gateway/turn/dates.h"
#include "modem/number/number.h"

enum { WORDS_MOST = 120 };

enum { PHONE, NAME, TITLE, ROLES, UNIT, LANGUAGE, LEAVE, STAND_IN, NOTE };

static const struct sheet_column columns[] = {
    [PHONE] = { "phone 手机 手机号 手机号码 电话 电话号码", true },
    [NAME] = { "name 姓名", true },
    [TITLE] = { "title 职务", false },
    [ROLES] = { "roles role 角色 身份", true },
    [UNIT] = { "unit 单位 单位代码", false },
    [LANGUAGE] = { "language 语言", false },
    [LEAVE] = { "leave 请假 休假", false },
    [STAND_IN] = { "stand_in 替班 代班 代班人", false },
    [NOTE] = { "note 备注", false },
};

static const struct {
    const char *word;
    int roles;
} role_words[] = {
    { "villager", ROLE_VILLAGER },     { "村民", ROLE_VILLAGER },
    { "cadre", ROLE_CADRE },           { "干部", ROLE_CADRE },
    { "leader", ROLE_LEADER },         { "领导", ROLE_LEADER },
    { "supervisor", ROLE_SUPERVISOR }, { "监督", ROLE_SUPERVISOR },
    { "监督员", ROLE_SUPERVISOR },     { "operator", ROLE_OPERATOR },
    { "管理员", ROLE_OPERATOR },       { "操作员", ROLE_OPERATOR },
    { "clerk", ROLE_CLERK },           { "接听员", ROLE_CLERK },
    { "听写员", ROLE_CLERK },
};

static const char *const languages[][2] = {
    { "zh", "zh" },   { "中文", "zh" },    { "汉语", "zh" }, { "en", "en" },
    { "英文", "en" }, { "English", "en" }, { "", "" },
};

/* The people read so far, with the line of each, to find duplicates. */
struct people_import {
    void *mem;
    struct store *store;
    struct unit_names *units;
    struct person *people;
    struct leave *leaves; /* one for each person; stand_in NULL: unchanged, "": the leave is over */
    int *lines;
    size_t n, room;
};

static bool add_role(const char *word, size_t length, int *roles)
{
    for (size_t i = 0; i < sizeof role_words / sizeof *role_words; i++)
        if (strlen(role_words[i].word) == length && strncmp(role_words[i].word, word, length) == 0) {
            *roles |= role_words[i].roles;
            return true;
        }
    return false;
}

/* Reads words separated by spaces, commas, semicolons or slashes, ASCII or Chinese. */
static void read_roles(struct sheet_row *row, struct person *person)
{
    static const char *const marks[] = { " ", ",", ";", "/", "、", "，", "；", "　" };
    const char *text = sheet_cell(row, ROLES);

    if (!*text)
        sheet_wrong(row, ROLES,
                    "is empty: cadre, leader, supervisor, operator, clerk, or villager for none of them");
    while (*text) {
        size_t length = strlen(text), skipped = 0;

        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
            const char *mark = strstr(text, marks[i]);

            if (mark && (size_t)(mark - text) < length) {
                length = (size_t)(mark - text);
                skipped = strlen(marks[i]);
            }
        }
        if (length > 0 && !add_role(text, length, &person->roles))
            sheet_wrong(row, ROLES,
                        "\"%.*s\" is not one of cadre, leader, supervisor, operator, clerk, villager",
                        (int)length, text);
        text += length + skipped;
    }
}

static bool read_phone(struct people_import *taking, struct sheet_row *row, struct person *person)
{
    const char *text = sheet_cell(row, PHONE);
    struct number number = number_normalise(text, "CN");

    person->phone = talloc_strdup(taking->mem, number.e164);
    if (number.kind == NUMBER_REAL)
        return true;
    sheet_wrong(row, PHONE, "\"%s\" is not a phone number", text);
    return false;
}

static void read_unit(struct people_import *taking, struct sheet_row *row, struct person *person)
{
    const char *text = sheet_cell(row, UNIT);
    int64_t *ids;
    size_t n;

    if (!*text)
        return;
    unit_names_find(taking->units, taking->mem, text, &ids, &n);
    if (n == 0)
        sheet_wrong(row, UNIT, "\"%s\" is not known: import units first", text);
    else if (n > 1)
        sheet_wrong(row, UNIT, "\"%s\" may be %s (%s) or %s (%s): write the code", text,
                    unit_names_place(taking->units, ids[0]), unit_names_by_id(taking->units, ids[0])->code,
                    unit_names_place(taking->units, ids[1]), unit_names_by_id(taking->units, ids[1])->code);
    else
        person->unit = ids[0];
}

static void read_language(struct sheet_row *row, struct person *person)
{
    const char *text = sheet_cell(row, LANGUAGE);

    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        if (strcasecmp(languages[i][0], text) == 0) {
            person->language = languages[i][1];
            return;
        }
    sheet_wrong(row, LANGUAGE, "\"%s\" is neither zh nor en", text);
}

static const char *read_words(struct people_import *taking, struct sheet_row *row, size_t column)
{
    const char *text = sheet_cell(row, column);

    if (strlen(text) > WORDS_MOST || strpbrk(text, "\r\n\t"))
        sheet_wrong(row, column, "is too long or has a line break");
    return talloc_strdup(taking->mem, text);
}

/* "2026-12-01..2026-12-05", or one day alone. */
static bool parse_days(const char *text, struct date *first, struct date *last)
{
    const char *dots = strstr(text, "..");
    char day[16];

    if (!dots)
        return date_parse(text, first) && date_parse(text, last);
    snprintf(day, sizeof day, "%.*s", (int)(dots - text), text);
    return date_parse(day, first) && date_parse(dots + 2, last) && date_compare(*first, *last) <= 0;
}

static void read_leave(struct people_import *taking, struct sheet_row *row, struct leave *leave)
{
    const char *days = sheet_cell(row, LEAVE), *phone = sheet_cell(row, STAND_IN);
    struct number number = number_normalise(phone, "CN");
    struct date first, last;

    if (!*days && *phone)
        sheet_wrong(row, LEAVE, "is empty, but there is a stand-in");
    if (!*days)
        return;
    leave->stand_in = "";
    if (strcmp(days, "-") == 0)
        return;
    if (!parse_days(days, &first, &last)) {
        sheet_wrong(row, LEAVE, "\"%s\" is not a period (expected 2026-12-01..2026-12-05)", days);
        return;
    }
    if (number.kind != NUMBER_REAL)
        sheet_wrong(row, STAND_IN, "\"%s\" is not a phone number", phone);
    leave->since = date_moment(first, 0);
    leave->until = date_moment(date_plus(last, 1), 0);
    leave->stand_in = talloc_strdup(taking->mem, number.e164);
}

/* What a recording says of a village or township is not heard there. */
static void check_clerk(struct people_import *taking, struct sheet_row *row, const struct person *person)
{
    const struct unit *unit = person->unit ? unit_names_by_id(taking->units, person->unit) : NULL;

    if (person->roles & ROLE_CLERK && unit && (unit->level == UNIT_VILLAGE || unit->level == UNIT_TOWNSHIP))
        sheet_wrong(row, ROLES, "a clerk works for the county, not for %s", unit->name);
}

static void keep_person(struct people_import *taking, struct sheet_row *row, const struct person *person,
                        const struct leave *leave)
{
    if (taking->n == taking->room) {
        taking->room = taking->room ? 2 * taking->room : 256;
        taking->people = talloc_realloc(taking->mem, taking->people, struct person, taking->room);
        taking->leaves = talloc_realloc(taking->mem, taking->leaves, struct leave, taking->room);
        taking->lines = talloc_realloc(taking->mem, taking->lines, int, taking->room);
    }
    taking->people[taking->n] = *person;
    taking->leaves[taking->n] = *leave;
    taking->leaves[taking->n].phone = person->phone;
    taking->lines[taking->n++] = row->line;
}

static void take_person(struct sheet_row *row, void *arg)
{
    struct people_import *taking = arg;
    struct person person = { .line = "" };
    struct leave leave = { .stand_in = NULL };

    bool has_phone = read_phone(taking, row, &person);
    person.name = read_words(taking, row, NAME);
    if (!*sheet_cell(row, NAME))
        sheet_wrong(row, NAME, "is empty");
    person.title = read_words(taking, row, TITLE);
    read_roles(row, &person);
    read_unit(taking, row, &person);
    check_clerk(taking, row, &person);
    read_language(row, &person);
    read_leave(taking, row, &leave);
    if (has_phone)
        keep_person(taking, row, &person, &leave);
}

struct phone {
    const char *phone;
    int line;
};

static int by_phone(const void *a, const void *b)
{
    const struct phone *left = a, *right = b;
    int order = strcmp(left->phone, right->phone);

    return order ? order : (left->line > right->line) - (left->line < right->line);
}

static void find_doubles(struct people_import *taking, struct sheet *sheet)
{
    struct phone *phones = talloc_array(taking->mem, struct phone, taking->n);

    for (size_t i = 0; i < taking->n; i++)
        phones[i] = (struct phone){ taking->people[i].phone, taking->lines[i] };
    if (taking->n > 0)
        qsort(phones, taking->n, sizeof *phones, by_phone);
    for (size_t i = 1; i < taking->n; i++)
        if (strcmp(phones[i].phone, phones[i - 1].phone) == 0)
            sheet_wrong_at(sheet, phones[i].line, PHONE, "%s appears twice; the first is in line %d",
                           phones[i].phone, phones[i - 1].line);
}

/* Whether the file, or else the store, gives the phone a role. */
static bool works_here(struct people_import *taking, const char *phone)
{
    struct person *known = NULL;

    for (size_t i = 0; i < taking->n; i++)
        if (strcmp(taking->people[i].phone, phone) == 0)
            return taking->people[i].roles != 0;
    return store_person(taking->store, taking->mem, phone, &known) && known && known->roles != 0;
}

static void check_stand_ins(struct people_import *taking, struct sheet *sheet)
{
    for (size_t i = 0; i < taking->n; i++) {
        const struct leave *leave = &taking->leaves[i];

        if (leave->stand_in && *leave->stand_in &&
            (strcmp(leave->stand_in, leave->phone) == 0 || !works_here(taking, leave->stand_in)))
            sheet_wrong_at(sheet, taking->lines[i], STAND_IN, "%s is not another person with a role",
                           leave->stand_in);
    }
}

static bool put_person(struct store *store, const struct person *person, const struct leave *leave)
{
    if (!store_put_person(store, person))
        return false;
    if (!leave->stand_in)
        return true;
    return *leave->stand_in ? store_put_leave(store, leave) : store_drop_leave(store, leave->phone);
}

bool import_people(void *mem, struct store *store, struct import_people *import)
{
    struct people_import taking = { .mem = mem, .store = store, .units = unit_names_read(mem, store) };
    struct sheet sheet = { .path = import->path,
                           .columns = columns,
                           .n_columns = sizeof columns / sizeof *columns };

    if (!taking.units)
        return command_failed("%s", store_error(store)), false;
    sheet_read(&sheet, take_person, &taking);
    find_doubles(&taking, &sheet);
    check_stand_ins(&taking, &sheet);
    if (sheet.errors > 0 || !command_begin(store))
        return false;
    for (size_t i = 0; i < taking.n; i++)
        if (!put_person(store, &taking.people[i], &taking.leaves[i]))
            return command_failed("%s", store_error(store)), false;
    import->n_people = taking.n;
    return true;
}
