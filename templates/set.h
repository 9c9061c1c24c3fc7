/*
 * Templates by the name of their file ("received.txt"), each able to include the others.
 */
#ifndef TEMPLATES_SET_H
#define TEMPLATES_SET_H

#include "templates/mustache.h"

/* Read only, and shared by threads, once it is filled. */
struct template_set {
    struct template_entry {
        const char *name;
        const char *path;
        const struct template *template;
    } * entries; /* by name */
    size_t count;
    char *errors; /* "PATH:LINE: reason\n" for each thing that is wrong; NULL when nothing is */
};

struct template_set *template_set_new(void *mem);

/* Compiles the source; its name is the last part of path. Takes the place of one with the same name. */
void template_set_add(struct template_set *set, const char *path, const char *source, size_t length);

/*
 * Adds every file in the directory itself but hidden ones. A file without a known ending may be anything: it
 * is TEMPLATE_RAW, and left out when it is no template.
 */
void template_set_read(struct template_set *set, const char *directory);

/* Adds an error for each template that includes one which is not in the set. */
void template_set_check(struct template_set *set);

/*
 * By the whole name, or without its ending: then one of this kind first. NULL when there is none.
 */
const struct template *template_set_find(const struct template_set *set, const char *name,
                                         enum template_kind kind);

/* template_render with the set's templates as partials; the template itself need not be in the set. */
bool template_set_render(const struct template_set *set, const struct template *template,
                         struct json_object *data, FILE *out, const char **error);

/* The whole file from mem, without a byte order mark; NULL with errno when it cannot be read. At most 4 MB.
 */
char *template_read_file(void *mem, const char *path, size_t *length);

#endif
