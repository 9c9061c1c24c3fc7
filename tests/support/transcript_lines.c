/* What single lines say: a function a line, and a table of them. */
#include "tests/support/transcript_facts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "modem/at_answers.h"
#include "modem/pdu/gsm7.h"
#include "tests/support/transcript_json.h"

static const char *technology_word(int technology)
{
    /* 27.007 7.3 <AcT> */
    static const char *const words[] = {
        "gsm", "gsm-compact", "umts",       "edge", "hsdpa", "hsupa", "hspa",
        "lte", "lte-cat-m",   "lte-nb-iot", "lte",  "5gnr",  "5gnr",  "lte"
    };

    return technology >= 0 && (size_t)technology < sizeof words / sizeof *words ? words[technology] : NULL;
}

static void say_registration(json_object *facts, const char *line, bool is_answer)
{
    struct at_registration registration;

    if (json_object_object_get_ex(facts, "registration", NULL) ||
        !at_read_registration(line, is_answer, &registration))
        return;
    put(facts, "registration", text_or_null(at_registration_word(registration.stat)));
    put(facts, "solicited", json_object_new_boolean(is_answer));
    put(facts, "access_tech", text_or_null(technology_word(registration.technology)));
    put(facts, "act", number_or_null(registration.technology));
    put(facts, "lac", text_or_null(registration.lac));
    put(facts, "cell_id", text_or_null(registration.cell));
}

static void say_sim(json_object *facts, const char *line, bool is_answer)
{
    char state[24];

    (void)is_answer;
    if (!at_read_sim(line, state, sizeof state))
        return;
    put(facts, "sim_state", json_object_new_string(state));
    if (strcmp(state, "SIM PIN") == 0)
        put(facts, "sim_pin_needed", json_object_new_boolean(true));
}

static void say_caller(json_object *facts, const char *line, bool is_answer)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_fields(line, fields);

    (void)is_answer;
    if (n == 0)
        return;
    put(facts, "number", fields[0].length ? field_text(&fields[0]) : NULL);
    if (n > 1)
        put(facts, "toa", number_or_null(at_field_number(&fields[1], -1)));
    if (n > 2 && fields[2].length > 0)
        put(facts, "class", number_or_null(at_field_number(&fields[2], -1)));
}

static void say_signal(json_object *facts, const char *line, bool is_answer)
{
    int rssi, ber;

    (void)is_answer;
    if (!at_read_signal(line, &rssi, &ber))
        return;
    put(facts, "rssi", number_or_null(rssi));
    put(facts, "ber", number_or_null(ber));
}

static void say_call_in_list(json_object *facts, const char *line, bool is_answer)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_fields(line, fields);
    json_object *call;

    (void)is_answer;
    if (n < 5 || n == 6) {
        put(facts, "malformed", json_object_new_boolean(true));
        return;
    }
    call = json_object_new_object();
    put(call, "idx", number_or_null(at_field_number(&fields[0], -1)));
    put(call, "dir", number_or_null(at_field_number(&fields[1], -1)));
    put(call, "stat", number_or_null(at_field_number(&fields[2], -1)));
    put(call, "number", n > 5 && fields[5].length ? field_text(&fields[5]) : NULL);
    put(call, "toa", n > 6 ? number_or_null(at_field_number(&fields[6], -1)) : NULL);
    json_object_array_add(list_named(facts, "calls"), call);
}

/* ---- storages ---- */

static bool is_storage(const char *name)
{
    return strlen(name) == 2 && strstr("SM ME MT SR BM TA ", name) != NULL;
}

static void say_storage_lists(json_object *facts, const char *line)
{
    struct at_storages storages;
    json_object *lists = json_object_new_array();

    at_read_storages(line, &storages);
    for (size_t i = 0; i < storages.lists; i++) {
        json_object *list = json_object_new_array();

        for (size_t j = 0; j < storages.n[i]; j++)
            json_object_array_add(list, json_object_new_string(storages.names[i][j]));
        json_object_array_add(lists, list);
    }
    put(facts, "storages", lists);
}

/* An answer that says the same of all three memories is given as one number, unless it names them. */
static json_object *numbers(const int *values, size_t n, bool as_one)
{
    json_object *list;

    if (as_one)
        return json_object_new_int(values[0]);
    list = json_object_new_array();
    for (size_t i = 0; i < n; i++)
        json_object_array_add(list, json_object_new_int(values[i]));
    return list;
}

static void say_storages(json_object *facts, const char *line, bool is_answer)
{
    struct at_usage usage;
    bool as_one = true, is_full = false;

    (void)is_answer;
    if (!at_read_usage(line, &usage)) {
        say_storage_lists(facts, line);
        return;
    }
    for (size_t i = 0; i < usage.n; i++) {
        as_one = as_one && !usage.names[i][0] && usage.used[i] == usage.used[0] &&
                 usage.total[i] == usage.total[0];
        is_full = is_full || (usage.total[i] > 0 && usage.used[i] >= usage.total[i]);
    }
    for (size_t i = 0; i < usage.n && usage.names[0][0]; i++) {
        char name[] = "mem1";

        name[3] = (char)('1' + i);
        put(facts, name, is_storage(usage.names[i]) ? json_object_new_string(usage.names[i]) : NULL);
    }
    put(facts, "used", numbers(usage.used, usage.n, as_one));
    put(facts, "total", numbers(usage.total, usage.n, as_one));
    put(facts, "full", json_object_new_boolean(is_full));
}

/* ---- lists in parentheses ---- */

/* Every quoted text at this depth of parentheses. */
static json_object *quoted_at_depth(const char *line, int wanted)
{
    json_object *list = json_object_new_array();
    int depth = 0;

    for (const char *s = at_parameters(line); *s; s++) {
        depth += (*s == '(') - (*s == ')');
        if (*s == '"') {
            size_t n = strcspn(s + 1, "\"");

            if (depth == wanted)
                json_object_array_add(list, json_object_new_string_len(s + 1, (int)n));
            s += n + (s[n + 1] ? 1 : 0);
        }
    }
    return list;
}

static void say_charsets(json_object *facts, const char *line, bool is_answer)
{
    (void)is_answer;
    put(facts, "charsets", quoted_at_depth(line, strchr(line, '(') ? 1 : 0));
}

static void say_indicators(json_object *facts, const char *line, bool is_answer)
{
    json_object *list;

    (void)is_answer;
    if (!strchr(line, '"'))
        return;
    list = quoted_at_depth(line, 1);
    put(facts, "indicators", list);
    for (size_t i = 0; i < json_object_array_length(list); i++)
        if (strcasecmp(json_object_get_string(json_object_array_get_idx(list, i)), "smsfull") == 0)
            put(facts, "smsfull_index", json_object_new_int((int)i + 1));
}

/* "0-2,4" -> [0,1,2,4] */
static json_object *range(const char *s, const char *end)
{
    json_object *list = json_object_new_array();

    while (s < end) {
        char *after;
        long from = strtol(s, &after, 10), to = from;

        if (after == s)
            break;
        if (*after == '-')
            to = strtol(after + 1, &after, 10);
        for (long i = from; i <= to && i < from + 100; i++)
            json_object_array_add(list, json_object_new_int64(i));
        s = after + strspn(after, ", ");
    }
    return list;
}

static void say_announcing(json_object *facts, const char *line, bool is_answer)
{
    static const char *const names[] = { "mode", "mt", "bm", "ds", "bfr" };
    json_object *ranges = json_object_new_object();
    const char *s = at_parameters(line);

    (void)is_answer;
    for (size_t i = 0; i < 5 && (s = strchr(s, '(')); i++) {
        const char *end = s + strcspn(s, ")");

        put(ranges, names[i], range(s + 1, end));
        s = end;
    }
    if (json_object_object_length(ranges) > 0)
        put(facts, "cnmi_ranges", ranges);
    else
        json_object_put(ranges);
}

/* ---- operators ---- */

/* Names stand in the alphabet the modem started with, GSM's own (27.007 5.5), where @ is an inverted mark. */
static json_object *operator_name(const struct at_field *field)
{
    uint8_t septets[64];
    char name[GSM7_UTF8_ROOM(64)];
    size_t n = field->length;

    if (n == 0)
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (n > sizeof septets || field->at[i] & 0x80)
            return field_text(field);
    memcpy(septets, field->at, n);
    gsm7_to_utf8(septets, n, 0, 0, name);
    return json_object_new_string(name);
}

/* (2,"Name","Short","46000",7): whatever else stands in parentheses is no operator. */
static void add_operator(json_object *list, const char *s, size_t n)
{
    static const char *const stats[] = { "unknown", "available", "current", "forbidden" };
    char group[300];
    struct at_field fields[AT_FIELDS];
    long stat;
    json_object *op;

    if (n >= sizeof group)
        return;
    memcpy(group, s, n);
    group[n] = '\0';
    if (at_fields(group, fields) < 4 || !fields[3].was_quoted)
        return;
    stat = at_field_number(&fields[0], -1);
    if (stat < 0 || stat > 3)
        return;
    op = json_object_new_object();
    put(op, "stat", json_object_new_string(stats[stat]));
    put(op, "long", operator_name(&fields[1]));
    put(op, "short", operator_name(&fields[2]));
    put(op, "mccmnc", field_text(&fields[3]));
    json_object_array_add(list, op);
}

/* The parenthesis that closes a group is not one inside a name. */
static size_t group_length(const char *s)
{
    bool quoted = false;
    size_t n = 0;

    for (; s[n] && (quoted || s[n] != ')'); n++)
        if (s[n] == '"')
            quoted = !quoted;
    return n;
}

static void say_operators(json_object *facts, const char *line)
{
    json_object *list = list_named(facts, "operators");

    for (const char *s = strchr(line, '('); s; s = strchr(s, '(')) {
        size_t n = group_length(s + 1);

        add_operator(list, s + 1, n);
        s += n + 1;
    }
}

static void say_operator(json_object *facts, const char *line, bool is_answer)
{
    struct at_operator op;

    (void)is_answer;
    if (*at_parameters(line) == '(') {
        say_operators(facts, line);
        return;
    }
    if (!at_read_operator(line, &op))
        return;
    put(facts, "mode", number_or_null(op.mode));
    put(facts, "format", number_or_null(op.format));
    put(facts, "operator", text_or_null(op.name));
    put(facts, "access_tech", text_or_null(technology_word(op.technology)));
}

/* ---- numbers, names, levels ---- */

static void say_own_number(json_object *facts, const char *line, bool is_answer)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_fields(line, fields);
    json_object *list = list_named(facts, "numbers");

    (void)is_answer;
    if (n >= 2 && fields[1].length > 0)
        json_object_array_add(list, field_text(&fields[1]));
}

static void say_centre(json_object *facts, const char *line, bool is_answer)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_fields(line, fields);

    (void)is_answer;
    put(facts, "smsc", n > 0 && fields[0].length ? field_text(&fields[0]) : NULL);
    if (n > 1)
        put(facts, "toa", number_or_null(at_field_number(&fields[1], -1)));
}

static void say_function(json_object *facts, const char *line, bool is_answer)
{
    struct at_field fields[AT_FIELDS];

    (void)is_answer;
    put(facts, "cfun", at_fields(line, fields) > 0 ? number_or_null(at_field_number(&fields[0], -1)) : NULL);
}

static void say_key(json_object *facts, const char *line, bool is_answer)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_fields(line, fields);
    json_object *key = json_object_new_array();

    (void)is_answer;
    if (n > 0 && strncasecmp(line, "+QTONEDET", 9) == 0) {
        char character[2] = { (char)at_field_number(&fields[0], '?') };

        json_object_array_add(key, json_object_new_string(character));
    } else if (n > 0) {
        json_object_array_add(key, field_text(&fields[0]));
    }
    json_object_array_add(key, n > 1 ? number_or_null(at_field_number(&fields[1], -1)) : NULL);
    json_object_array_add(list_named(facts, "dtmf"), key);
}

/* ---- the table ---- */

static const struct {
    const char *name;
    void (*say)(json_object *facts, const char *line, bool is_answer);
} lines[] = {
    { "+CREG", say_registration },   { "+CGREG", say_registration }, { "+CEREG", say_registration },
    { "+C5GREG", say_registration }, { "+CPIN", say_sim },           { "+CLIP", say_caller },
    { "+CCWA", say_caller },         { "+CSQ", say_signal },         { "+CLCC", say_call_in_list },
    { "+CPMS", say_storages },       { "+CSCS", say_charsets },      { "+CIND", say_indicators },
    { "+CNMI", say_announcing },     { "+COPS", say_operator },      { "+CNUM", say_own_number },
    { "+CSCA", say_centre },         { "+CFUN", say_function },      { "+DTMF", say_key },
    { "+RXDTMF", say_key },          { "+QTONEDET", say_key },
};

bool facts_of_line(json_object *facts, const char *line, bool is_answer)
{
    /* A list of operators may go on in lines of its own. */
    if (*line == '(') {
        say_operators(facts, line);
        return true;
    }
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (at_answers(line, lines[i].name)) {
            lines[i].say(facts, line, is_answer);
            return true;
        }
    }
    return false;
}
