#include "templates/set.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>

enum { DEEPEST = 8, MOST_TAGS = 2000 };

#define LARGEST_FILE ((size_t)4 << 20)

struct template_set *template_set_new(void *mem)
{
    return talloc_zero(mem, struct template_set);
}

__attribute__((format(printf, 2, 3))) static void add_error(struct template_set *set, const char *format, ...)
{
    va_list arguments;

    if (!set->errors)
        set->errors = talloc_strdup(set, "");
    va_start(arguments, format);
    set->errors = talloc_vasprintf_append(set->errors, format, arguments);
    va_end(arguments);
}

/* The index of the name, or where it would be inserted. */
static size_t position(const struct template_set *set, const char *name)
{
    size_t from = 0, to = set->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (strcmp(set->entries[middle].name, name) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static bool has_at(const struct template_set *set, size_t at, const char *name)
{
    return at < set->count && strcmp(set->entries[at].name, name) == 0;
}

static void make_room(struct template_set *set, size_t at)
{
    set->entries = talloc_realloc(set, set->entries, struct template_entry, set->count + 1);
    memmove(set->entries + at + 1, set->entries + at, (set->count - at) * sizeof *set->entries);
    set->count++;
}

void template_set_add(struct template_set *set, const char *path, const char *source, size_t length)
{
    const char *slash = strrchr(path, '/');
    const char *name = talloc_strdup(set, slash ? slash + 1 : path);
    enum template_kind kind = template_kind_of(path);
    const char *error, *kept_path = talloc_strdup(set, path);
    const struct template *template = template_compile(set, source, length, kind, &error);
    size_t at;

    if (!template) {
        if (kind != TEMPLATE_RAW)
            add_error(set, "%s:%s\n", path, error);
        return;
    }
    at = position(set, name);
    if (!has_at(set, at, name))
        make_room(set, at);
    set->entries[at] = (struct template_entry){ .name = name, .path = kept_path, .template = template };
}

static bool fits(const char *path, size_t *size)
{
    struct stat about;

    if (stat(path, &about) != 0)
        return false;
    errno = S_ISDIR(about.st_mode) ? EISDIR : EFBIG;
    *size = (size_t)about.st_size;
    return !S_ISDIR(about.st_mode) && *size <= LARGEST_FILE;
}

/* Reads to the end, for a pipe does not tell its size. */
static char *read_all(void *mem, FILE *in, size_t size, size_t *length)
{
    char *text = talloc_size(mem, size + 1);

    *length = 0;
    for (;;) {
        *length += fread(text + *length, 1, size + 1 - *length, in);
        if (*length <= size)
            return text;
        size = size < 2048 ? 4096 : size * 2;
        if (size > 2 * LARGEST_FILE) {
            errno = EFBIG;
            return NULL;
        }
        text = talloc_realloc_size(mem, text, size + 1);
    }
}

char *template_read_file(void *mem, const char *path, size_t *length)
{
    size_t size;
    FILE *in = fits(path, &size) ? fopen(path, "r") : NULL;
    char *text = in ? read_all(mem, in, size, length) : NULL;
    bool is_whole = text && !ferror(in);

    if (in)
        fclose(in);
    if (!is_whole)
        return NULL;
    if (*length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        *length -= 3;
        memmove(text, text + 3, *length);
    }
    text[*length] = '\0';
    return text;
}

static void read_entry(struct template_set *set, const char *path)
{
    size_t length;
    char *source = template_read_file(set, path, &length);

    if (source)
        template_set_add(set, path, source, length);
    else if (template_kind_of(path) != TEMPLATE_RAW)
        add_error(set, "%s:1: %s\n", path, strerror(errno));
    talloc_free(source);
}

void template_set_read(struct template_set *set, const char *directory)
{
    DIR *entries = opendir(directory);

    if (!entries) {
        add_error(set, "%s: %s\n", directory, strerror(errno));
        return;
    }
    for (struct dirent *entry; (entry = readdir(entries));) {
        char *path = talloc_asprintf(set, "%s/%s", directory, entry->d_name);

        if (*entry->d_name != '.')
            read_entry(set, path);
        talloc_free(path);
    }
    closedir(entries);
}

static const struct template_entry *find_exactly(const struct template_set *set, const char *name)
{
    size_t at = position(set, name);

    return has_at(set, at, name) ? &set->entries[at] : NULL;
}

static const struct template_entry *find_with_ending(const struct template_set *set, const char *name,
                                                     const char *ending)
{
    char full[256];

    if ((size_t)snprintf(full, sizeof full, "%s%s", name, ending) >= sizeof full)
        return NULL;
    return find_exactly(set, full);
}

const struct template_entry *template_set_entry(const struct template_set *set, const char *name,
                                                enum template_kind kind)
{
    static const char *const endings[] = { "", NULL, ".txt", ".mustache", ".html", ".csv" };
    const struct template_entry *found = NULL;

    for (size_t i = 0; i < sizeof endings / sizeof *endings && !found; i++)
        found = find_with_ending(set, name, endings[i] ? endings[i] : template_ending(kind));
    return found;
}

const struct template *template_set_find(const struct template_set *set, const char *name,
                                         enum template_kind kind)
{
    const struct template_entry *entry = template_set_entry(set, name, kind);

    return entry ? entry->template : NULL;
}

/* A walk through a text and those that stand inside it. */
struct walk {
    const struct template_set *set;
    enum template_kind kind;
    void (*each)(const char *name, void *arg);
    void *arg;
    int depth, tags;
    bool is_cut;
};

static void visit(const char *name, bool is_partial, void *arg)
{
    struct walk *walk = arg;
    const struct template *inner = is_partial ? template_set_find(walk->set, name, walk->kind) : NULL;

    if (!is_partial)
        walk->each(name, walk->arg);
    if (++walk->tags > MOST_TAGS || (inner && walk->depth == DEEPEST))
        walk->is_cut = true;
    else if (inner) {
        walk->depth++;
        template_each_name(inner, visit, walk);
        walk->depth--;
    }
}

bool template_set_each_name(const struct template_set *set, const struct template *template,
                            void (*each)(const char *name, void *arg), void *arg)
{
    struct walk walk = { .set = set, .kind = template_kind(template), .each = each, .arg = arg };

    template_each_name(template, visit, &walk);
    return !walk.is_cut;
}

static void note_name(const char *name, void *arg)
{
    template_names_add(arg, name);
}

/* Where texts stand deep inside one another, as in one that stands in itself, any name may be looked up. */
void template_set_note_names(struct template_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        struct template_entry *entry = &set->entries[i];

        entry->names = (struct template_names){ { 0 } };
        if (!template_set_each_name(set, entry->template, note_name, &entry->names))
            entry->names = TEMPLATE_NAMES_ALL;
    }
}

struct search {
    const struct template_set *set;
    enum template_kind kind;
};

static const struct template *find_partial(const void *from, const char *name)
{
    const struct search *search = from;

    return template_set_find(search->set, name, search->kind);
}

void template_set_check(struct template_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct template_entry *entry = &set->entries[i];
        struct search search = { set, template_kind(entry->template) };
        struct template_partials partials = { find_partial, &search };
        size_t line;
        const char *missing = template_missing_partial(entry->template, &partials, &line);

        if (missing)
            add_error(set, "%s:%zu: there is no \"%s\" to include\n", entry->path, line, missing);
    }
}

bool template_set_render(const struct template_set *set, const struct template *template,
                         struct json_object *data, FILE *out, const char **error)
{
    struct search search = { set, template_kind(template) };
    struct template_partials partials = { find_partial, &search };

    return template_render(template, data, &partials, out, error);
}
