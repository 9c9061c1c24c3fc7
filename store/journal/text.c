#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "store/journal/journal_private.h"

static void make_room(struct journal *journal, struct text *text, size_t more)
{
    if (text->n + more + 1 <= text->room)
        return;
    text->room = 2 * (text->n + more + 1);
    text->at = talloc_realloc(journal, text->at, char, text->room);
}

void journal_text_add(struct journal *journal, struct text *text, const char *words)
{
    journal_text_octets(journal, text, words, strlen(words));
}

void journal_text_octets(struct journal *journal, struct text *text, const char *words, size_t n)
{
    make_room(journal, text, n);
    memcpy(text->at + text->n, words, n);
    text->n += n;
    text->at[text->n] = '\0';
}

void journal_text_number(struct journal *journal, struct text *text, int64_t number)
{
    char digits[24], *at = digits + sizeof digits - 1;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    *at = '\0';
    do
        *--at = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (number < 0)
        *--at = '-';
    journal_text_octets(journal, text, at, (size_t)(digits + sizeof digits - 1 - at));
}

static bool is_plain(unsigned char c)
{
    return c >= ' ' && c != '"' && c != '\\';
}

/* RFC 8259 7: only ", \ and controls must be escaped. */
void journal_text_quoted(struct journal *journal, struct text *text, const char *words, size_t length)
{
    const char *end = words + length, *plain;
    char *to;

    make_room(journal, text, 6 * length + 2);
    to = text->at + text->n;
    *to++ = '"';
    for (;;) {
        for (plain = words; words < end && is_plain((unsigned char)*words); words++)
            ;
        memcpy(to, plain, (size_t)(words - plain));
        to += words - plain;
        if (words == end)
            break;
        if (*words == '"' || *words == '\\')
            *to++ = '\\', *to++ = *words++;
        else
            to += sprintf(to, "\\u%04x", (unsigned char)*words++);
    }
    *to++ = '"';
    *to = '\0';
    text->n = (size_t)(to - text->at);
}
