#include "gateway/command/words.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/config.h"

enum language { UNKNOWN, ENGLISH, CHINESE };

static const char *config_path;
static enum language configured, language; /* each found when it is first wanted */

void words_begin(const char *path)
{
    config_path = path;
}

void words_configured(const char *name)
{
    configured = strcmp(name, "zh") == 0 ? CHINESE : ENGLISH;
}

/* UNKNOWN where the variable is not set. */
static enum language language_of_variable(const char *name)
{
    const char *value = getenv(name);

    return !value || !*value ? UNKNOWN : strncmp(value, "zh", 2) == 0 ? CHINESE : ENGLISH;
}

static enum language language_of_configuration(void)
{
    if (configured != UNKNOWN)
        return configured;

    void *mem = talloc_new(NULL);
    struct config_problem *problems;
    size_t n;
    const char *path = config_path ? config_path : config_default_path();
    const struct config *config = strcmp(path, "-") == 0 ? NULL : config_read(mem, path, &problems, &n);

    if (config)
        words_configured(config->language);
    talloc_free(mem);
    return configured;
}

static bool is_chinese(void)
{
    static const char *const variables[] = { "LC_ALL", "LC_MESSAGES" };

    for (size_t i = 0; language == UNKNOWN && i < sizeof variables / sizeof *variables; i++)
        language = language_of_variable(variables[i]);
    if (language == UNKNOWN)
        language = language_of_configuration();
    if (language == UNKNOWN)
        language = language_of_variable("LANG") == CHINESE ? CHINESE : ENGLISH;
    return language == CHINESE;
}

const char *words(const char *english)
{
    const char *chinese = is_chinese() ? words_chinese(english) : NULL;

    return chinese ? chinese : english;
}
