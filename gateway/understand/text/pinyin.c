#include "gateway/understand/text/pinyin.h"

#include "gateway/understand/text/normalise.h"

#include <string.h>
#include <talloc.h>

enum { FIRST = 0x4E00, LAST = 0x9FFF, SYLLABLES_MOST = 512, LETTERS_MOST = 6 };

struct pinyin {
    uint16_t syllables[LAST - FIRST + 1];            /* 0: not known */
    char spelling[SYLLABLES_MOST][LETTERS_MOST + 1]; /* by sound, from 1 */
    uint16_t n;
};

struct pinyin *pinyin_new(void *mem, const char *text)
{
    struct pinyin *pinyin = talloc_zero(mem, struct pinyin);
    uint16_t syllable = 0;

    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        size_t at = strcspn(line, "\t\n"), end = strcspn(line, "\n");

        if (*line == '#' || line[at] != '\t')
            continue;
        syllable++;
        if (syllable < SYLLABLES_MOST && at <= LETTERS_MOST) {
            memcpy(pinyin->spelling[syllable], line, at);
            pinyin->n = syllable;
        }
        for (at++; at < end;) {
            uint32_t character = next_character(line, &at);

            if (character >= FIRST && character <= LAST)
                pinyin->syllables[character - FIRST] = syllable;
        }
    }
    return pinyin;
}

uint32_t pinyin_sound(const struct pinyin *pinyin, uint32_t character)
{
    if (character < FIRST || character > LAST || !pinyin->syllables[character - FIRST])
        return character;
    return pinyin->syllables[character - FIRST];
}

uint32_t pinyin_spelled(const struct pinyin *pinyin, const uint32_t *letters, size_t n)
{
    for (uint16_t i = 1; i <= pinyin->n; i++) {
        size_t same = 0;

        while (same < n && pinyin->spelling[i][same] &&
               letters[same] == (unsigned char)pinyin->spelling[i][same])
            same++;
        if (same == n && !pinyin->spelling[i][same])
            return i;
    }
    return 0;
}

uint32_t pinyin_initial(const struct pinyin *pinyin, uint32_t sound)
{
    return sound > 0 && sound <= pinyin->n ? (unsigned char)pinyin->spelling[sound][0] : 0;
}
