#include "gateway/understand/text/pinyin.h"

#include "gateway/understand/text/normalise.h"

#include <string.h>
#include <talloc.h>

enum { FIRST = 0x4E00, LAST = 0x9FFF };

struct pinyin {
    uint16_t syllables[LAST - FIRST + 1]; /* 0: not known */
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
