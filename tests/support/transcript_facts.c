#include "tests/support/transcript_facts.h"

#include <string.h>
#include <strings.h>

#include "modem/at_lines.h"
#include "tests/support/transcript_json.h"

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
        facts_of_stored(facts, line, "cmti");
        break;
    case AT_CODE_REPORT_STORED:
        facts_of_stored(facts, line, "cdsi");
        break;
    case AT_CODE_DELIVER:
    case AT_CODE_REPORT:
    case AT_CODE_BROADCAST:
        facts_of_direct(facts, line, pdu);
        break;
    case AT_CODE_USSD:
        facts_of_ussd(facts, line);
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
        facts_of_line(facts, line, false);
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
        facts_of_messages(facts, &answer->reply, answer->command);
    for (size_t i = 0; i < answer->reply.n && !has_messages; i++)
        if (!facts_of_line(facts, answer->reply.lines[i], true))
            say_information(facts, answer->reply.lines[i]);
    if (is_registration)
        put_once(facts, "registration", NULL);
    if (strncmp(answer->command, "AT+CNUM", 7) == 0)
        list_named(facts, "numbers");
}
