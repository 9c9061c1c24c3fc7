/*
 * Templates by file name ("received.txt"), which can include each other.
 */
#ifndef TEMPLATES_SET_H
#define TEMPLATES_SET_H

#include "templates/mustache.h"
#include "templates/names.h"

/* Once filled it is read only, so threads may share it. */
struct template_set {
    struct template_entry {
        const char *name;
        const char *path;
        const struct template *template;
        struct template_names names; /* that it looks up: template_set_note_names */
    } * entries;                     /* sorted by name */
    size_t count;
    char *errors; /* "PATH:LINE: reason\n" for each error; NULL when there is none */
};

/* Empty. */
struct template_set *template_set_new(void *mem);

/* Compiles the source, named by the last part of path; replaces a template of the same name. */
void template_set_add(struct template_set *set, const char *path, const char *source, size_t length);

/*
 * Adds every file of the directory, without hidden ones and subdirectories. A file without a known ending is
 * TEMPLATE_RAW, and is left out if it is not a valid template.
 */
void template_set_read(struct template_set *set, const char *directory);

/* Adds an error for each template that includes one which is not in the set. */
void template_set_check(struct template_set *set);

/*
 * Calls each for every name that this text of the set and the texts in it look up; a name may come several
 * times. False: texts stand so deep inside one another, or so often, that some were left out.
 */
bool template_set_each_name(const struct template_set *set, const struct template *template,
                            void (*each)(const char *name, void *arg), void *arg);

/* Notes in each entry which names it and the texts in it look up; only once all templates are there. */
void template_set_note_names(struct template_set *set);

/*
 * By its name with or without the ending; without one, a template of this kind is preferred. NULL: none.
 */
const struct template *template_set_find(const struct template_set *set, const char *name,
                                         enum template_kind kind);

/* The entry that template_set_find finds. */
const struct template_entry *template_set_entry(const struct template_set *set, const char *name,
                                                enum template_kind kind);

/* template_render with the set's templates as partials; the template itself need not be in the set. */
bool template_set_render(const struct template_set *set, const struct template *template,
                         struct json_object *data, FILE *out, const char **error);

/* The whole file, at most 4 MB, from mem, without a byte order mark. NULL: errno says why. */
char *template_read_file(void *mem, const char *path, size_t *length);

#endif
