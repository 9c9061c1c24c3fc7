#include "gateway/understand/understand_tables.h"

#include <talloc.h>

#include "gateway/understand/subject.h"
#include "gateway/understand/text/wordfile.h"

static const struct pinyin *read_pinyin(struct language *language, const char **error)
{
    const char *readings = wordfile_text(language, language->lexicons, "pinyin.txt", error);

    return readings ? pinyin_new(language, readings) : NULL;
}

static bool read_tables(struct language *language, const char **error)
{
    const char *from = language->lexicons;

    return (language->normaliser = normaliser_new(language, error)) &&
           (language->courtesy = courtesy_new(language, from, error)) &&
           (language->intent_words = intent_words_new(language, from, error)) &&
           (language->figure_words = figure_words_new(language, from, error)) &&
           (language->order_words = order_words_new(language, from, error)) &&
           (language->pinyin = read_pinyin(language, error)) &&
           (language->words = naming_words_new(language, from, language->pinyin, error)) &&
           subject_open(language, error);
}

struct language *language_new(void *mem, const char *lexicons, const char **error)
{
    struct language *language = talloc_zero(mem, struct language);

    language->lexicons = lexicons ? talloc_strdup(language, lexicons) : NULL;
    *error = NULL;
    if (read_tables(language, error))
        return language;
    *error = talloc_strdup(mem, *error);
    talloc_free(language);
    return NULL;
}
