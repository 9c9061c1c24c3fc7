/* Text mode (27.005 3): addresses, times and texts in place of PDUs, in the character set of AT+CSCS. */
#include <stdlib.h>

#include "modem/emulator/parts.h"
#include "modem/pdu/gsm7.h"
#include "modem/pdu/hex.h"
#include "modem/pdu/pdu.h"
#include "modem/pdu/ucs2.h"

enum { DCS_UCS2 = 8, WANTS_REPORT = 0x20, MOST_OCTETS = 1024 };

static const char *const charsets[] = {
    [CHARSET_IRA] = "IRA", [CHARSET_GSM] = "GSM", [CHARSET_UCS2] = "UCS2", [CHARSET_HEX] = "HEX"
};
enum { CHARSETS = sizeof charsets / sizeof *charsets };

static const char *const stats[] = { "REC UNREAD", "REC READ", "STO UNSENT", "STO SENT", "ALL" };

int text_mode_stat(const char *name)
{
    for (int i = 0; i < (int)(sizeof stats / sizeof *stats); i++)
        if (strcasecmp(stats[i], name) == 0)
            return i;
    return -1;
}

static void put_hex(FILE *out, const uint8_t *octets, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%02X", octets[i]);
}

/* Writes UTF-8 in the client's character set; in IRA a question mark for what is not ASCII. */
static void put_text(const struct emulator *emulator, const char *text, FILE *out)
{
    uint8_t octets[4 * MOST_OCTETS] = { 0 };
    size_t n = strlen(text) < MOST_OCTETS ? strlen(text) : MOST_OCTETS;

    if (emulator->settings.charset == CHARSET_UCS2) {
        n = ucs2_from_utf8(text, n, octets);
        put_hex(out, octets, n);
    } else if (emulator->settings.charset == CHARSET_IRA) {
        for (size_t i = 0; i < n; i++)
            if (((unsigned char)text[i] & 0xC0) != 0x80)
                fputc((unsigned char)text[i] < 0x80 ? text[i] : '?', out);
    } else {
        size_t count = gsm7_from_utf8(text, n, octets);

        if (emulator->settings.charset == CHARSET_HEX)
            put_hex(out, octets, count);
        else
            fwrite(octets, 1, count, out);
    }
}

static void put_number(const struct emulator *emulator, const char *number, FILE *out)
{
    fputc('"', out);
    put_text(emulator, number, out);
    fputc('"', out);
}

/* 27.005 3.1 <scts>: "26/11/30,04:29:15+32", the offset in quarters of an hour. */
static void put_time(const struct sms_time *time, FILE *out)
{
    unsigned zone = time->octets[6];

    if (time->is_valid)
        fprintf(out, "\"%.2s/%.2s/%.2s,%.8s%c%02u\"", time->text + 2, time->text + 5, time->text + 8,
                time->text + 11, zone & 8 ? '-' : '+', (zone & 7) * 10 + (zone >> 4));
    else
        fputs("\"\"", out);
}

static void put_report(const struct emulator *emulator, const struct sms *sms, FILE *out)
{
    fprintf(out, "6,%d,", sms->mr);
    put_number(emulator, sms->address.digits, out);
    fprintf(out, ",%d,", sms->address.type);
    put_time(&sms->scts, out);
    fputc(',', out);
    put_time(&sms->discharge, out);
    fprintf(out, ",%d\r\n", sms->status);
}

/* A text in UCS-2 is given in hex, whatever the character set is. */
static void put_message(const struct emulator *emulator, const struct sms *sms, FILE *out)
{
    uint8_t octets[4 * MOST_OCTETS] = { 0 };

    put_number(emulator, sms->address.digits, out);
    fputc(',', out);
    if (sms->type == SMS_DELIVER) {
        fputc(',', out);
        put_time(&sms->scts, out);
    }
    fputs("\r\n", out);
    if (sms->alphabet == SMS_UCS2)
        put_hex(out, octets, ucs2_from_utf8(sms->text, strlen(sms->text), octets));
    else
        put_text(emulator, sms->text, out);
    fputs("\r\n", out);
}

static void put_sms(const struct emulator *emulator, const struct sms *sms, FILE *out)
{
    if (sms->type == SMS_STATUS_REPORT)
        put_report(emulator, sms, out);
    else
        put_message(emulator, sms, out);
}

static struct sms *decode(void *mem, const char *hex, bool is_ours)
{
    const char *error;

    return pdu_decode(mem, hex, true, is_ours, &error);
}

void text_mode_show(struct emulator *emulator, const char *head, const struct slot *slot)
{
    void *mem = talloc_new(NULL);
    struct sms *sms = decode(mem, slot->hex, slot->stat >= 2);
    char *buffer = NULL;
    size_t size;
    FILE *out = open_memstream(&buffer, &size);

    fprintf(out, "%s\"%s\",", head, stats[slot->stat & 3]);
    if (sms != NULL)
        put_sms(emulator, sms, out);
    fclose(out);
    emulator_put(emulator, buffer, size);
    free(buffer);
    talloc_free(mem);
}

void text_mode_announce(struct emulator *emulator, const struct carried *message)
{
    void *mem = talloc_new(NULL);
    struct sms *sms = decode(mem, message->hex, false);
    char *buffer = NULL;
    size_t size;
    FILE *out = open_memstream(&buffer, &size);

    if (sms != NULL)
        put_sms(emulator, sms, out);
    fclose(out);
    emulator_notice(emulator, "%s: %.*s", message->is_report ? "+CDS" : "+CMT",
                    (int)(size > 1 ? size - 2 : 0), buffer);
    free(buffer);
    talloc_free(mem);
}

/* UTF-8 of what the client typed; false when it is not in its character set. */
static bool read_text(const struct emulator *emulator, const char *typed, bool is_ucs2, char *text)
{
    uint8_t octets[MOST_OCTETS];
    size_t n = strlen(typed);
    int charset = emulator->settings.charset;
    bool is_hex = is_ucs2 || charset == CHARSET_UCS2 || charset == CHARSET_HEX;

    if (is_hex && (n % 2 != 0 || n / 2 > sizeof octets || !hex_read(typed, n / 2, octets)))
        return false;
    if (is_ucs2 || charset == CHARSET_UCS2)
        ucs2_to_utf8(octets, n / 2, text);
    else if (charset == CHARSET_HEX)
        gsm7_to_utf8(octets, n / 2, 0, 0, text);
    else if (charset == CHARSET_GSM)
        gsm7_to_utf8((const uint8_t *)typed, n, 0, 0, text);
    else
        snprintf(text, GSM7_UTF8_ROOM(MOST_OCTETS), "%s", typed);
    return true;
}

bool text_mode_number(const struct emulator *emulator, const char *typed, char number[32])
{
    char text[GSM7_UTF8_ROOM(MOST_OCTETS)];

    if (emulator->settings.charset != CHARSET_UCS2 || *typed == '+')
        snprintf(text, sizeof text, "%s", typed);
    else if (!read_text(emulator, typed, true, text))
        return false;
    snprintf(number, 32, "%.31s", text);
    return *number != '\0';
}

char *text_mode_encode(void *mem, const struct emulator *emulator, const char *typed)
{
    const struct settings *settings = &emulator->settings;
    char text[GSM7_UTF8_ROOM(MOST_OCTETS)];
    struct pdu_message message = { .to = emulator->dialogue.to,
                                   .text = text,
                                   .wants_report = settings->csmp[0] & WANTS_REPORT,
                                   .message_class = -1 };
    struct pdu_part *parts;
    enum sms_alphabet alphabet;
    const char *error;
    char *hex;
    size_t n;

    if (strlen(typed) >= MOST_OCTETS || !read_text(emulator, typed, settings->csmp[3] == DCS_UCS2, text) ||
        !pdu_encode(mem, &message, &parts, &n, &alphabet, &error) || n != 1)
        return NULL;
    hex = talloc_size(mem, 2 * parts[0].length + 1);
    hex_write(parts[0].octets, parts[0].length, hex);
    return hex;
}

static int command_charset(struct emulator *emulator, enum form form, const char *arguments)
{
    char name[16];

    if (form == FORM_TEST)
        emulator_info(emulator, "+CSCS: (\"IRA\",\"GSM\",\"UCS2\",\"HEX\")");
    else if (form == FORM_READ)
        emulator_info(emulator, "+CSCS: \"%s\"", charsets[emulator->settings.charset]);
    if (form != FORM_SET)
        return form == FORM_RUN ? ANSWER_ERROR : ANSWER_OK;
    emulator_take_string(&arguments, name, sizeof name);
    for (int i = 0; i < CHARSETS; i++) {
        if (strcasecmp(charsets[i], name) != 0)
            continue;
        emulator->settings.charset = i;
        return ANSWER_OK;
    }
    return ANSWER_CME + 4;
}

/* 27.005 3.3.2 <fo>,<vp>,<pid>,<dcs> */
static int command_parameters(struct emulator *emulator, enum form form, const char *arguments)
{
    int *csmp = emulator->settings.csmp;

    if (form == FORM_READ)
        emulator_info(emulator, "+CSMP: %d,%d,%d,%d", csmp[0], csmp[1], csmp[2], csmp[3]);
    else if (form == FORM_RUN)
        return ANSWER_ERROR;
    for (size_t i = 0; form == FORM_SET && i < 4; i++)
        emulator_take_number(&arguments, &csmp[i]);
    return ANSWER_OK;
}

const struct emulator_command emulator_text_commands[] = {
    { "+CSCS", command_charset, false },
    { "+CSMP", command_parameters, false },
    { NULL, NULL, false },
};
