#include <string.h>
#include <talloc.h>

#include "templates/words_private.h"

enum { LONGEST_TEXT = 4000, DEEPEST = 8 };

/* The set and the file's name that "zh/received" means; NULL: there is no such text. */
static struct template_set *find_set(void *mem, const struct words *words, const char *name,
                                     const char **file)
{
    const char *slash = strchr(name, '/');
    struct template_set *set = slash ? words_language(words, name, (size_t)(slash - name)) : NULL;

    if (!set)
        return NULL;
    *file = talloc_asprintf(mem, "%s%s", slash + 1, template_ending(TEMPLATE_TEXT));
    return template_set_find(set, *file, TEMPLATE_TEXT) ? set : NULL;
}

/* Names that texts use, as " a b ". */
struct names {
    const struct template_set *set;
    char *all;
    int depth;
};

static bool has_name(const struct names *names, const char *name)
{
    return strstr(names->all, talloc_asprintf(names->all, " %s ", name)) != NULL;
}

static void take_name(const char *name, bool is_partial, void *arg)
{
    struct names *names = arg;
    const struct template *inner = is_partial ? template_set_find(names->set, name, TEMPLATE_TEXT) : NULL;

    if (!is_partial && !has_name(names, name))
        names->all = talloc_asprintf_append(names->all, "%s ", name);
    if (inner && names->depth < DEEPEST) {
        names->depth++;
        template_each_name(inner, take_name, names);
        names->depth--;
    }
}

/* What the text of this file may use: what it uses in any language. */
static struct names known_names(void *mem, const struct words *words, const char *file)
{
    struct names names = { .all = talloc_strdup(mem, " ") };

    for (size_t i = 0; i < words->count; i++) {
        const struct template *template = template_set_find(words->sets[i], file, TEMPLATE_TEXT);

        names.set = words->sets[i];
        if (template)
            template_each_name(template, take_name, &names);
    }
    return names;
}

struct checking {
    void *mem;
    const struct names *known;
    const struct template_set *set;
    const char *wrong;
};

static void check_name(const char *name, bool is_partial, void *arg)
{
    struct checking *checking = arg;
    struct names inner = { .set = checking->set, .all = talloc_strdup(checking->mem, " ") };

    if (checking->wrong)
        return;
    if (is_partial && !template_set_find(checking->set, name, TEMPLATE_TEXT))
        checking->wrong = talloc_asprintf(checking->mem, "{{> %s}}", name);
    else if (!is_partial && !has_name(checking->known, name))
        checking->wrong = talloc_asprintf(checking->mem, "{{%s}}", name);
    else if (is_partial)
        take_name(name, true, &inner);
    /* what the partial needs must be there, too */
    for (char *rest = inner.all, *word; !checking->wrong && (word = strsep(&rest, " "));)
        if (*word && !has_name(checking->known, word))
            checking->wrong = talloc_asprintf(checking->mem, "{{> %s}}", name);
}

const char *words_wrong(void *mem, const struct words *words, const struct words_text *text)
{
    const char *file, *error = NULL;
    struct template_set *set = find_set(mem, words, text->name, &file);
    struct template *template;
    struct names known;
    struct checking checking = { .mem = mem, .known = &known, .set = set };

    if (!set)
        return talloc_strdup(mem, text->name);
    if (strlen(text->text) > LONGEST_TEXT)
        return talloc_asprintf(mem, "%zu > %d", strlen(text->text), LONGEST_TEXT);
    template = template_compile(mem, text->text, strlen(text->text), TEMPLATE_TEXT, &error);
    if (!template)
        return error;
    known = known_names(mem, words, file);
    template_each_name(template, check_name, &checking);
    return checking.wrong;
}

/* A set with the same entries, which it may replace. */
static struct template_set *copy_set(void *mem, const struct template_set *set)
{
    struct template_set *copy = template_set_new(mem);

    *copy = *set;
    copy->entries = talloc_memdup(copy, set->entries, set->count * sizeof *set->entries);
    return copy;
}

static void put(struct words *words, const struct words_text *text)
{
    const char *slash = strchr(text->name, '/');
    size_t length = (size_t)(slash - text->name);

    for (size_t i = 0; i < words->count; i++)
        if (strlen(words->languages[i]) == length && strncmp(words->languages[i], text->name, length) == 0)
            template_set_add(words->sets[i],
                             talloc_asprintf(words, "%s%s", text->name, template_ending(TEMPLATE_TEXT)),
                             text->text, strlen(text->text));
}

struct words *words_over(void *mem, const struct words *words, const struct words_text *texts, size_t n,
                         const char **wrong)
{
    struct words *over = talloc_zero(mem, struct words);

    *wrong = NULL;
    *over = *words;
    over->sets = talloc_array(over, struct template_set *, (unsigned)words->count);
    for (size_t i = 0; i < words->count; i++)
        over->sets[i] = copy_set(over, words->sets[i]);
    for (size_t i = 0; i < n; i++) {
        const char *why = words_wrong(over, words, &texts[i]);

        if (!why)
            put(over, &texts[i]);
        else
            *wrong = talloc_asprintf(mem, "%s%s: %s\n", *wrong ? *wrong : "", texts[i].name, why);
    }
    return over;
}

const char *words_source(void *mem, const struct words *words, const char *name)
{
    const char *file;
    const struct template_set *set = find_set(mem, words, name, &file);

    return set ? talloc_strdup(mem, template_source(template_set_find(set, file, TEMPLATE_TEXT))) : NULL;
}
