/*
 * Whether words mean a person: their name as it is registered, as it sounds, with one wrong character, with
 * spaces in it, in Latin letters (liyoutian, LYT), as a nickname (大山叔), or as surname and office (李主任).
 */
#ifndef GATEWAY_UNDERSTAND_NAMING_H
#define GATEWAY_UNDERSTAND_NAMING_H

#include "gateway/understand/text/normalise.h"
#include "gateway/understand/text/pinyin.h"

/* Words by their characters alone: spaces and marks are left out. */
struct naming_text {
    uint32_t *characters, *sounds;
    size_t n;
};

/* text is normalised; the result is allocated from mem. */
struct naming_text naming_text(const struct pinyin *pinyin, void *mem, const char *text, size_t length);

/* The same of a name as it was registered. */
struct naming_text naming_of(const struct normaliser *normaliser, const struct pinyin *pinyin, void *mem,
                             const char *name);

/* The words of accusations.txt by which persons and bodies are recognised. */
struct naming_words;

/* Directory as in wordfile_text; pinyin must live as long. NULL: *error says why (from mem). */
struct naming_words *naming_words_new(void *mem, const char *directory, const struct pinyin *pinyin,
                                      const char **error);
/* Whether a kind of accusations.txt is one of these. */
bool naming_is_kind(const char *kind);

/*
 * Whether the text means the person of this name. A name of two characters must sound the same as a whole; of
 * longer ones one character may differ. Of a nickname, and of a given name alone (有田那小子), the given name
 * must have two characters.
 */
bool naming_means(const struct naming_words *words, const struct naming_text *text,
                  const struct naming_text *name);

/* Whether a name of three characters or more stands in it with its surname as written, and sounds the same.
 */
bool naming_sounds_like(const struct naming_text *text, const struct naming_text *name);

/* Whether a name of three characters or more stands in it in Latin letters, each syllable in full. */
bool naming_spells(const struct naming_text *text, const struct naming_text *name);

/* Whether the surname stands before the last two characters of the title, as both sound: 李主任 or 李主人 of
 * 村主任. */
bool naming_means_title(const struct naming_text *text, const struct naming_text *name,
                        const struct naming_text *title);

/* The same of any office that a village or a township has. */
bool naming_means_office(const struct naming_words *words, const struct naming_text *text,
                         const struct naming_text *name);

/* Whether these very characters stand in the text; first_at (NULL: not asked) is where they begin. */
bool naming_holds(const struct naming_text *text, const struct naming_text *words, size_t *first_at);

/* Whether this character, directly before a body's name, asks the body to act: 请纪委来查. */
bool naming_asks_to_act(const struct naming_words *words, uint32_t character);

/* Whether this character names a county or its like: the 县 of 县长 and of 浮山县督查室. */
bool naming_is_county(const struct naming_words *words, uint32_t character);

/* The names that a discipline office goes by: 纪委, 监委. They live as long as words. */
const struct naming_text *naming_discipline(const struct naming_words *words, size_t *n);

#endif
