#include "gateway/understand/text/writing.h"

#include <string.h>

enum {
    FEWEST_LETTERS = 3,
    LATIN_FOR_HAN = 2, /* English with names of places in it has so many letters for each character */
    FOREIGN_FOR_HAN = 4,
    ENGLISH_OF = 4, /* of so many words one must be English as the list knows it */
    LONGEST_WORD = 12
};

/* Frequent words of English and of its commands. None is a syllable of pinyin: "you" and "he" are 有 and 和.
 */
static const char *const english[] = {
    "the",    "is",    "are",    "was",         "not",      "no",        "my",     "our",       "your",
    "of",     "to",    "and",    "for",         "on",       "in",        "at",     "it",        "its",
    "has",    "have",  "had",    "there",       "this",     "that",      "they",   "we",        "with",
    "from",   "been",  "since",  "still",       "when",     "what",      "why",    "how",       "who",
    "please", "thank", "thanks", "hello",       "dear",     "yes",       "very",   "but",       "nobody",
    "again",  "help",  "water",  "road",        "street",   "village",   "town",   "house",     "school",
    "broken", "broke", "days",   "week",        "weeks",    "month",     "months", "status",    "add",
    "rate",   "new",   "reopen", "appeal",      "withdraw", "anonymous", "start",  "satisfied", "solved",
    "roof",   "lamp",  "fire",   "electricity",
};

static bool is_numeral(uint32_t c)
{
    switch (c) {
    case 0x3007: /* 〇 */
    case 0x96F6: /* 零 */
    case 0x4E00: /* 一 */
    case 0x4E8C:
    case 0x4E09:
    case 0x56DB:
    case 0x4E94:
    case 0x516D:
    case 0x4E03:
    case 0x516B:
    case 0x4E5D: /* 九 */
    case 0x5341: /* 十 */
        return true;
    default:
        return c >= '0' && c <= '9';
    }
}

static bool is_han(uint32_t c)
{
    return (c >= 0x2E80 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) || (c >= 0x20000 && c < 0x40000);
}

static bool is_mark(uint32_t c)
{
    return (c >= 0x2000 && c < 0x2C00) || (c >= 0xFE00 && c < 0xFE10) || (c >= 0x1F000 && c < 0x20000) ||
           c >= 0xE0000 || c < '0';
}

static bool is_latin(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct writing writing_count(const struct normal *normal, size_t from)
{
    struct writing writing = { 0 };
    size_t i = 0;

    while (normal->where[i] < from)
        i++;
    for (; i < normal->n_symbols; i++) {
        uint32_t c = normal->symbols[i];

        if (is_separator(c))
            continue;
        if (is_numeral(c))
            writing.digits++;
        else if (is_han(c))
            writing.han++;
        else if (is_latin(c))
            writing.latin++;
        else if (is_mark(c))
            writing.marks++;
        else
            writing.others++;
    }
    return writing;
}

size_t writing_characters(const struct writing *writing)
{
    return writing->han + writing->latin + writing->digits + writing->others + writing->marks;
}

static bool is_english(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof english / sizeof *english; i++)
        if (strlen(english[i]) == length && strncmp(english[i], word, length) == 0)
            return true;
    return false;
}

/* Whether one word of four, at least, is English. */
static bool reads_as_english(const char *text)
{
    size_t words = 0, known = 0;

    while (*text) {
        size_t length = 0;

        while (is_latin((unsigned char)text[length]))
            length++;
        words += length > 0;
        known += length > 0 && length <= LONGEST_WORD && is_english(text, length);
        text += length ? length : 1;
    }
    return known > 0 && known * ENGLISH_OF >= words;
}

const char *writing_language(const struct normal *normal, const struct writing *writing)
{
    if (writing->han > 0 && writing->latin <= writing->han * LATIN_FOR_HAN)
        return "zh";
    if (writing->latin >= FEWEST_LETTERS && writing->latin > writing->others &&
        reads_as_english(normal->text))
        return "en";
    return writing->han > 0 ? "zh" : NULL;
}

bool writing_is_foreign(const struct writing *writing)
{
    return writing->latin + writing->others >= FEWEST_LETTERS &&
           writing->latin + writing->others > writing->han * FOREIGN_FOR_HAN;
}
