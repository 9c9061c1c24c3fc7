#include "gateway/command/dialogue.h"

#include <ctype.h>
#include <string.h>
#include <talloc.h>

enum { NAMES_MOST = 32, NAME_LENGTH = 32 };

struct name {
    char name[NAME_LENGTH], value[NAME_LENGTH];
};

struct dialogue_names {
    struct name all[NAMES_MOST];
    size_t n;
};

struct dialogue_names *dialogue_names_new(void *mem)
{
    return talloc_zero(mem, struct dialogue_names);
}

static const struct name *find(const struct dialogue_names *names, const char *name, size_t length)
{
    for (size_t i = 0; i < names->n; i++)
        if (strlen(names->all[i].name) == length && strncmp(names->all[i].name, name, length) == 0)
            return &names->all[i];
    return NULL;
}

/* The length of "{name}" at text, 0 when there is none. */
static size_t name_at(const char *text)
{
    size_t n = 1;

    if (*text != '{')
        return 0;
    while (isalnum((unsigned char)text[n]))
        n++;
    return n > 1 && n < NAME_LENGTH && text[n] == '}' ? n + 1 : 0;
}

char *dialogue_fill(void *mem, const struct dialogue_names *names, const char *words)
{
    char *filled = talloc_strdup(mem, "");

    while (*words) {
        size_t length = name_at(words);
        const struct name *name = length ? find(names, words + 1, length - 2) : NULL;

        filled = name ? talloc_strdup_append(filled, name->value) : talloc_strndup_append(filled, words, 1);
        words += name ? length : 1;
    }
    return filled;
}

static bool match_from(struct dialogue_names *names, const char *pattern, const char *text);

/* {name} takes a run of digits, the longest first. */
static bool match_name(struct dialogue_names *names, const char *pattern, size_t length, const char *text)
{
    const struct name *known = find(names, pattern + 1, length - 2);
    size_t digits = strspn(text, "0123456789");

    if (known)
        return strncmp(text, known->value, strlen(known->value)) == 0 &&
               match_from(names, pattern + length, text + strlen(known->value));
    if (names->n == NAMES_MOST)
        return false;
    struct name *fresh = &names->all[names->n++];
    strncpy(fresh->name, pattern + 1, length - 2);
    fresh->name[length - 2] = '\0';
    for (; digits > 0; digits--) {
        if (digits >= NAME_LENGTH)
            continue;
        strncpy(fresh->value, text, digits);
        fresh->value[digits] = '\0';
        if (match_from(names, pattern + length, text + digits))
            return true;
    }
    names->n--;
    return false;
}

static bool match_from(struct dialogue_names *names, const char *pattern, const char *text)
{
    for (; *pattern; pattern++, text++) {
        size_t length = name_at(pattern);

        if (*pattern == '*') {
            do {
                if (match_from(names, pattern + 1, text))
                    return true;
            } while (*text++);
            return false;
        }
        if (length)
            return match_name(names, pattern, length, text);
        if (*pattern != *text)
            return false;
    }
    return *text == '\0';
}

bool dialogue_matches(struct dialogue_names *names, const char *pattern, const char *text)
{
    size_t known = names->n;
    bool is_match = match_from(names, pattern, text);

    if (!is_match)
        names->n = known;
    return is_match;
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

/* One who is in the dialogue. */
struct role {
    struct role *next;
    const char *who, *phone;
};

static const char *phone_of(const struct role *roles, const char *who)
{
    for (; roles; roles = roles->next)
        if (strcmp(roles->who, who) == 0)
            return roles->phone;
    return NULL;
}

static bool add_role(void *mem, struct role **roles, const char *who, const char *phone)
{
    struct role *role = talloc_zero(mem, struct role);

    *role = (struct role){ .next = *roles, .who = who, .phone = talloc_strdup(mem, phone) };
    *roles = role;
    return *phone != '\0';
}

/* NAME, a sign with blanks around it, and the rest. */
static bool read_person_step(void *mem, struct role **roles, const char *line, struct dialogue_step *step)
{
    size_t length = strcspn(line, " \t");
    const char *sign = skip_blanks(line + length);

    if (*sign == '\0' || !strchr("<>=", *sign))
        return false;
    step->who = talloc_strndup(mem, line, length);
    step->words = talloc_strdup(mem, skip_blanks(sign + 1));
    if (!step->who || !step->words)
        return false;
    if (*sign == '=')
        return add_role(mem, roles, step->who, step->words);
    step->phone = phone_of(*roles, step->who);
    step->kind = *sign == '>'                    ? DIALOGUE_SAYS
                 : strcmp(step->words, "-") == 0 ? DIALOGUE_SILENCE
                                                 : DIALOGUE_HEARS;
    return step->phone != NULL;
}

static bool read_step(void *mem, struct role **roles, const char *line, struct dialogue_step *step)
{
    if (*line == '@') {
        step->kind = DIALOGUE_DAY;
        step->words = talloc_strdup(mem, skip_blanks(line + 1));
        return true;
    }
    if (strncmp(line, "say ", 4) == 0) {
        step->kind = DIALOGUE_NOTE;
        step->words = talloc_strdup(mem, skip_blanks(line + 4));
        return true;
    }
    return read_person_step(mem, roles, line, step);
}

static bool goes_on(const char *line, size_t n)
{
    return (*line == ' ' || *line == '\t') && n > 0 && *skip_blanks(line) != '\0';
}

struct dialogue_step *dialogue_read(void *mem, const char *text, size_t *n, const char **error)
{
    struct dialogue_step *steps = talloc_zero_array(mem, struct dialogue_step, 1);
    struct role *roles = NULL;
    int number = 0;

    *n = 0;
    while (*text) {
        size_t length = strcspn(text, "\n");
        char *line = talloc_strndup(steps, text, length);

        text += length + (text[length] == '\n');
        number++;
        if (goes_on(line, *n)) {
            steps[*n - 1].words = talloc_asprintf(steps, "%s\n%s", steps[*n - 1].words, skip_blanks(line));
            continue;
        }
        if (*line == '\0' || *line == '#')
            continue;
        steps = talloc_realloc(mem, steps, struct dialogue_step, *n + 1);
        steps[*n] = (struct dialogue_step){ .line = number };
        if (!read_step(steps, &roles, line, &steps[*n])) {
            *error = talloc_asprintf(mem, "line %d: not NAME > words, NAME < pattern, NAME = PHONE, @ or say",
                                     number);
            return NULL;
        }
        if (steps[*n].phone || !steps[*n].who)
            (*n)++;
    }
    return steps;
}

char *dialogue_moment(void *mem, const char *words, struct tm *today)
{
    const char *hour = skip_blanks(words + strcspn(words, " "));
    char day[16];

    if (strncmp(words, "month ", 6) == 0)
        *today = (struct tm){ .tm_year = today->tm_year, .tm_mon = today->tm_mon + 1, .tm_mday = 1 };
    else if (strncmp(words, "quarter ", 8) == 0) /* the day before the next one's first */
        *today = (struct tm){ .tm_year = today->tm_year, .tm_mon = (today->tm_mon / 3 + 1) * 3 };
    else if (!strptime(words, "%Y-%m-%d", today))
        return talloc_strdup(mem, words);
    timegm(today);
    strftime(day, sizeof day, "%Y-%m-%d", today);
    return talloc_asprintf(mem, "%s %s", day, hour);
}
