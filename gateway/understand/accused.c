#include "gateway/understand/accused.h"

#include "gateway/understand/understand_tables.h"

#include <string.h>
#include <talloc.h>

enum { COUNTY_MOST = 5, OFFICE_LEAST = 3 /* characters */ };

struct accused_text {
    const struct understanding *understanding;
    struct naming_text *lines;
    size_t n;
};

static struct naming_text read_line(const struct understanding *understanding, void *mem, const char *line,
                                    size_t length)
{
    struct normal normal;

    normalise(understanding->language->normaliser, mem, talloc_strndup(mem, line, length), &normal);
    normal.body = courtesy_skip(understanding->language->courtesy, &normal);
    return naming_text(understanding->language->pinyin, mem, normal.text + normal.body,
                       normal.length - normal.body);
}

struct accused_text *accused_read(const struct understanding *understanding, void *mem, const char *text)
{
    struct accused_text *read = talloc_zero(mem, struct accused_text);
    size_t room = 1;

    for (const char *c = text; *c; c++)
        room += *c == '\n';
    read->understanding = understanding;
    read->lines = talloc_array(read, struct naming_text, room);
    while (*text) {
        size_t length = strcspn(text, "\n");

        read->lines[read->n++] = read_line(understanding, read, text, length);
        text += length + (text[length] == '\n');
    }
    return read;
}

/* A title of more than two characters is one person's; of two, only the county's: 县长, but not 主任. */
static bool is_own_title(const struct naming_words *words, const struct naming_text *title)
{
    return title->n > 2 || (title->n == 2 && naming_is_county(words, title->characters[0]));
}

bool accused_person(const struct accused_text *text, const struct person *person)
{
    const struct understanding *understanding = text->understanding;
    void *scratch = talloc_new(NULL);
    struct naming_text name = naming_of(understanding->language->normaliser, understanding->language->pinyin,
                                        scratch, person->name);
    struct naming_text title = naming_of(understanding->language->normaliser, understanding->language->pinyin,
                                         scratch, person->title);
    bool is_meant = false;

    for (size_t i = 0; i < text->n && !is_meant; i++)
        is_meant = naming_means(understanding->language->words, &text->lines[i], &name) ||
                   naming_means_title(&text->lines[i], &name, &title) ||
                   (is_own_title(understanding->language->words, &title) &&
                    naming_holds(&text->lines[i], &title, NULL));
    talloc_free(scratch);
    return is_meant;
}

/* Whether the name stands in the line without a word before it that asks the body to act. */
static bool speaks_of(const struct naming_words *words, const struct naming_text *line,
                      const struct naming_text *name)
{
    struct naming_text rest = *line;
    size_t at, before = 0;

    while (name->n > 1 && naming_holds(&rest, name, &at)) {
        before += at;
        if (before == 0 || !naming_asks_to_act(words, line->characters[before - 1]))
            return true;
        before += name->n;
        rest = (struct naming_text){ line->characters + before, line->sounds + before, line->n - before };
    }
    return false;
}

/* An office's name without the county's, as people say it: 督查室 for 浮山县督查室. The whole name if too
 * little would be left. */
static struct naming_text without_county(const struct naming_words *words, const struct naming_text *name)
{
    for (size_t i = 0; i < COUNTY_MOST && i + OFFICE_LEAST < name->n; i++)
        if (naming_is_county(words, name->characters[i]))
            return (struct naming_text){ name->characters + i + 1, name->sounds + i + 1, name->n - i - 1 };
    return *name;
}

static bool speaks_of_discipline(const struct naming_words *words, const struct naming_text *line)
{
    const struct naming_text *names;
    size_t n;

    names = naming_discipline(words, &n);
    for (size_t i = 0; i < n; i++)
        if (speaks_of(words, line, &names[i]))
            return true;
    return false;
}

bool accused_unit(const struct accused_text *text, const struct unit *unit)
{
    const struct understanding *understanding = text->understanding;
    bool is_discipline = strcmp(unit->duty, "discipline") == 0, is_meant = false;
    void *scratch = talloc_new(NULL);
    struct naming_text name =
        naming_of(understanding->language->normaliser, understanding->language->pinyin, scratch, unit->name);
    struct naming_text office = without_county(understanding->language->words, &name);

    for (size_t i = 0; i < text->n && !is_meant; i++)
        is_meant = speaks_of(understanding->language->words, &text->lines[i], &name) ||
                   speaks_of(understanding->language->words, &text->lines[i], &office) ||
                   (is_discipline && speaks_of_discipline(understanding->language->words, &text->lines[i]));
    talloc_free(scratch);
    return is_meant;
}
