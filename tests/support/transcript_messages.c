/* What lines about messages say, and USSD answers. */
#include "tests/support/transcript_facts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "modem/at_answers.h"
#include "modem/at_messages.h"
#include "modem/modem_ussd.h"
#include "modem/pdu/pdu.h"
#include "tests/support/transcript_json.h"

void facts_of_stored(json_object *facts, const char *line, const char *name)
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

void facts_of_direct(json_object *facts, const char *line, const char *pdu)
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

void facts_of_messages(json_object *facts, const struct at_reply *reply, const char *command)
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

void facts_of_ussd(json_object *facts, const char *line)
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
