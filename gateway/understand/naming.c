#include "gateway/understand/naming.h"

#include "gateway/understand/text/spelling.h"
#include "gateway/understand/text/wordfile.h"

#include <string.h>
#include <talloc.h>

enum { SURNAME = 1, TITLE_END = 2, HAN = 0x2E80 /* letters, digits and marks stand before it */ };

enum kind { KIND_KIN, KIND_BEHIND, KIND_OFFICE_TITLE, KIND_ASKS, KIND_DISCIPLINE, KIND_COUNTY, KINDS };

static const char *const kind_names[KINDS] = {
    "kin", "behind", "office-title", "asks", "discipline", "county"
};

struct list {
    struct naming_text *texts;
    size_t n;
};

struct naming_words {
    const struct pinyin *pinyin;
    struct list lists[KINDS];
};

static bool is_latin(uint32_t character)
{
    return character >= 'a' && character <= 'z';
}

static void add(struct naming_text *out, uint32_t character, uint32_t sound)
{
    out->characters[out->n] = character;
    out->sounds[out->n++] = sound;
}

/* The letters from the first on, whose end is at; the end of the last one. */
static size_t read_latin(const struct pinyin *pinyin, void *mem, const char *text, size_t at, size_t length,
                         uint32_t first, struct naming_text *out)
{
    size_t most = length - at + 1, n = 0, units;
    uint32_t *letters = talloc_array(mem, uint32_t, most), *sounds = talloc_array(mem, uint32_t, most);

    letters[n++] = first;
    while (at < length && is_latin((unsigned char)text[at]))
        letters[n++] = (unsigned char)text[at++];
    units = spelling_read(pinyin, letters, n, sounds);
    for (size_t i = 0; i < units; i++)
        add(out, letters[i], sounds[i]);
    talloc_free(letters);
    talloc_free(sounds);
    return at;
}

struct naming_text naming_text(const struct pinyin *pinyin, void *mem, const char *text, size_t length)
{
    struct naming_text out = { .characters = talloc_array(mem, uint32_t, length + 1),
                               .sounds = talloc_array(mem, uint32_t, length + 1) };

    for (size_t at = 0; at < length;) {
        uint32_t character = next_character(text, &at);

        if (is_latin(character))
            at = read_latin(pinyin, mem, text, at, length, character, &out);
        else if (!is_separator(character))
            add(&out, character,
                character < HAN ? spelling_of_mark(character) : pinyin_sound(pinyin, character));
    }
    return out;
}

struct naming_text naming_of(const struct normaliser *normaliser, const struct pinyin *pinyin, void *mem,
                             const char *name)
{
    struct normal normal;

    normalise(normaliser, mem, name, &normal);
    return naming_text(pinyin, mem, normal.text, normal.length);
}

/* How many of n sounds differ; the second row must have room for them. */
static size_t count_different(const uint32_t *a, const uint32_t *b, size_t n)
{
    size_t different = 0;

    for (size_t i = 0; i < n; i++)
        different += a[i] != b[i];
    return different;
}

static bool add_word(const struct word_row *row, void *arg)
{
    struct naming_words *words = arg;

    for (enum kind kind = 0; kind < KINDS; kind++)
        if (strcmp(row->kind, kind_names[kind]) == 0) {
            struct list *list = &words->lists[kind];

            list->texts = talloc_realloc(words, list->texts, struct naming_text, list->n + 1);
            list->texts[list->n++] = naming_text(words->pinyin, words, row->word, strlen(row->word));
        }
    return true;
}

struct naming_words *naming_words_new(void *mem, const char *directory, const struct pinyin *pinyin,
                                      const char **error)
{
    struct naming_words *words = talloc_zero(mem, struct naming_words);

    words->pinyin = pinyin;
    if (wordfile_each(mem, directory, "accusations.txt", add_word, words, error))
        return words;
    talloc_free(words);
    return NULL;
}

bool naming_is_kind(const char *kind)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kind, kind_names[i]) == 0)
            return true;
    return false;
}

static bool is_listed(const struct list *list, uint32_t character)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->texts[i].n == 1 && list->texts[i].characters[0] == character)
            return true;
    return false;
}

/* A given name, and behind it what somebody of the village is called (大山叔), or, where it is written as it
 * is registered, what is said of them (有田收了). */
static bool is_nickname(const struct naming_words *words, const struct naming_text *text, size_t at,
                        const struct naming_text *name)
{
    size_t given = name->n - SURNAME;
    uint32_t behind;

    if (given < 2 || at + given >= text->n ||
        count_different(text->sounds + at, name->sounds + SURNAME, given) > 0)
        return false;
    behind = text->characters[at + given];
    return is_listed(&words->lists[KIND_KIN], behind) ||
           (is_listed(&words->lists[KIND_BEHIND], behind) &&
            count_different(text->characters + at, name->characters + SURNAME, given) == 0);
}

/* L有田, LYT: a name of three characters some of which are but the letters that they begin with. */
static bool is_initialled(const struct naming_words *words, const struct naming_text *text, size_t at,
                          const struct naming_text *name)
{
    for (size_t i = 0; i < name->n; i++)
        if (!spelling_is(words->pinyin, text->sounds[at + i], name->sounds[i]))
            return false;
    return name->n > 2 && (at == 0 || !spelling_is_initial(text->sounds[at - 1])) &&
           (at + name->n == text->n || !spelling_is_initial(text->sounds[at + name->n]));
}

bool naming_means(const struct naming_words *words, const struct naming_text *text,
                  const struct naming_text *name)
{
    size_t may_differ = name->n > 2;

    for (size_t at = 0; name->n >= 2 && at < text->n; at++) {
        if (at + name->n <= text->n &&
            (count_different(text->sounds + at, name->sounds, name->n) <= may_differ ||
             is_initialled(words, text, at, name)))
            return true;
        if (is_nickname(words, text, at, name))
            return true;
    }
    return false;
}

bool naming_sounds_like(const struct naming_text *text, const struct naming_text *name)
{
    for (size_t at = 0; name->n > 2 && at + name->n <= text->n; at++)
        if (text->characters[at] == name->characters[0] &&
            count_different(text->sounds + at, name->sounds, name->n) == 0)
            return true;
    return false;
}

bool naming_spells(const struct naming_text *text, const struct naming_text *name)
{
    for (size_t at = 0; name->n > 2 && at + name->n <= text->n; at++) {
        size_t same = 0;

        while (same < name->n && is_latin(text->characters[at + same]) &&
               text->sounds[at + same] == name->sounds[same])
            same++;
        if (same == name->n)
            return true;
    }
    return false;
}

bool naming_means_title(const struct naming_text *text, const struct naming_text *name,
                        const struct naming_text *title)
{
    if (name->n == 0 || title->n < TITLE_END)
        return false;
    for (size_t at = 0; at + SURNAME + TITLE_END <= text->n; at++)
        if (text->sounds[at] == name->sounds[0] &&
            count_different(text->sounds + at + SURNAME, title->sounds + title->n - TITLE_END, TITLE_END) ==
                0)
            return true;
    return false;
}

bool naming_means_office(const struct naming_words *words, const struct naming_text *text,
                         const struct naming_text *name)
{
    const struct list *titles = &words->lists[KIND_OFFICE_TITLE];

    for (size_t i = 0; i < titles->n; i++)
        if (naming_means_title(text, name, &titles->texts[i]))
            return true;
    return false;
}

bool naming_holds(const struct naming_text *text, const struct naming_text *words, size_t *first_at)
{
    for (size_t at = 0; words->n > 0 && at + words->n <= text->n; at++)
        if (count_different(text->characters + at, words->characters, words->n) == 0) {
            if (first_at)
                *first_at = at;
            return true;
        }
    return false;
}

bool naming_asks_to_act(const struct naming_words *words, uint32_t character)
{
    return is_listed(&words->lists[KIND_ASKS], character);
}

const struct naming_text *naming_discipline(const struct naming_words *words, size_t *n)
{
    *n = words->lists[KIND_DISCIPLINE].n;
    return words->lists[KIND_DISCIPLINE].texts;
}

bool naming_is_county(const struct naming_words *words, uint32_t character)
{
    return is_listed(&words->lists[KIND_COUNTY], character);
}
