#include "gateway/command/setup/divisions.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { LINE_MOST = 512, PROVINCE = 2, CITY = 4, COUNTY = 6, TOWNSHIP = 9, VILLAGE = 12 };

static FILE *open_table(const char *folder, const char *name)
{
    char *path = talloc_asprintf(NULL, "%s/%s", folder, name);
    FILE *file = fopen(path, "re");

    talloc_free(path);
    return file;
}

/* Reads the next row and returns its name; line holds its code. NULL at the end. */
static const char *next_row(FILE *file, char line[LINE_MOST])
{
    char *tab;

    if (!fgets(line, LINE_MOST, file))
        return NULL;
    line[strcspn(line, "\r\n")] = '\0';
    tab = strchr(line, '\t');
    if (!tab)
        return "";
    *tab = '\0';
    return tab + 1;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), n = strlen(end);

    return n <= length && strcmp(text + length - n, end) == 0;
}

/* Whether name is text followed only by the kind of division. */
static bool is_short_for(const char *text, const char *name)
{
    static const char *const kinds[] = { "", "县", "区", "市", "旗", "自治县", "自治旗", "林区", "特区" };
    size_t length = strlen(text);

    for (size_t i = 0; length > 0 && i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(name, text, length) == 0 && strcmp(name + length, kinds[i]) == 0)
            return true;
    return false;
}

static bool is_meant(const struct county *county, const char *text)
{
    return strcmp(county->code, text) == 0 || is_short_for(text, county->name) ||
           (strlen(text) > strlen(county->name) && ends_with(county->path, text));
}

bool divisions_find(void *mem, const char *folder, const char *text, struct county **list, size_t *n)
{
    FILE *file = open_table(folder, "counties.tsv");
    char line[LINE_MOST], province[LINE_MOST] = "", city[LINE_MOST] = "";
    const char *name;

    *list = NULL;
    *n = 0;
    if (!file)
        return false;
    while ((name = next_row(file, line))) {
        if (strlen(line) == PROVINCE)
            snprintf(province, sizeof province, "%s", name), *city = '\0';
        else if (strlen(line) == CITY)
            snprintf(city, sizeof city, "%s", name);
        if (strlen(line) != COUNTY)
            continue;
        struct county county = { talloc_strdup(mem, line), talloc_strdup(mem, name),
                                 talloc_asprintf(mem, "%s%s%s", province, city, name) };

        if (!is_meant(&county, text))
            continue;
        *list = talloc_realloc(mem, *list, struct county, (unsigned)*n + 1);
        (*list)[(*n)++] = county;
    }
    fclose(file);
    return true;
}

/* Writes the rows whose code begins with the county's. Returns how many. */
static size_t write_rows(FILE *table, const char *county, size_t length, const char *level, size_t of_parent,
                         FILE *out)
{
    char line[LINE_MOST];
    const char *name;
    size_t n = 0;

    while (table && (name = next_row(table, line))) {
        if (strlen(line) != length || strncmp(line, county, COUNTY) != 0)
            continue;
        fprintf(out, "%s,\"%s\",%s,%.*s,\n", line, name, level, (int)of_parent, line);
        n++;
    }
    if (table)
        fclose(table);
    return n;
}

size_t divisions_write(const char *folder, const struct county *county, FILE *out)
{
    char villages[32];

    snprintf(villages, sizeof villages, "villages/%.2s.tsv", county->code);
    fprintf(out, "code,name,level,parent,duty\n%s,\"%s\",county,,\n", county->code, county->name);
    write_rows(open_table(folder, "townships.tsv"), county->code, TOWNSHIP, "township", COUNTY, out);
    return write_rows(open_table(folder, villages), county->code, VILLAGE, "village", TOWNSHIP, out);
}
