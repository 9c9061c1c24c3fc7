/* Free and worked days, and the duty roster. */
#include <string.h>
#include <talloc.h>

#include "gateway/command/command.h"
#include "gateway/command/command_store.h"
#include "gateway/command/import/import.h"
#include "gateway/turn/dates.h"
#include "modem/number/number.h"
#include "store/kept/keeping.h"

enum { DAY, KIND };
static const struct sheet_column day_columns[] = {
    [DAY] = { "date 日期", true },
    [KIND] = { "kind 种类", true },
};

enum { UNIT, DATE, PHONE };
static const struct sheet_column duty_columns[] = {
    [UNIT] = { "unit 单位 单位代码", true },
    [DATE] = { "date 日期", true },
    [PHONE] = { "phone 手机 手机号", true },
};

struct days_import {
    void *mem;
    struct store *store;
    struct unit_names *units;
    struct kept_day *days;
    struct duty_day *duty;
    size_t n;
};

static const char *read_date(const struct days_import *taking, struct sheet_row *row, size_t column)
{
    const char *text = sheet_cell(row, column);
    struct date date;

    if (date_parse(text, &date))
        return date_text(taking->mem, date);
    sheet_wrong(row, column, "\"%s\" is not a date such as 2027-01-01", text);
    return "";
}

static void take_day(struct sheet_row *row, void *arg)
{
    static const char *const words[] = { "free", "假日", "放假", "worked", "班日", "上班" };
    struct days_import *taking = arg;
    struct kept_day day = { .date = read_date(taking, row, DAY) };
    size_t kind = 0, kinds = sizeof words / sizeof *words;

    while (kind < kinds && strcmp(words[kind], sheet_cell(row, KIND)) != 0)
        kind++;
    if (kind == kinds)
        sheet_wrong(row, KIND, "\"%s\" is neither free nor worked", sheet_cell(row, KIND));
    day.is_workday = kind >= kinds / 2;
    taking->days = talloc_realloc(taking->mem, taking->days, struct kept_day, taking->n + 1);
    taking->days[taking->n++] = day;
}

bool import_days(void *mem, struct store *store, struct import_days *import)
{
    struct days_import taking = { .mem = mem, .store = store };
    struct sheet sheet = { .path = import->path, .columns = day_columns, .n_columns = 2 };

    sheet_read(&sheet, take_day, &taking);
    if (sheet.errors > 0 || !command_begin(store))
        return false;
    for (size_t i = 0; i < taking.n; i++)
        if (!store_put_day(store, &taking.days[i]))
            return command_failed("%s", store_error(store)), false;
    import->n_days = taking.n;
    return true;
}

static int64_t read_unit(struct days_import *taking, struct sheet_row *row)
{
    const char *text = sheet_cell(row, UNIT);
    int64_t *ids;
    size_t n;

    unit_names_find(taking->units, taking->mem, text, &ids, &n);
    if (n == 0)
        sheet_wrong(row, UNIT, "\"%s\" is not known: import units first", text);
    else if (n > 1)
        sheet_wrong(row, UNIT, "\"%s\" is ambiguous: write the code", text);
    return n == 1 ? ids[0] : 0;
}

static const char *read_phone(struct days_import *taking, struct sheet_row *row)
{
    const char *text = sheet_cell(row, PHONE);
    struct number number = number_normalise(text, "CN");
    struct person *person = NULL;

    if (number.kind != NUMBER_REAL || !store_person(taking->store, taking->mem, number.e164, &person) ||
        !person || !person->roles)
        sheet_wrong(row, PHONE, "\"%s\" is nobody registered", text);
    return talloc_strdup(taking->mem, number.e164);
}

static void take_duty(struct sheet_row *row, void *arg)
{
    struct days_import *taking = arg;
    struct duty_day duty = { .unit = read_unit(taking, row),
                             .date = read_date(taking, row, DATE),
                             .phone = read_phone(taking, row) };

    taking->duty = talloc_realloc(taking->mem, taking->duty, struct duty_day, taking->n + 1);
    taking->duty[taking->n++] = duty;
}

bool import_duty(void *mem, struct store *store, struct import_days *import)
{
    struct days_import taking = { .mem = mem, .store = store, .units = unit_names_read(mem, store) };
    struct sheet sheet = { .path = import->path, .columns = duty_columns, .n_columns = 3 };

    if (!taking.units)
        return command_failed("%s", store_error(store)), false;
    sheet_read(&sheet, take_duty, &taking);
    if (sheet.errors > 0 || !command_begin(store))
        return false;
    for (size_t i = 0; i < taking.n; i++)
        if (!store_put_duty_day(store, &taking.duty[i]))
            return command_failed("%s", store_error(store)), false;
    import->n_days = taking.n;
    return true;
}
