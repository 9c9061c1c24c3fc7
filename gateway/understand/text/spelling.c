#include "gateway/understand/text/spelling.h"

/* BEYOND: above all code points, and so above all sounds. */
enum { BEYOND = 0x110000, WORD = 0x220000, SYLLABLE_MOST = 6, INITIALS_MOST = 4, RUN_MOST = 24 };

/* How many letters each unit of the run has, from where it begins; of 0 none can. */
static void split(const struct pinyin *pinyin, const uint32_t *letters, size_t n, size_t next[RUN_MOST + 1])
{
    next[n] = 1;
    for (size_t at = n; at-- > 0;) {
        next[at] = 0;
        for (size_t length = n - at < SYLLABLE_MOST ? n - at : SYLLABLE_MOST; length > 0 && !next[at];
             length--)
            if (next[at + length] && pinyin_spelled(pinyin, letters + at, length))
                next[at] = length;
        if (!next[at] && n <= INITIALS_MOST)
            next[at] = 1;
    }
}

size_t spelling_read(const struct pinyin *pinyin, const uint32_t *letters, size_t n, uint32_t *sounds)
{
    size_t next[RUN_MOST + 1] = { 0 }, units = 0;

    if (n <= RUN_MOST)
        split(pinyin, letters, n, next);
    if (n > RUN_MOST || !next[0]) {
        sounds[0] = WORD;
        return 1;
    }
    for (size_t at = 0; at < n; at += next[at]) {
        uint32_t sound = pinyin_spelled(pinyin, letters + at, next[at]);

        sounds[units++] = sound ? sound : BEYOND + letters[at];
    }
    return units;
}

uint32_t spelling_of_mark(uint32_t mark)
{
    return WORD + mark;
}

bool spelling_is(const struct pinyin *pinyin, uint32_t sound, uint32_t of_name)
{
    return sound == of_name ||
           (spelling_is_initial(sound) && sound - BEYOND == pinyin_initial(pinyin, of_name));
}

bool spelling_is_initial(uint32_t sound)
{
    return sound > BEYOND && sound < WORD;
}
