#include <string.h>
#include <talloc.h>

#include "templates/words_private.h"

/* MOST_TAGS: of a text and the texts in it, each counted as often as it stands there. */
enum { LONGEST_TEXT = 4000, DEEPEST = 8, MOST_TAGS = 2000 };

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
    char *all;
};

static bool has_name(const struct names *names, const char *name)
{
    return strstr(names->all, talloc_asprintf(names->all, " %s ", name)) != NULL;
}

static void take_name(const char *name, void *arg)
{
    struct names *names = arg;

    if (!has_name(names, name))
        names->all = talloc_asprintf_append(names->all, "%s ", name);
}

/* What the text of this file may use: what it uses in any language. */
static struct names known_names(void *mem, const struct words *words, const char *file)
{
    struct names names = { .all = talloc_strdup(mem, " ") };

    for (size_t i = 0; i < words->count; i++) {
        const struct template *template = template_set_find(words->sets[i], file, TEMPLATE_TEXT);

        if (template)
            template_set_each_name(words->sets[i], template, take_name, &names);
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
    struct names inner = { .all = talloc_strdup(checking->mem, " ") };
    const struct template *partial =
        is_partial ? template_set_find(checking->set, name, TEMPLATE_TEXT) : NULL;

    if (checking->wrong)
        return;
    if (is_partial && !partial)
        checking->wrong = talloc_asprintf(checking->mem, "{{> %s}}", name);
    else if (!is_partial && !has_name(checking->known, name))
        checking->wrong = talloc_asprintf(checking->mem, "{{%s}}", name);
    else if (is_partial)
        template_set_each_name(checking->set, partial, take_name, &inner);
    /* what the partial needs must be there, too */
    for (char *rest = inner.all, *word; !checking->wrong && (word = strsep(&rest, " "));)
        if (*word && !has_name(checking->known, word))
            checking->wrong = talloc_asprintf(checking->mem, "{{> %s}}", name);
}

/* Counts what a text would be made of. */
struct growth {
    const struct template_set *set;
    const struct template *own; /* the text itself, as the set has it */
    int tags, depth;
    bool is_endless; /* it stands in itself, or in its place there would be no end to it */
};

static void count_tag(const char *name, bool is_partial, void *arg)
{
    struct growth *growth = arg;
    const struct template *inner = is_partial ? template_set_find(growth->set, name, TEMPLATE_TEXT) : NULL;

    growth->is_endless |= ++growth->tags > MOST_TAGS || (inner && inner == growth->own);
    if (!inner || growth->is_endless)
        return;
    growth->is_endless = ++growth->depth > DEEPEST;
    template_each_name(inner, count_tag, growth);
    growth->depth--;
}

/* Such a text could never be sent, nor could any that it stands in. own: what it replaces. */
static bool is_endless(const struct template_set *set, const struct template *own,
                       const struct template *template)
{
    struct growth growth = { .set = set, .own = own };

    template_each_name(template, count_tag, &growth);
    return growth.is_endless;
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
    if (is_endless(set, template_set_find(set, file, TEMPLATE_TEXT), template))
        return talloc_asprintf(mem, "{{> %s}}", strchr(text->name, '/') + 1);
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

/* Puts the former texts back in place of those that have no end now that all of them are there. */
static void take_endless(struct words *over, const struct words *words, const struct words_text *texts,
                         size_t n, const char **wrong)
{
    for (size_t i = 0; i < n; i++) {
        const char *file, *former = words_source(over, words, texts[i].name);
        struct template_set *set = find_set(over, over, texts[i].name, &file);
        const struct template *template = set ? template_set_find(set, file, TEMPLATE_TEXT) : NULL;

        if (!template || !former || !is_endless(set, template, template))
            continue;
        put(over, &(struct words_text){ texts[i].name, former });
        *wrong = talloc_asprintf(over, "%s%s: {{> %s}}\n", *wrong ? *wrong : "", texts[i].name,
                                 strchr(texts[i].name, '/') + 1);
    }
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
    take_endless(over, words, texts, n, wrong);
    for (size_t i = 0; i < over->count; i++)
        template_set_note_names(over->sets[i]);
    return over;
}

const char *words_source(void *mem, const struct words *words, const char *name)
{
    const char *file;
    const struct template_set *set = find_set(mem, words, name, &file);

    return set ? talloc_strdup(mem, template_source(template_set_find(set, file, TEMPLATE_TEXT))) : NULL;
}
