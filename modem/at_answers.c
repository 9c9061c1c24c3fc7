#include "modem/at_answers.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "modem/at_lines.h"
#include "modem/pdu/hex.h"
#include "modem/pdu/ucs2.h"

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- registration ---- */

/* Whether the field is a <stat> and not a location area: no quotes, few digits. */
static bool is_stat(const struct at_field *field)
{
    long stat = at_field_number(field, -1);

    return !field->was_quoted && field->length > 0 && field->length <= 3 && stat >= 0 && stat <= 11;
}

/* The same where nothing follows that could be taken for it: any number of leading zeros. */
static bool is_padded_stat(const struct at_field *field)
{
    long stat = at_field_number(field, -1);

    return !field->was_quoted && stat >= 0 && stat <= 11;
}

/* Hex of up to eight or more digits -> upper case without leading zeros; "" for anything else. */
static void read_hex(const struct at_field *field, char *text, size_t size)
{
    size_t zeros = 0;

    *text = '\0';
    if (field->length == 0 || field->length >= size)
        return;
    for (size_t i = 0; i < field->length; i++)
        if (!isxdigit((unsigned char)field->at[i]))
            return;
    while (zeros + 1 < field->length && field->at[zeros] == '0')
        zeros++;
    for (size_t i = zeros; i < field->length; i++)
        *text++ = (char)toupper((unsigned char)field->at[i]);
    *text = '\0';
}

static void read_technology(const struct at_field *field, int *technology)
{
    long number = at_field_number(field, -1);

    if (!field->was_quoted && number >= 0 && number <= 20 && field->length <= 3)
        *technology = (int)number;
}

/* +CEREG of some: tac, rac, ci, act; the others: lac, ci, act. */
static bool has_routing_area(const struct at_field *place, size_t n)
{
    int technology = -1;

    if (n < 4 || place[1].length > 2 || place[2].length <= 2)
        return false;
    read_technology(&place[3], &technology);
    return technology >= 0;
}

static void read_place(const struct at_field *place, size_t n, struct at_registration *registration)
{
    size_t skip = has_routing_area(place, n) ? 1 : 0;

    /* A quote inside means that the fields are not where they should be. */
    if (n < 2 || memchr(place[0].at, '"', place[0].length))
        return;
    read_hex(&place[0], registration->lac, sizeof registration->lac);
    read_hex(&place[1 + skip], registration->cell, sizeof registration->cell);
    if (n > 2 + skip)
        read_technology(&place[2 + skip], &registration->technology);
}

/* Answers begin with <n>; so do, against the standard, the codes of some modems. */
static bool has_mode(const struct at_field *fields, size_t n, bool is_answer)
{
    if (n < 2 || !is_stat(&fields[0]) || !is_stat(&fields[1]))
        return false;
    return is_answer || n == 2 || n >= 4;
}

bool at_read_registration(const char *line, bool is_answer, struct at_registration *registration)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_fields(line, fields), first;

    *registration = (struct at_registration){ .stat = -1, .technology = -1 };
    if (n == 0)
        return false;
    first = has_mode(fields, n, is_answer) || (is_answer && n == 2 && is_padded_stat(&fields[0])) ? 1 : 0;
    if (!is_stat(&fields[first]) && !(n == first + 1 && is_padded_stat(&fields[first])))
        return false;
    registration->stat = (int)at_field_number(&fields[first], -1);
    read_place(fields + first + 1, n - first - 1, registration);
    return true;
}

const char *at_registration_word(int stat)
{
    static const char *const words[] = { "idle",
                                         "home",
                                         "searching",
                                         "denied",
                                         "unknown",
                                         "roaming",
                                         "home-sms-only",
                                         "roaming-sms-only",
                                         "emergency-only",
                                         "home-csfb-not-preferred",
                                         "roaming-csfb-not-preferred",
                                         "attached-rlos" };

    return stat >= 0 && (size_t)stat < sizeof words / sizeof *words ? words[stat] : NULL;
}

bool at_is_registered(int stat)
{
    return stat == 1 || stat == 5 || stat == 6 || stat == 7 || stat == 9 || stat == 10;
}

/* ---- messages ---- */

/* The length is the last field; its PDU may follow it in the same line. */
static bool read_length(const struct at_field *field, struct at_message_head *head)
{
    size_t digits = strspn(field->at, "0123456789"), spaces;

    if (digits == 0 || digits > 8 || field->was_quoted)
        return false;
    head->length = atoi(field->at);
    spaces = strspn(field->at + digits, " ");
    if (spaces > 0 && at_is_hex(field->at + digits + spaces, 20))
        snprintf(head->pdu, sizeof head->pdu, "%s", field->at + digits + spaces);
    return spaces > 0 || digits == field->length;
}

bool at_read_list_head(const char *line, struct at_message_head *head)
{
    struct at_field fields[AT_FIELDS];
    size_t n;

    *head = (struct at_message_head){ .index = -1, .stat = -1, .length = -1 };
    if (!at_answers(line, "+CMGL"))
        return false;
    n = at_fields(line, fields);
    if (n < 3)
        return false;
    head->index = (int)at_field_number(&fields[0], -1);
    head->stat = (int)at_field_number(&fields[1], -1);
    return read_length(&fields[n - 1], head) && head->index >= 0 && head->stat >= 0;
}

bool at_read_message_head(const char *line, struct at_message_head *head)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_fields(line, fields);

    *head = (struct at_message_head){ .index = -1, .stat = -1, .length = -1 };
    if (n == 0)
        return false;
    if (at_answers(line, "+CMGR")) {
        if (n < 2)
            return false;
        head->stat = (int)at_field_number(&fields[0], -1);
    }
    return read_length(&fields[n - 1], head);
}

bool at_read_stored(const char *line, char mem[4], int *index)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_fields(line, fields);

    mem[0] = '\0';
    *index = n >= 2 ? (int)at_field_number(&fields[1], -1) : -1;
    if (n >= 2 && fields[0].length == 2 && isalpha((unsigned char)*fields[0].at))
        at_field_text(&fields[0], mem, 4);
    return *index >= 0;
}

/* ---- storages ---- */

static void add_storage(struct at_storages *storages, const struct at_field *field)
{
    size_t list = storages->lists - 1;

    if (field->length != 2 || storages->n[list] >= AT_STORAGES)
        return;
    at_field_text(field, storages->names[list][storages->n[list]++], 4);
}

/* ("SM","ME"),"SM",() -> three lists: a name outside parentheses is a list of one. */
bool at_read_storages(const char *line, struct at_storages *storages)
{
    int depth = 0, deepest = strstr(line, "((") ? 2 : 1;

    *storages = (struct at_storages){ 0 };
    for (const char *s = at_parameters(line); *s; s++) {
        if (*s == '(' && ++depth == deepest && storages->lists < 3)
            storages->lists++;
        if (*s == ')')
            depth--;
        if (*s == '"') {
            struct at_field field = { .at = s + 1, .length = strcspn(s + 1, "\"") };

            if (depth < deepest && storages->lists < 3)
                storages->lists++;
            if (storages->lists > 0)
                add_storage(storages, &field);
            s += field.length + (s[1 + field.length] ? 1 : 0);
        }
    }
    return storages->lists > 0;
}

bool at_read_usage(const char *line, struct at_usage *usage)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_fields(line, fields);
    bool has_names = n > 0 && at_field_number(&fields[0], -1) < 0;
    size_t step = has_names ? 3 : 2;

    *usage = (struct at_usage){ 0 };
    for (size_t i = 0; i + step <= n && usage->n < 3; i += step) {
        const struct at_field *numbers = fields + i + step - 2;

        if (has_names)
            at_field_text(&fields[i], usage->names[usage->n], 4);
        usage->used[usage->n] = (int)at_field_number(&numbers[0], -1);
        usage->total[usage->n] = (int)at_field_number(&numbers[1], -1);
        if (usage->used[usage->n] < 0 || usage->total[usage->n] < 0)
            return false;
        usage->n++;
    }
    return usage->n > 0;
}

/* ---- the rest ---- */

bool at_read_signal(const char *line, int *rssi, int *ber)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_answers(line, "+CSQ") ? at_fields(line, fields) : 0;

    *rssi = n > 0 ? (int)at_field_number(&fields[0], -1) : -1;
    *ber = n > 1 ? (int)at_field_number(&fields[1], -1) : -1;
    return *rssi >= 0 && *rssi <= 199;
}

static bool is_date(const struct tm *tm)
{
    return tm->tm_mon >= 0 && tm->tm_mon < 12 && tm->tm_mday >= 1 && tm->tm_mday <= 31 && tm->tm_hour >= 0 &&
           tm->tm_hour < 24 && tm->tm_min >= 0 && tm->tm_min < 60 && tm->tm_sec >= 0 && tm->tm_sec <= 60;
}

bool at_read_clock(const char *line, int64_t *at)
{
    enum { QUARTER = 900, QUARTERS_MOST = 56 };
    const char *text = at_answers(line, "+CCLK") ? at_parameters(line) : "";
    struct tm tm = { 0 };
    int year, month, n = 0, quarters;

    text += *text == '"';
    if (sscanf(text, "%4d/%2d/%2d%*1[, ]%2d:%2d:%2d%n", &year, &month, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
               &tm.tm_sec, &n) < 6)
        return false;
    tm.tm_year = year >= 100 ? year - 1900 : year < 70 ? 100 + year : year;
    tm.tm_mon = month - 1;
    if (year < 0 || !is_date(&tm))
        return false;
    *at = timegm(&tm);
    if (sscanf(text + n, "%3d", &quarters) == 1 && abs(quarters) <= QUARTERS_MOST)
        *at -= (int64_t)quarters * QUARTER;
    return true;
}

/* ---- names and numbers in UCS-2, of a modem left with AT+CSCS="UCS2" ---- */

enum { UCS2_MOST = 64 }; /* units */

/* False unless the field is hex digits of at least `units` units of UTF-16, and the text fits. */
static bool read_ucs2(const struct at_field *field, size_t units, char *text, size_t size)
{
    uint8_t octets[2 * UCS2_MOST];
    char utf8[UCS2_UTF8_ROOM(2 * UCS2_MOST)];

    if (field->length % 4 != 0 || field->length < 4 * units || field->length > 4 * (size_t)UCS2_MOST ||
        !hex_read(field->at, field->length / 2, octets))
        return false;
    for (size_t i = 0; i < field->length / 2; i += 2)
        if (octets[i] == 0 && octets[i + 1] < ' ')
            return false;
    ucs2_to_utf8(octets, field->length / 2, utf8);
    if (strstr(utf8, "\xEF\xBF\xBD") || strlen(utf8) >= size)
        return false;
    snprintf(text, size, "%s", utf8);
    return true;
}

/* "004300480049": two characters at least, for a name of four letters may look like hex. */
static void read_name(const struct at_field *field, char *name, size_t size)
{
    if (!read_ucs2(field, 2, name, size))
        at_field_text(field, name, size);
}

/* "002B00380036": only if each unit is a digit or + * # of a number. */
static void read_number(const struct at_field *field, char *number, size_t size)
{
    if (!read_ucs2(field, 1, number, size) || number[strspn(number, "+0123456789*#")] != '\0' ||
        strlen(number) * 4 != field->length)
        at_field_text(field, number, size);
}

bool at_read_centre(const char *line, char *number, size_t size)
{
    struct at_field fields[AT_FIELDS];

    *number = '\0';
    if (!at_answers(line, "+CSCA") || at_fields(line, fields) == 0)
        return false;
    read_number(&fields[0], number, size);
    return *number != '\0';
}

bool at_read_operator(const char *line, struct at_operator *op)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_answers(line, "+COPS") ? at_fields(line, fields) : 0;

    *op = (struct at_operator){ .mode = -1, .format = -1, .technology = -1 };
    if (n == 0)
        return false;
    op->mode = (int)at_field_number(&fields[0], -1);
    if (n >= 3) {
        op->format = (int)at_field_number(&fields[1], -1);
        if (op->format == 2)
            at_field_text(&fields[2], op->name, sizeof op->name);
        else
            read_name(&fields[2], op->name, sizeof op->name);
    }
    if (n >= 4)
        op->technology = (int)at_field_number(&fields[3], -1);
    return op->mode >= 0;
}

bool at_read_caller(const char *line, struct at_caller *caller)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_fields(line, fields);

    *caller = (struct at_caller){ .toa = -1 };
    if (n == 0)
        return false;
    read_number(&fields[0], caller->number, sizeof caller->number);
    if (n > 1)
        caller->toa = (int)at_field_number(&fields[1], -1);
    /* 27.007 7.11 <type> 145: international, with or without its plus. */
    if (caller->toa == 145 && isdigit((unsigned char)*caller->number)) {
        size_t length = smaller(strlen(caller->number), sizeof caller->number - 2);

        memmove(caller->number + 1, caller->number, length);
        caller->number[length + 1] = '\0';
        caller->number[0] = '+';
    }
    return true;
}

bool at_read_sim(const char *line, char *state, size_t size)
{
    struct at_field fields[AT_FIELDS];

    if (!at_answers(line, "+CPIN") || at_fields(line, fields) == 0)
        return false;
    at_field_text(&fields[0], state, size);
    return *state != '\0';
}

/* The last quote closes the text: there may be more of them inside. */
bool at_read_ussd(const char *line, struct at_ussd *ussd)
{
    const char *s = at_parameters(line), *last, *comma;
    char *end;
    long m = strtol(s, &end, 10);

    *ussd = (struct at_ussd){ .m = -1, .dcs = -1, .text = "" };
    if (end == s || m < 0 || m > 9)
        return false;
    ussd->m = (int)m;
    s = end + strspn(end, " ,");
    if (*s == '\0')
        return true;
    ussd->was_quoted = *s == '"';
    ussd->text = s + (ussd->was_quoted ? 1 : 0);
    last = ussd->was_quoted ? strrchr(s + 1, '"') : NULL;
    comma = strrchr(last ? last : s, ',');
    if (comma && isdigit((unsigned char)comma[1 + strspn(comma + 1, " ")]) && strlen(comma) <= 6)
        ussd->dcs = atoi(comma + 1);
    else
        comma = NULL;
    end = (char *)(last ? last : comma ? comma : s + strlen(s));
    ussd->length = (size_t)(end - ussd->text);
    return true;
}
