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

/* UNKNOWN where the variable is not set. */
static enum language language_of_variable(const char *name)
{
    const char *value = getenv(name);

    return !value || !*value ? UNKNOWN : strncmp(value, "zh", 2) == 0 ? CHINESE : ENGLISH;
}

static void read_configuration(void)
{
    void *mem = talloc_new(NULL);
    struct config_problem *problems;
    size_t n;
    const char *path = config_path ? config_path : config_default_path();
    const struct config *config = strcmp(path, "-") == 0 ? NULL : config_read(mem, path, &problems, &n);

    if (config)
        configured = strcmp(config->language, "zh") == 0 ? CHINESE : ENGLISH;
    talloc_free(mem);
}

static void settle(bool may_read)
{
    static const char *const variables[] = { "LC_ALL", "LC_MESSAGES" };

    for (size_t i = 0; language == UNKNOWN && i < sizeof variables / sizeof *variables; i++)
        language = language_of_variable(variables[i]);
    if (language == UNKNOWN && configured == UNKNOWN && may_read)
        read_configuration();
    if (language == UNKNOWN)
        language = configured;
    if (language == UNKNOWN)
        language = language_of_variable("LANG") == CHINESE ? CHINESE : ENGLISH;
}

bool words_configured(const char *name)
{
    enum language before = language;

    configured = strcmp(name, "zh") == 0 ? CHINESE : ENGLISH;
    language = UNKNOWN;
    settle(false);
    return language != before;
}

void words_without_configuration(void)
{
    settle(false);
}

const char *words(const char *english)
{
    const char *chinese;

    settle(true);
    chinese = language == CHINESE ? words_chinese(english) : NULL;
    return chinese ? chinese : english;
}
