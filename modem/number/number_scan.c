#include "modem/number/number_scan.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <unictype.h>

#include "modem/pdu/ucs2.h"

static void add_digit(struct number_scan *scan, char digit)
{
    if (scan->n + 1 == sizeof(scan->digits))
        scan->is_too_long = true;
    else
        scan->digits[scan->n++] = digit;
}

static void add_letter(struct number_scan *scan, char letter)
{
    static const char keys[] = "22233344455566677778889999"; /* ITU-T E.161 */

    if (!scan->has_letters)
        scan->letters_at = scan->n;
    scan->has_letters = true;
    add_digit(scan, keys[(letter | 0x20) - 'a']);
}

/* Spaces, hyphens, dots, slashes, brackets and the like, in the widths they come in. */
static bool is_separator(uint32_t c)
{
    static const uint32_t others[] = { 0xA0, 0xAD, 0x200B, 0x2060, 0x2212, 0x3000, 0x2053, 0x223C, 0x30FC };

    if (c < 0x80)
        return c != 0 && strchr(" \t-./()[]~", (int)c) != NULL;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (c == others[i])
            return true;
    return (c >= 0x2010 && c <= 0x2015) || (c >= 0xFF08 && c <= 0xFF0F && c != 0xFF0A && c != 0xFF0C) ||
           c == 0xFF3B || c == 0xFF3D;
}

static bool is_letter(uint32_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* The words before an extension, and how many digits the extension may have. */
static const struct label {
    const char *word;
    size_t most;
} labels[] = { { ";ext=", 20 }, { "extension", 20 }, { "extn", 20 },   { "ext", 20 },  { "xtn", 20 },
               { "xt", 20 },    { "ｅｘｔｎ", 20 },  { "ｅｘｔ", 20 }, { "ｘｔ", 20 }, { "доб", 20 },
               { "anexo", 20 }, { "int", 9 },        { "ｉｎｔ", 9 },  { "x", 9 },     { "ｘ", 9 },
               { "#", 9 },      { "＃", 9 },         { "~", 9 },       { "～", 9 },    { ";", 15 },
               { ",", 15 } };

/* Counts the digits at *text, of any script, and moves past them. */
static size_t count_digits(const char **text)
{
    size_t n = 0, taken;
    uint32_t c;

    for (; (taken = utf8_take(*text, &c)) > 0 && uc_decimal_value(c) >= 0; *text += taken)
        n++;
    return n;
}

/* Whether no letter and no digit follows. */
static bool is_end(const char *text)
{
    size_t taken;
    uint32_t c;

    for (; (taken = utf8_take(text, &c)) > 0; text += taken)
        if (is_letter(c) || uc_decimal_value(c) >= 0)
            return false;
    return *text == '\0';
}

/* Whether the rest of the text is an extension: "ext. 5", "x5", "#5", ";ext=5", or another RFC 3966
 * parameter behind a semicolon. */
static bool is_extension(const char *text)
{
    if (*text == ';' && !isdigit((unsigned char)text[1]))
        return true;
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        size_t n = strlen(labels[i].word), digits;
        const char *rest = text + n;

        if (strncasecmp(text, labels[i].word, n) != 0)
            continue;
        rest += strspn(rest, " .:=,-");
        digits = count_digits(&rest);
        if (digits >= 1 && digits <= labels[i].most)
            return is_end(rest);
    }
    return false;
}

/* Skips a word such as "tel:" in front of a number. */
static const char *behind_word(const char *text)
{
    static const char *const words[] = { "telephone", "tel", "phone", "mobile", "mob", "cell" };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t n = strlen(words[i]), signs = 0;

        if (strncasecmp(text, words[i], n) != 0)
            continue;
        signs = strspn(text + n, " .:");
        if (signs > 0 && (isdigit((unsigned char)text[n + signs]) || text[n + signs] == '+'))
            return text + n + signs;
    }
    return text;
}

static bool is_start(uint32_t c)
{
    return uc_decimal_value(c) >= 0 || is_letter(c) || c == '+' || c == '*' || c == '#' || c == 0xFF0B;
}

/* Takes one character. *foreign: an earlier character cannot be part of a number. */
static void take(struct number_scan *scan, uint32_t c, bool *foreign)
{
    int digit = uc_decimal_value(c);

    if (c == '#')
        scan->is_broken = true; /* a code for the network: *100# */
    if (digit < 0 && !is_letter(c)) {
        *foreign = *foreign || !is_separator(c);
        return;
    }
    scan->is_broken = scan->is_broken || *foreign;
    scan->letters_end = scan->letters_end && (!scan->has_letters || is_letter(c));
    if (is_letter(c))
        add_letter(scan, (char)c);
    else
        add_digit(scan, (char)('0' + digit));
}

void number_scan(const char *input, struct number_scan *scan)
{
    bool foreign = false;
    size_t taken;
    uint32_t c;

    input = behind_word(input + strspn(input, " \t"));
    *scan = (struct number_scan){ .letters_end = true };
    for (; (taken = utf8_take(input, &c)) > 0 && !is_start(c); input += taken)
        continue;
    for (; taken > 0 && (c == '+' || c == 0xFF0B); taken = utf8_take(input, &c)) {
        scan->has_plus = true;
        input += taken;
    }
    for (; (taken = utf8_take(input, &c)) > 0; input += taken) {
        if (scan->n >= 3 && !isdigit((unsigned char)*input) && is_extension(input))
            break;
        take(scan, c, &foreign);
    }
    scan->digits[scan->n] = '\0';
}

bool number_is_plain(const char *input)
{
    size_t taken, digits = 0;
    uint32_t c;

    input += strspn(input, " \t");
    if (strncasecmp(input, "tel:", 4) == 0)
        input += 4;
    for (; (taken = utf8_take(input, &c)) > 0; input += taken) {
        bool is_plus = digits == 0 && (c == '+' || c == 0xFF0B);

        if (uc_decimal_value(c) >= 0)
            digits++;
        else if (!is_plus && !is_separator(c))
            return false;
    }
    return digits > 0;
}
