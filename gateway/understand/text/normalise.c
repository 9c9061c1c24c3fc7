#include "gateway/understand/text/normalise.h"

#include <opencc/opencc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <talloc.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

enum {
    BMP = 0x10000,
    UNKNOWN = 0xFDD0, /* not met yet; Unicode gives this number to no character */
    DROP = 0,         /* the character is left out */
    JOINS = 0xFFFE,   /* joins the character before it */
    EXPANDS = 0xFFFF, /* becomes several characters, or one beyond the BMP */
    SEGMENT = 32,     /* characters normalised together; a longer run of joining ones is split */
    GROWS = 18        /* characters that one can become (U+FDFA) */
};

/* The table fills as characters are met: to ask OpenCC for all 20,992 ideographs takes as long as all else
 * that a start does. */
struct normaliser {
    _Atomic uint16_t *becomes; /* of BMP */
    opencc_t opencc;
    pthread_mutex_t *lock; /* of opencc */
};

bool is_rare_separator(uint32_t character)
{
    return !uc_is_general_category_withtable(character,
                                             UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_M);
}

size_t skip_separators(const char *text, size_t at, size_t length)
{
    while (at < length) {
        size_t next = at;

        if (!is_separator(next_character(text, &next)))
            break;
        at = next;
    }
    return at;
}

size_t trim_separators(const char *text, size_t from, size_t to)
{
    while (to > from) {
        ucs4_t last;
        const uint8_t *before = u8_prev(&last, (const uint8_t *)text + to, (const uint8_t *)text + from);

        if (!before || !is_separator(last))
            break;
        to = (size_t)(before - (const uint8_t *)text);
    }
    return to;
}

/* The table's entry for one character, before simplification. */
static uint16_t folded(uint32_t character)
{
    uint32_t result[GROWS];
    size_t n = GROWS;

    if (uc_is_property_default_ignorable_code_point(character))
        return DROP;
    if (uc_is_property_white_space(character) || uc_is_general_category(character, UC_CATEGORY_Cc))
        return ' ';
    /* Combining marks, and the vowels and endings of Korean syllables, join the character before them. */
    if (uc_combining_class(character) != 0 || (character >= 0x1161 && character <= 0x11FF))
        return JOINS;
    if (!u32_normalize(UNINORM_NFKC, &character, 1, result, &n) || n != 1 || result[0] >= BMP)
        return EXPANDS;
    if (uc_combining_class(result[0]) != 0) /* the half-width voicing marks of kana */
        return JOINS;
    return (uint16_t)uc_tolower(result[0]);
}

/* OpenCC reads single characters only: a call for each text would cost more than everything else together. */
static uint16_t simplified(const struct normaliser *normaliser, uint16_t ideograph)
{
    char character[8] = "", *answer;
    uint16_t to = ideograph;

    u8_uctomb((uint8_t *)character, ideograph, 4);
    pthread_mutex_lock(normaliser->lock);
    answer = opencc_convert_utf8(normaliser->opencc, character, strlen(character));
    pthread_mutex_unlock(normaliser->lock);
    if (answer) {
        size_t end = 0;
        uint32_t found = next_character(answer, &end);

        if (found < BMP && end > 0 && !answer[end])
            to = (uint16_t)found;
        opencc_convert_utf8_free(answer);
    }
    return to;
}

static bool is_common_ideograph(uint32_t character)
{
    return character >= 0x4E00 && character <= 0x9FFF;
}

/* Those that NFKC leaves alone: rare ideographs, Korean syllables, private use and surrogates. */
static bool is_unchanged(uint32_t character)
{
    return (character >= 0x3400 && character <= 0x4DFF) || (character >= 0xAC00 && character <= 0xD7A3) ||
           (character >= 0xD800 && character <= 0xF8FF);
}

static uint16_t learn(const struct normaliser *normaliser, uint32_t character)
{
    uint16_t to = (uint16_t)character;

    if (!is_unchanged(character) && !is_common_ideograph(character))
        to = folded(character);
    /* A compatibility ideograph becomes an ordinary one, which may be traditional. */
    if (is_common_ideograph(to))
        to = simplified(normaliser, to);
    atomic_store_explicit(&normaliser->becomes[character], to, memory_order_relaxed);
    return to;
}

/* The table's entry for a character of the BMP. */
static inline uint16_t entry(const struct normaliser *normaliser, uint32_t character)
{
    uint16_t to = atomic_load_explicit(&normaliser->becomes[character], memory_order_relaxed);

    return to == UNKNOWN ? learn(normaliser, character) : to;
}

static int end(struct normaliser *normaliser)
{
    pthread_mutex_destroy(normaliser->lock);
    opencc_close(normaliser->opencc);
    return 0;
}

struct normaliser *normaliser_new(void *mem, const char **error)
{
    struct normaliser *normaliser;
    opencc_t opencc = opencc_open("t2s.json");

    if ((intptr_t)opencc == -1) {
        *error = "OpenCC cannot turn traditional characters into simplified ones (is libopencc-data there?)";
        return NULL;
    }
    normaliser = talloc(mem, struct normaliser);
    normaliser->opencc = opencc;
    normaliser->lock = talloc(normaliser, pthread_mutex_t);
    pthread_mutex_init(normaliser->lock, NULL);
    normaliser->becomes = talloc_array(normaliser, _Atomic uint16_t, BMP);
    for (uint32_t c = 0; c < BMP; c++)
        atomic_init(&normaliser->becomes[c], UNKNOWN);
    talloc_set_destructor(normaliser, end);
    return normaliser;
}

/* The growing result of one normalise(). */
struct writer {
    char *text;
    uint32_t *at, *symbols, *where;
    size_t length, n, size; /* size: of text, and of each of the others */
};

/* Nearly every character takes three octets. */
static int put_character(char *out, uint32_t character)
{
    if (character < 0x800 || character >= BMP)
        return u8_uctomb((uint8_t *)out, character, 4);
    out[0] = (char)(0xE0 | character >> 12);
    out[1] = (char)(0x80 | (character >> 6 & 0x3F));
    out[2] = (char)(0x80 | (character & 0x3F));
    return 3;
}

static void put(struct writer *writer, uint32_t character, size_t from)
{
    int n;

    if (writer->length + 5 > writer->size) {
        writer->size *= 2;
        writer->text = talloc_realloc_size(NULL, writer->text, writer->size);
        writer->at = talloc_realloc(NULL, writer->at, uint32_t, (unsigned)writer->size);
        writer->symbols = talloc_realloc(NULL, writer->symbols, uint32_t, (unsigned)writer->size);
        writer->where = talloc_realloc(NULL, writer->where, uint32_t, (unsigned)writer->size);
    }
    writer->where[writer->n] = (uint32_t)writer->length;
    writer->symbols[writer->n++] = character;
    n = put_character(writer->text + writer->length, character);
    for (int i = 0; i < n; i++)
        writer->at[writer->length++] = (uint32_t)from;
}

/* Normalises a character that the table alone cannot, with the characters that join it; returns the octets
 * read. */
static size_t put_segment(const struct normaliser *normaliser, struct writer *writer, const uint8_t *text,
                          size_t at, size_t length)
{
    uint32_t segment[SEGMENT], result[SEGMENT * GROWS];
    size_t n = 0, n_result = sizeof result / sizeof *result, next = at;

    while (next < length && n < SEGMENT) {
        ucs4_t c;
        int taken = u8_mbtouc(&c, text + next, length - next);

        if (n > 0 && (c >= BMP || entry(normaliser, c) != JOINS))
            break;
        segment[n++] = c;
        next += (size_t)taken;
    }
    u32_normalize(UNINORM_NFKC, segment, n, result, &n_result);
    for (size_t i = 0; i < n_result; i++) {
        uint32_t c = result[i];
        uint16_t to = c < BMP ? entry(normaliser, c) : EXPANDS;

        if (to == DROP || uc_is_property_default_ignorable_code_point(c))
            continue;
        if (to != JOINS && to != EXPANDS)
            c = to;
        put(writer, uc_tolower(c), at);
    }
    return next - at;
}

/* Whether a common ideograph of three octets begins here. */
static bool is_ideograph(const uint8_t *text, size_t left)
{
    return left >= 3 && text[0] >= 0xE4 && text[0] <= 0xE9 && (text[1] & 0xC0) == 0x80 &&
           (text[2] & 0xC0) == 0x80;
}

static size_t read_character(const uint8_t *text, size_t left, ucs4_t *character)
{
    if (!is_ideograph(text, left))
        return (size_t)u8_mbtouc(character, text, left);
    *character = (ucs4_t)(text[0] & 0x0F) << 12 | (ucs4_t)(text[1] & 0x3F) << 6 | (text[2] & 0x3F);
    return 3;
}

/* Normalises one character and those that join it; returns the octets read. */
static size_t put_next(const struct normaliser *normaliser, struct writer *writer, const uint8_t *text,
                       size_t at, size_t length)
{
    ucs4_t c, after = 0;
    size_t taken = read_character(text + at, length - at, &c);
    uint16_t to = c < BMP ? entry(normaliser, c) : EXPANDS;

    if (at + taken < length && text[at + taken] >= 0xCC && /* U+0300 is the first mark */
        !is_ideograph(text + at + taken, length - at - taken))
        u8_mbtouc(&after, text + at + taken, length - at - taken);
    if (to == EXPANDS || to == JOINS || (after && after < BMP && entry(normaliser, after) == JOINS))
        return put_segment(normaliser, writer, text, at, length);
    if (to != DROP)
        put(writer, to, at);
    return taken;
}

void normalise(const struct normaliser *normaliser, void *mem, const char *text, struct normal *out)
{
    size_t length = strlen(text);
    struct writer writer = { .size = length + length / 4 + 16 };

    writer.text = talloc_size(mem, writer.size);
    writer.at = talloc_array(mem, uint32_t, (unsigned)writer.size);
    writer.symbols = talloc_array(mem, uint32_t, (unsigned)writer.size);
    writer.where = talloc_array(mem, uint32_t, (unsigned)writer.size);
    for (size_t at = 0; at < length;)
        at += put_next(normaliser, &writer, (const uint8_t *)text, at, length);
    writer.text[writer.length] = '\0';
    writer.at[writer.length] = (uint32_t)length;
    writer.symbols[writer.n] = 0;
    writer.where[writer.n] = (uint32_t)writer.length;
    *out = (struct normal){ .original = text,
                            .text = writer.text,
                            .length = writer.length,
                            .at = writer.at,
                            .symbols = writer.symbols,
                            .where = writer.where,
                            .n_symbols = writer.n };
}

/* Separators between a command and its text; brackets and quotation marks belong to the text. */
static bool is_leading_mark(uint32_t c)
{
    static const uint32_t marks[] = { ' ',    ',',    '.',    ';',    ':',  '-', '#',
                                      0x3001, 0x3002, 0x2014, 0x2013, 0xB7, '!' };

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (c == marks[i])
            return true;
    return false;
}

/* Where the part ends without the marks that led to what stood behind it: 修好了，26000010. */
static size_t trim_end(const char *text, size_t from, size_t to)
{
    static const char pause[] = "、";
    const size_t n = sizeof pause - 1;

    for (;;) {
        if (to > from && strchr(" ,;:#", text[to - 1]))
            to--;
        else if (to >= from + n && memcmp(text + to - n, pause, n) == 0)
            to -= n;
        else
            return to;
    }
}

const char *normal_original(void *mem, const struct normal *normal, size_t from, size_t to)
{
    size_t begin, end;

    while (from < to) {
        size_t next = from;

        if (!is_leading_mark(next_character(normal->text, &next)))
            break;
        from = next;
    }
    to = trim_end(normal->text, from, to);
    begin = normal->at[from];
    end = normal->at[to];
    return talloc_strndup(mem, normal->original + begin, end > begin ? end - begin : 0);
}
