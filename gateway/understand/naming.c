#include "gateway/understand/naming.h"

#include <talloc.h>

/* What follows the given name of somebody of the village. */
static const uint32_t kinship[] = {
    0x53D4, 0x54E5, 0x4F2F, 0x7237, 0x5A76, 0x59E8, 0x5AC2, 0x5F1F, 0x59D0, 0x8205, 0x59D1, 0x5AB3, 0x5927
}; /* 叔哥伯爷婶姨嫂弟姐舅姑媳大 */

enum { SURNAME = 1, TITLE_END = 2 };

struct naming_text naming_text(const struct pinyin *pinyin, void *mem, const char *text, size_t length)
{
    struct naming_text out = { .characters = talloc_array(mem, uint32_t, length + 1),
                               .sounds = talloc_array(mem, uint32_t, length + 1) };

    for (size_t at = 0; at < length;) {
        uint32_t character = next_character(text, &at);

        if (is_separator(character))
            continue;
        out.characters[out.n] = character;
        out.sounds[out.n++] = pinyin_sound(pinyin, character);
    }
    return out;
}

/* How many of n sounds differ; the second row must have room for them. */
static size_t count_different(const uint32_t *a, const uint32_t *b, size_t n)
{
    size_t different = 0;

    for (size_t i = 0; i < n; i++)
        different += a[i] != b[i];
    return different;
}

static bool is_kinship(uint32_t character)
{
    for (size_t i = 0; i < sizeof kinship / sizeof *kinship; i++)
        if (kinship[i] == character)
            return true;
    return false;
}

static bool is_nickname(const struct naming_text *text, size_t at, const struct naming_text *name)
{
    size_t given = name->n - SURNAME;

    return given >= 2 && at + given < text->n &&
           count_different(text->sounds + at, name->sounds + SURNAME, given) == 0 &&
           is_kinship(text->characters[at + given]);
}

bool naming_means(const struct naming_text *text, const struct naming_text *name)
{
    size_t may_differ = name->n > 2;

    for (size_t at = 0; name->n >= 2 && at < text->n; at++) {
        if (at + name->n <= text->n &&
            count_different(text->sounds + at, name->sounds, name->n) <= may_differ)
            return true;
        if (is_nickname(text, at, name))
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
            count_different(text->characters + at + SURNAME, title->characters + title->n - TITLE_END,
                            TITLE_END) == 0)
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
