/*
 * The files embedded in the program by embed.sh: texts, lexicons and the sample county.
 */
#ifndef TEMPLATES_EMBEDDED_H
#define TEMPLATES_EMBEDDED_H

#include <stddef.h>

/* path is relative to the source tree ("templates/zh/help.txt"); data ends with a NUL that size does not
 * count. */
struct embedded_file {
    const char *path;
    const char *data;
    size_t size;
};

/* Ends with an entry whose path is NULL. */
extern const struct embedded_file embedded_files[];

/* NULL when no such file is embedded. */
const struct embedded_file *embedded_find(const char *path);

#endif
