#include "gateway/http/open311/entries.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/digest.h"
#include "gateway/provider/fields.h"

bool entries_read(void *mem, const char *query, const char *body, size_t length, struct entries *entries)
{
    struct pair *first, *second, *all;
    size_t n_first = 0, n_second = 0;

    *entries = (struct entries){ 0 };
    if (!form_parse(mem, query, strlen(query), &first, &n_first) ||
        !form_parse(mem, body ? body : "", body ? length : 0, &second, &n_second))
        return false;
    all = talloc_array(mem, struct pair, n_first + n_second + 1);
    for (size_t i = 0; i < n_first; i++)
        all[i] = first[i];
    for (size_t i = 0; i < n_second; i++)
        all[n_first + i] = second[i];
    entries->fields = all;
    entries->n = n_first + n_second;
    return true;
}

const char *entries_text(const struct entries *entries, const char *name)
{
    for (size_t i = 0; i < entries->n; i++)
        if (*entries->fields[i].value && strcmp(entries->fields[i].name, name) == 0)
            return entries->fields[i].value;
    return NULL;
}

static void be_wrong(struct entries *entries, const char *name)
{
    if (!entries->wrong)
        entries->wrong = name;
}

int64_t entries_time(void *mem, struct entries *entries, const char *name, int64_t preset)
{
    const char *text = entries_text(entries, name);
    int64_t at = preset;

    if (!text)
        return preset;
    /* an unescaped + of the offset was decoded as a space */
    if (strlen(text) == 25 && text[19] == ' ')
        text = talloc_asprintf(mem, "%.19s+%s", text, text + 20);
    if (strlen(text) == 10 && text[4] == '-')
        text = talloc_asprintf(mem, "%s 00:00:00", text);
    if (!provider_time(text, &at))
        be_wrong(entries, name);
    return at;
}

int64_t entries_number(struct entries *entries, const char *name, int64_t preset, int64_t least, int64_t most)
{
    const char *text = entries_text(entries, name);
    char *end;
    long long number;

    if (!text)
        return preset;
    number = strtoll(text, &end, 10);
    if (*end || number < least || number > most) {
        be_wrong(entries, name);
        return preset;
    }
    return number;
}

bool entries_lists(const struct entries *entries, const char *name, const char *word)
{
    const char *at = entries_text(entries, name);
    size_t length = strlen(word);

    if (!at)
        return true;
    while (*at) {
        size_t n;

        at += strspn(at, ", ");
        n = strcspn(at, ", ");
        if (n == length && strncmp(at, word, n) == 0)
            return true;
        at += n;
    }
    return false;
}

/* False: not a plain decimal within -most to most, such as "1e2", "nan" or "0x10". */
static bool read_degrees(const char *text, double most, int64_t *millionths)
{
    char *end;
    double degrees = strtod(text, &end);

    if (*end || strspn(text, "+-0123456789.") != strlen(text) || !(degrees >= -most && degrees <= most))
        return false;
    *millionths = llround(degrees * 1000000);
    return true;
}

void entries_point(struct entries *entries, bool *has_point, int64_t *latitude, int64_t *longitude)
{
    const char *lat = entries_text(entries, "lat"), *lon = entries_text(entries, "long");

    *has_point = false;
    if (!lat && !lon)
        return;
    if (!lat || !read_degrees(lat, 90, latitude))
        be_wrong(entries, "lat");
    else if (!lon || !read_degrees(lon, 180, longitude))
        be_wrong(entries, "long");
    else
        *has_point = true;
}

static bool counts(const struct pair *field)
{
    return *field->value && strcmp(field->name, "api_key") != 0 &&
           strcmp(field->name, "jurisdiction_id") != 0;
}

static int by_name(const void *a, const void *b)
{
    const struct pair *left = a, *right = b;
    int order = strcmp(left->name, right->name);

    return order ? order : strcmp(left->value, right->value);
}

const char *entries_key(void *mem, const struct entries *entries)
{
    struct pair *sorted = talloc_array(mem, struct pair, entries->n + 1);
    const char **parts = talloc_array(mem, const char *, 2 * entries->n + 1);
    size_t n = 0;

    for (size_t i = 0; i < entries->n; i++)
        if (counts(&entries->fields[i]))
            sorted[n++] = entries->fields[i];
    qsort(sorted, n, sizeof *sorted, by_name);
    for (size_t i = 0; i < n; i++) {
        parts[2 * i] = sorted[i].name;
        parts[2 * i + 1] = sorted[i].value;
    }
    return key_of(mem, parts, 2 * n);
}
