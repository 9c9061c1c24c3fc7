#include "modem/modem_ussd.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "modem/modem_private.h"
#include "modem/pdu/gsm7.h"
#include "modem/pdu/hex.h"
#include "modem/pdu/ucs2.h"

enum { SURE_OCTETS = 8 };

/* 23.038 section 5: bits 3..2 of a general coding, or the whole octet for the UCS-2 ones with a language. */
static bool dcs_is_ucs2(int dcs)
{
    if (dcs == 17)
        return true;
    return dcs >= 0 && (dcs & 0xc0) == 0x40 && (dcs & 0x0c) == 0x08;
}

static bool dcs_is_8bit(int dcs)
{
    return dcs >= 0 && (dcs & 0xc0) == 0x40 && (dcs & 0x0c) == 0x04;
}

/* Digits of hex at least. An odd number of them is an answer that the modem cut. */
static bool is_hex(const struct at_ussd *ussd)
{
    for (size_t i = 0; i < ussd->length; i++)
        if (!isxdigit((unsigned char)ussd->text[i]))
            return false;
    return ussd->length >= 4;
}

/* Half of a pair of UTF-16, with its other half. */
static bool is_pair(const uint8_t *octets, size_t left)
{
    return left >= 4 && (octets[0] & 0xfc) == 0xd8 && (octets[2] & 0xfc) == 0xdc;
}

/* Alphabets, whose upper octets no septets or ASCII have. */
static bool is_narrow_unit(unsigned unit)
{
    return unit == '\n' || unit == '\r' || (unit >= 0x20 && unit < 0x1000);
}

static bool is_likely_unit(unsigned unit)
{
    return is_narrow_unit(unit) || (unit >= 0x2000 && unit < 0x2100) || (unit >= 0x3000 && unit < 0x3100) ||
           (unit >= 0x4e00 && unit < 0xa000) || (unit >= 0xff00 && unit < 0xfff0);
}

/* Whether nine of ten units are likely, or pairs. An odd last octet was cut. */
static bool looks_like_ucs2(const uint8_t *octets, size_t n, bool (*is_likely)(unsigned unit))
{
    size_t likely = 0, units = n / 2;

    /* the second half of a pair, which is_likely denies, was counted with the first */
    for (size_t i = 0; i + 2 <= n; i += 2)
        likely += is_pair(octets + i, n - i) ? 2 : is_likely((unsigned)octets[i] << 8 | octets[i + 1]);
    return units > (n % 2 != 0 ? 2 : 0) && likely * 10 >= units * 9;
}

static bool looks_like_text(const uint8_t *octets, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((octets[i] < 0x20 && octets[i] != '\r' && octets[i] != '\n') || octets[i] >= 0x7f)
            return false;
    return n > 0;
}

/* Whether seven of ten characters are plain ASCII: what was decoded the wrong way is not. */
static bool is_plausible(const char *text)
{
    size_t plain = 0, all = 0;

    for (const char *c = text; *c; c++) {
        plain += (*c >= ' ' && *c <= '~') || *c == '\n' || *c == '\r';
        all += ((unsigned char)*c & 0xc0) != 0x80;
    }
    return all > 0 && plain * 10 >= all * 7;
}

static char *from_ucs2(void *mem, const uint8_t *octets, size_t n)
{
    char *text;

    /* Octets behind a NUL are remains of the modem's memory. */
    for (size_t i = 0; i + 1 < n; i += 2)
        if (octets[i] == 0 && octets[i + 1] == 0)
            n = i;
    text = talloc_array(mem, char, UCS2_UTF8_ROOM(n));
    ucs2_to_utf8(octets, n, text);
    return text;
}

/* 23.038 6.1.2.3.1: eight septets in seven octets; a CR in the last seven bits only fills them. */
static char *from_packed(void *mem, const uint8_t *octets, size_t n)
{
    size_t count = n * 8 / 7;
    uint8_t *septets = talloc_array(NULL, uint8_t, count + 1);
    char *text = talloc_array(mem, char, GSM7_UTF8_ROOM(count));

    gsm7_unpack(octets, 0, count, septets);
    if (count > 0 && count % 8 == 0 && septets[count - 1] == '\r')
        count--;
    if (count > 0 && n % 7 == 0 && septets[count - 1] == 0)
        count--;
    gsm7_to_utf8(septets, count, 0, 0, text);
    talloc_free(septets);
    return text;
}

/* One septet an octet, as with AT+CSCS="HEX"; NULL when an octet is no septet. */
static char *from_unpacked(void *mem, const uint8_t *octets, size_t n)
{
    char *text;

    for (size_t i = 0; i < n; i++)
        if (octets[i] > 0x7f)
            return NULL;
    text = talloc_array(mem, char, GSM7_UTF8_ROOM(n));
    gsm7_to_utf8(octets, n, 0, 0, text);
    return text;
}

/* ASCII or unpacked septets, if they make a plausible answer; else NULL. */
static char *from_letters(void *mem, const uint8_t *octets, size_t n)
{
    char *text = looks_like_text(octets, n) ? talloc_strndup(mem, (const char *)octets, n)
                                            : from_unpacked(mem, octets, n);

    if (text && is_plausible(text))
        return text;
    talloc_free(text);
    return NULL;
}

/*
 * Without a coding scheme that tells: the first reading that could be an answer; NULL when none could. Two
 * letters of ASCII are also one Chinese character: eight octets of them are ASCII, fewer may be Chinese.
 */
static char *from_octets(void *mem, const uint8_t *octets, size_t n)
{
    char *text = NULL;

    if (looks_like_ucs2(octets, n, is_narrow_unit))
        return from_ucs2(mem, octets, n);
    if (n >= SURE_OCTETS)
        text = from_letters(mem, octets, n);
    if (!text && looks_like_ucs2(octets, n, is_likely_unit))
        text = from_ucs2(mem, octets, n);
    if (!text)
        text = from_letters(mem, octets, n);
    if (text)
        return text;
    text = from_packed(mem, octets, n);
    if (is_plausible(text))
        return text;
    talloc_free(text);
    return NULL;
}

static char *from_hex(void *mem, const struct at_ussd *ussd)
{
    size_t n = ussd->length / 2;
    uint8_t *octets = talloc_array(NULL, uint8_t, n);
    char *text = NULL;

    hex_read(ussd->text, n, octets);
    if (dcs_is_ucs2(ussd->dcs))
        text = from_ucs2(mem, octets, n);
    else if (dcs_is_8bit(ussd->dcs))
        text = talloc_strndup(mem, (const char *)octets, n);
    else
        text = from_octets(mem, octets, n);
    talloc_free(octets);
    return text;
}

/* "00310032": digits in UCS-2. */
static bool are_ucs2_digits(const struct at_ussd *ussd)
{
    for (size_t i = 0; i + 4 <= ussd->length; i += 4)
        if (strncmp(ussd->text + i, "003", 3) != 0)
            return false;
    return ussd->length >= 8 && ussd->length % 4 == 0;
}

/* "12345678" in quotes is an answer in digits far more often than packed septets. */
static bool is_number(const struct at_ussd *ussd)
{
    if (are_ucs2_digits(ussd))
        return false;
    for (size_t i = 0; i < ussd->length; i++)
        if (!isdigit((unsigned char)ussd->text[i]))
            return false;
    return ussd->was_quoted && ussd->length <= 12 && !dcs_is_ucs2(ussd->dcs);
}

/* A word such as "DEADBEEF" is hex by its letters only. */
char *modem_ussd_text(void *mem, const struct at_ussd *ussd)
{
    char *text = is_hex(ussd) && !is_number(ussd) ? from_hex(mem, ussd) : NULL;

    return text ? text : talloc_strndup(mem, ussd->text, ussd->length);
}

static bool is_code(const char *code)
{
    size_t n = strlen(code);

    return n > 0 && n <= 40 && strspn(code, "0123456789*#+") == n;
}

/* 27.007 7.15: plain first; a modem set to UCS-2 or to packed octets refuses that, and gets it in hex. */
static bool ask(struct modem *modem, const char *code)
{
    uint8_t septets[64], packed[64] = { 0 };
    char hex[2 * 64 + 1];
    size_t n;

    if (at_command(modem->at, NULL, modem->settings.command_timeout_ms, NULL, "AT+CUSD=1,\"%s\",15", code))
        return true;
    if (modem->ussd || at_is_lost(modem->at))
        return modem->ussd != NULL;
    n = gsm7_from_utf8(code, strlen(code), septets);
    gsm7_pack(septets, n, 0, packed);
    hex_write(packed, gsm7_octets(n, 0), hex);
    return at_command(modem->at, NULL, modem->settings.command_timeout_ms, NULL, "AT+CUSD=1,\"%s\",15", hex);
}

/* 27.007 7.15 <m> of an answer without words */
static const char *why_empty(int m)
{
    static const char *const reasons[] = {
        "the network answered nothing",  "the network asks for input, without a prompt",
        "the network ended the session", "another client of this modem has taken it",
        "the network does not offer it", "the network did not answer in its time"
    };

    return m >= 0 && m < 6 ? reasons[m] : reasons[0];
}

char *modem_ussd(struct modem *modem, void *mem, const char *code, int timeout_ms)
{
    int64_t deadline = at_now_ms() + timeout_ms;

    talloc_free(modem->ussd);
    modem->ussd = NULL;
    if (!is_code(code)) {
        modem_fail(modem, "not a USSD code");
        return NULL;
    }
    if (!modem_is_usable(modem))
        return NULL;
    if (!ask(modem, code)) {
        modem_fail_at(modem);
        return NULL;
    }
    while (!modem->ussd && !at_is_lost(modem->at) && at_now_ms() < deadline &&
           !atomic_load(&modem->is_hurried))
        at_pause(modem->at, 50);
    modem->wake &= ~MODEM_USSD;
    /* Ends the session of a menu, which would wait for a choice. */
    if (modem->ussd && modem->ussd_m == 1)
        at_command(modem->at, NULL, modem->settings.command_timeout_ms, NULL, "AT+CUSD=2");
    if (!modem->ussd || !*modem->ussd) {
        modem_fail(modem, "%s", modem->ussd ? why_empty(modem->ussd_m) : "no answer from the network");
        return NULL;
    }
    return talloc_move(mem, &modem->ussd);
}

char *modem_command(struct modem *modem, void *mem, const char *command, int timeout_ms)
{
    struct at_reply reply;
    char *text;

    if (!modem_is_usable(modem))
        return NULL;
    if (!at_command(modem->at, mem, timeout_ms, &reply, "%s", command)) {
        modem_fail_at(modem);
        return NULL;
    }
    text = talloc_strdup(mem, "");
    for (size_t i = 0; i < reply.n; i++)
        text = talloc_asprintf_append(text, "%s%s", i ? "\n" : "", reply.lines[i]);
    return text;
}
