#include "gateway/command/modem/pdu_json.h"

#include <string.h>

#include "modem/pdu/hex.h"
#include "modem/pdu/udh.h"

static void add_text(json_object *json, const char *key, const char *text)
{
    json_object_object_add(json, key, json_object_new_string(text));
}

static void add_number(json_object *json, const char *key, int64_t number)
{
    json_object_object_add(json, key, json_object_new_int64(number));
}

static void add_time(json_object *json, const char *key, const struct sms_time *time)
{
    if (time->is_valid)
        add_text(json, key, time->text);
}

static void add_hex(json_object *json, const char *key, const uint8_t *octets, size_t n)
{
    char hex[2 * 256 + 1];

    hex_write(octets, n, hex);
    add_text(json, key, hex);
}

/*
 * International, alphanumeric or other. Senders whose name consists of what can be dialled (23.040 9.1.2.3:
 * digits,
 * * # a b c) count as numbers: some networks write short codes as names.
 */
static const char *address_type(const struct sms_address *address)
{
    if (address->is_international)
        return "international";
    return address->digits[strspn(address->digits, "0123456789*#abcABC")] != '\0' ? "alphanumeric" : "other";
}

static void add_status(json_object *json, const struct sms *sms)
{
    static const char *const classes[] = { "delivered", "pending", "failed", "reserved" };
    static const char *const ranges[] = { "completed-range", "still-trying-range", "permanent-error-range",
                                          "temporary-error-range" }; /* 23.040 9.2.3.15, by bits 6 and 5 */

    add_number(json, "status", sms->status);
    add_text(json, "status_class", classes[sms->status_class]);
    if (sms->status_class == SMS_STATUS_RESERVED)
        add_text(json, "status_range", sms->status & 0x80 ? "reserved-high" : ranges[sms->status >> 5]);
    add_time(json, "discharge", &sms->discharge);
}

static void add_validity(json_object *json, const struct sms *sms)
{
    if (sms->validity == SMS_VP_ABSOLUTE)
        add_time(json, "validity_abs", &sms->validity_until);
    else if (sms->validity != SMS_VP_NONE)
        add_number(json, "validity_seconds", sms->validity_seconds);
}

static void add_ports(json_object *json, const struct udh *udh)
{
    json_object *ports;

    if (!udh->has_ports)
        return;
    ports = json_object_new_object();
    add_number(ports, "dst", udh->destination_port);
    add_number(ports, "src", udh->source_port);
    json_object_object_add(json, "ports", ports);
}

/* The header's fields, also when their values make no sense. */
static json_object *header_json(const struct udh *udh)
{
    json_object *json = json_object_new_object();

    if (udh->has_stated) {
        add_number(json, "ref", udh->stated.reference);
        add_number(json, "total", udh->stated.total);
        add_number(json, "seq", udh->stated.sequence);
    }
    add_ports(json, udh);
    if (udh->locking_shift != 0)
        add_number(json, "locking_shift", udh->locking_shift);
    if (udh->single_shift != 0)
        add_number(json, "single_shift", udh->single_shift);
    return json;
}

static void add_header(json_object *json, const struct sms *sms)
{
    struct udh udh;

    if (sms->udh == NULL)
        return;
    add_hex(json, "udh_raw", sms->udh - 1, sms->udh_length + 1);
    if (udh_read(sms->udh, sms->udh_length, &udh))
        json_object_object_add(json, "udh", header_json(&udh));
}

static void add_user_data(json_object *json, const struct sms *sms)
{
    static const char *const alphabets[] = { "gsm7", "8bit", "ucs2" };

    if (sms->ud == NULL)
        return;
    add_text(json, "alphabet", alphabets[sms->alphabet]);
    json_object_object_add(json, "class",
                           sms->message_class >= 0 ? json_object_new_int(sms->message_class) : NULL);
    add_header(json, sms);
    if (sms->alphabet != SMS_8BIT || sms->text[0] != '\0')
        add_text(json, "text", sms->text);
    if (sms->data != NULL)
        add_hex(json, "data_hex", sms->data, sms->data_length);
    if (sms->data != NULL && sms->text[0] != '\0')
        add_text(json, "text_if_latin1", sms->text);
    if (sms->is_compressed)
        json_object_object_add(json, "compressed", json_object_new_boolean(true));
    if (sms->is_cut_off)
        json_object_object_add(json, "cut_off", json_object_new_boolean(true));
    if (sms->waiting.indicator >= 0)
        add_text(json, "mwi", sms->waiting.is_active ? "set" : "clear");
}

json_object *pdu_json(const struct sms *sms)
{
    static const char *const directions[] = { "deliver", "submit", "status-report" };
    static const char *const contents[] = { "text", "data", "wap-push", "mms-notification", "sim", "silent" };
    json_object *json = json_object_new_object();

    json_object_object_add(json, "valid", json_object_new_boolean(true));
    add_text(json, "direction", directions[sms->type]);
    if (sms->smsc[0] != '\0')
        add_text(json, "smsc", sms->smsc);
    add_text(json, "address", sms->address.digits);
    add_text(json, "address_type", address_type(&sms->address));
    if (sms->type != SMS_SUBMIT)
        add_time(json, "timestamp", &sms->scts);
    if (sms->type != SMS_DELIVER)
        add_number(json, "mr", sms->mr);
    if (sms->type == SMS_STATUS_REPORT)
        add_status(json, sms);
    add_validity(json, sms);
    add_user_data(json, sms);
    add_text(json, "content", contents[sms->content]);
    return json;
}

json_object *pdu_json_refusal(const char *why)
{
    json_object *json = json_object_new_object();

    json_object_object_add(json, "valid", json_object_new_boolean(false));
    add_text(json, "error", why);
    return json;
}
