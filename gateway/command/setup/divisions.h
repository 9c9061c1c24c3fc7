/*
 * The national table of divisions, in UTF-8 files of lines "code TAB name" sorted by code: counties.tsv,
 * which has provinces and cities too, townships.tsv, and villages/PROVINCE.tsv if installed.
 */
#ifndef GATEWAY_COMMAND_SETUP_DIVISIONS_H
#define GATEWAY_COMMAND_SETUP_DIVISIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct county {
    const char *code; /* six digits */
    const char *name;
    const char *path; /* 山西省临汾市浮山县 */
};

/*
 * Finds counties by code, name (with or without 县, 区, 市 ...) or the end of the path. *list is from mem.
 * False: the folder has no table.
 */
bool divisions_find(void *mem, const char *folder, const char *text, struct county **list, size_t *n);

/* Writes the county, its townships and villages as rows of `import units`. Returns how many villages. */
size_t divisions_write(const char *folder, const struct county *county, FILE *out);

#endif
