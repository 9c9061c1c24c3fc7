#include "gateway/command/transcript_facts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <talloc.h>

#include "modem/at_answers.h"
#include "modem/at_messages.h"
#include "modem/gsm7.h"
#include "modem/modem_ussd.h"
#include "modem/pdu.h"

/* ---- small ways to say something ---- */

static void put(json_object *facts, const char *name, json_object *value)
{
    json_object_object_add(facts, name, value);
}

static void put_once(json_object *facts, const char *name, json_object *value)
{
    if (json_object_object_get_ex(facts, name, NULL))
        json_object_put(value);
    else
        json_object_object_add(facts, name, value);
}

static json_object *text_or_null(const char *text)
{
    return text && *text ? json_object_new_string(text) : NULL;
}

static json_object *number_or_null(long number)
{
    return number >= 0 ? json_object_new_int64(number) : NULL;
}

static json_object *list_named(json_object *facts, const char *name)
{
    json_object *list;

    if (json_object_object_get_ex(facts, name, &list))
        return list;
    list = json_object_new_array();
    put(facts, name, list);
    return list;
}

static json_object *field_text(const struct at_field *field)
{
    return json_object_new_string_len(field->at, (int)field->length);
}

/* ---- lines that come as an answer or on their own ---- */

static void say_registration(json_object *facts, const char *line, bool is_answer)
{
    struct at_registration registration;

    if (json_object_object_get_ex(facts, "registration", NULL) ||
        !at_read_registration(line, is_answer, &registration))
        return;
    put(facts, "registration", text_or_null(at_registration_word(registration.stat)));
    put(facts, "solicited", json_object_new_boolean(is_answer));
    put(facts, "access_tech", text_or_null(at_technology_word(registration.technology)));
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
    put(facts, "access_tech", text_or_null(at_technology_word(op.technology)));
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

/* ---- messages ---- */

static void say_stored(json_object *facts, const char *line, const char *name)
{
    char mem[4];
    int index;
    json_object *stored;

    if (!at_read_stored(line, mem, &index)) {
        put(facts, "malformed", json_object_new_boolean(true));
        return;
    }
    stored = json_object_new_object();
    put(stored, "mem", text_or_null(mem));
    put(stored, "index", json_object_new_int(index));
    put(facts, name, stored);
    put_once(facts, "mem", text_or_null(mem));
    put_once(facts, "index", json_object_new_int(index));
}

static void say_report(json_object *facts, const char *pdu)
{
    void *mem = talloc_new(NULL);
    const char *why;
    struct sms *sms = pdu ? pdu_decode(mem, pdu, true, false, &why) : NULL;

    if (sms && sms->type == SMS_STATUS_REPORT) {
        json_object *report = json_object_new_object();

        put(report, "mr", json_object_new_int(sms->mr));
        put(report, "status", json_object_new_int(sms->status));
        put(report, "recipient", json_object_new_string(sms->address.digits));
        put(report, "scts", json_object_new_string(sms->scts.text));
        put(facts, "report", report);
    }
    talloc_free(mem);
}

static void say_direct(json_object *facts, const char *line, const char *pdu)
{
    struct at_message_head head;

    at_read_message_head(line, &head);
    put(facts, "tpdu_len", number_or_null(head.length));
    put(facts, "pdu", text_or_null(pdu));
    say_report(facts, pdu);
}

static json_object *message_facts(const struct at_message *message, bool has_index)
{
    json_object *facts = json_object_new_object();

    if (has_index)
        put(facts, "index", json_object_new_int(message->index));
    put(facts, "status", number_or_null(message->stat));
    put(facts, "tpdu_len", number_or_null(message->length));
    if (message->pdu && strspn(message->pdu, "0123456789ABCDEF") == strlen(message->pdu))
        put(facts, "pdu", json_object_new_string(message->pdu));
    return facts;
}

static void put_header_fields(json_object *message, const char *line)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_fields(line, fields);
    json_object *list = json_object_new_array();

    for (size_t i = 0; i < n; i++)
        json_object_array_add(list, field_text(&fields[i]));
    put(message, "header_fields", list);
}

/* "yy/MM/dd,hh:mm:ss+zz", zz in quarters of an hour, 27.005 3.1 <scts> */
static json_object *text_time(const struct at_field *field)
{
    char text[40], iso[64];
    int year, month, day, hour, minute, second, zone;
    char sign;

    at_field_text(field, text, sizeof text);
    if (sscanf(text, "%2d/%2d/%2d,%2d:%2d:%2d%c%2d", &year, &month, &day, &hour, &minute, &second, &sign,
               &zone) != 8)
        return NULL;
    snprintf(iso, sizeof iso, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", 2000 + year, month, day, hour,
             minute, second, sign, zone / 4, zone % 4 * 15);
    return json_object_new_string(iso);
}

/* Text mode, which we never set but may find: +CMGR: "REC READ",fo,mr,ra,tora,scts,dt,st is a status report.
 */
static void say_text_mode(json_object *facts, const char *line)
{
    struct at_field fields[AT_FIELDS];
    size_t n = at_fields(line, fields);
    json_object *report;

    if (n < 8 || !fields[0].was_quoted || at_field_number(&fields[1], -1) < 0)
        return;
    report = json_object_new_object();
    put(report, "fo", number_or_null(at_field_number(&fields[1], -1)));
    put(report, "mr", number_or_null(at_field_number(&fields[2], -1)));
    put(report, "recipient", field_text(&fields[3]));
    put(report, "scts", text_time(&fields[5]));
    put(report, "status", number_or_null(at_field_number(&fields[n - 1], -1)));
    put(facts, "report", report);
}

static void say_messages(json_object *facts, const struct at_reply *reply, const char *command)
{
    void *mem = talloc_new(NULL);
    struct at_messages messages;
    bool is_list = strncmp(command, "AT+CMGL", 7) == 0;

    at_read_messages(mem, reply->lines, reply->n, &messages);
    for (size_t i = 0; i < messages.n && is_list; i++)
        json_object_array_add(list_named(facts, "messages"), message_facts(&messages.messages[i], true));
    for (size_t i = 0; i < reply->n && !is_list; i++) {
        json_object *message;

        if (!at_answers(reply->lines[i], "+CMGR"))
            continue;
        say_text_mode(facts, reply->lines[i]);
        if (messages.n == 0)
            break;
        message = message_facts(&messages.messages[0], false);
        put_header_fields(message, reply->lines[i]);
        put(facts, "message", message);
        say_report(facts, messages.messages[0].pdu);
        break;
    }
    talloc_free(mem);
}

/* ---- ussd ---- */

static bool is_ucs2_hex(const struct at_ussd *ussd, const char *text)
{
    size_t digits = 0;

    while (digits < ussd->length && isxdigit((unsigned char)ussd->text[digits]))
        digits++;
    return digits == ussd->length && digits >= 8 && digits % 4 == 0 &&
           (strncmp(ussd->text, "00", 2) == 0 || (text && (unsigned char)*text >= 0x80));
}

static void say_ussd(json_object *facts, const char *line)
{
    void *mem = talloc_new(NULL);
    struct at_ussd read;
    json_object *ussd = json_object_new_object();
    char *text;

    if (at_read_ussd(line, &read)) {
        text = modem_ussd_text(mem, &read);
        put(ussd, "m", json_object_new_int(read.m));
        put(ussd, "text", text_or_null(text));
        put(ussd, "dcs", number_or_null(read.dcs));
        put(facts, "m", json_object_new_int(read.m));
        put(facts, "dcs", number_or_null(read.dcs));
        put(facts, "quoted", json_object_new_boolean(read.was_quoted));
        put(facts, "raw_is_ucs2_hex", json_object_new_boolean(is_ucs2_hex(&read, text)));
    }
    put(facts, "ussd", ussd);
    talloc_free(mem);
}

/* ---- tables ---- */

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

static bool say_line(json_object *facts, const char *line, bool is_answer)
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

/* As people write it: with its sign when it is a status, without when it is a step of a call, whole when
 * words. */
static json_object *code_name(const struct at_code *code, const char *line, bool is_bare)
{
    size_t n = strcspn(line, ":");

    is_bare = is_bare || code->kind == AT_CODE_CALL || code->kind == AT_CODE_CALL_END;
    if ((code->kind == AT_CODE_SIM && *line == '+') || at_answers(line, "+CFUN"))
        return json_object_new_string(line);
    if (is_bare && strchr("+^*#$", *line))
        return json_object_new_string_len(line + 1, (int)n - 1);
    return json_object_new_string_len(line, (int)n);
}

static bool is_ignored(const struct at_code *code, const char *line)
{
    return code->kind == AT_CODE_STATUS || code->kind == AT_CODE_SIGNAL || code->kind == AT_CODE_HEARTBEAT ||
           (code->kind == AT_CODE_SIM && *line == '^');
}

static void say_call_end(json_object *facts, const char *line)
{
    struct at_field fields[AT_FIELDS];
    size_t n = strncmp(line, "^CEND", 5) == 0 ? at_fields(line, fields) : 0;

    if (n >= 3)
        put(facts, "call_end_cause", number_or_null(at_field_number(&fields[n - 1], -1)));
}

static void say_full(json_object *facts, const char *line)
{
    struct at_field fields[AT_FIELDS];

    put(facts, "storage_full", json_object_new_boolean(true));
    if (at_fields(line, fields) > 0 && fields[0].length == 2)
        put(facts, "mem", field_text(&fields[0]));
}

void facts_of_code(json_object *facts, const struct at_code *code, const char *line, const char *pdu)
{
    json_object_array_add(list_named(facts, "urcs"), code_name(code, line, false));
    list_named(facts, "ignored_urcs");
    if (is_ignored(code, line))
        json_object_array_add(list_named(facts, "ignored_urcs"), code_name(code, line, false));
    put_once(facts, "urc", code_name(code, line, true));
    switch (code->kind) {
    case AT_CODE_STORED:
        say_stored(facts, line, "cmti");
        break;
    case AT_CODE_REPORT_STORED:
        say_stored(facts, line, "cdsi");
        break;
    case AT_CODE_DELIVER:
    case AT_CODE_REPORT:
    case AT_CODE_BROADCAST:
        say_direct(facts, line, pdu);
        break;
    case AT_CODE_USSD:
        say_ussd(facts, line);
        break;
    case AT_CODE_CALL_END:
        say_call_end(facts, line);
        break;
    case AT_CODE_FULL:
        say_full(facts, line);
        break;
    case AT_CODE_RING:
        put(facts, "ring", json_object_new_boolean(true));
        break;
    case AT_CODE_READY:
        if (strncasecmp(line, "SMS", 3) == 0)
            put(facts, "sms_ready", json_object_new_boolean(true));
        break;
    default:
        say_line(facts, line, false);
        break;
    }
}

static void say_final(json_object *facts, const struct at_reply *reply)
{
    static const char *const names[] = { [AT_OK] = "OK",
                                         [AT_ERROR] = "ERROR",
                                         [AT_CME] = "CME",
                                         [AT_CMS] = "CMS",
                                         [AT_NO_CARRIER] = "NO CARRIER" };
    const char *words = at_error_words(reply->final, reply->number);

    put(facts, "final", reply->final == AT_NONE ? NULL : json_object_new_string(names[reply->final]));
    if (reply->final != AT_CME && reply->final != AT_CMS)
        return;
    put(facts, "code", number_or_null(reply->number));
    put(facts, "text", text_or_null(reply->words));
    put(facts, "meaning", text_or_null(words));
    if (reply->final == AT_CMS && reply->code == 322)
        put(facts, "storage_full", json_object_new_boolean(true));
    if (reply->code == 14 || reply->code == 314 || reply->code == 515) {
        put(facts, "retry", json_object_new_boolean(true));
        put(facts, "retry_on", json_object_new_int(reply->code));
    }
}

static void say_information(json_object *facts, const char *line)
{
    struct at_field fields[AT_FIELDS];
    const char *parameters = at_parameters(line);

    if (parameters == line)
        put_once(facts, "info", json_object_new_string(line));
    else if (at_fields(line, fields) == 1)
        put_once(facts, "info", field_text(&fields[0]));
    else
        put_once(facts, "info", json_object_new_string(parameters));
}

void facts_of_answer(json_object *facts, const struct at_replayed *answer)
{
    bool is_registration = strstr(answer->command, "REG?") != NULL;
    bool has_messages =
        strncmp(answer->command, "AT+CMGL", 7) == 0 || strncmp(answer->command, "AT+CMGR", 7) == 0;

    say_final(facts, &answer->reply);
    if (answer->had_prompt)
        put(facts, "prompt", json_object_new_boolean(true));
    if (answer->has_reference)
        put(facts, "mr", number_or_null(answer->reference));
    if (has_messages)
        say_messages(facts, &answer->reply, answer->command);
    for (size_t i = 0; i < answer->reply.n && !has_messages; i++)
        if (!say_line(facts, answer->reply.lines[i], true))
            say_information(facts, answer->reply.lines[i]);
    if (is_registration)
        put_once(facts, "registration", NULL);
    if (strncmp(answer->command, "AT+CNUM", 7) == 0)
        list_named(facts, "numbers");
}
