#include "gateway/turn/line_trust.h"

#include <string.h>

static bool proves_senders(const struct config *config, const char *line)
{
    if (config->centre_url && strcmp(line, "centre") == 0)
        return true;
    for (size_t i = 0; i < config->n_modems; i++)
        if (strcmp(config->modems[i].name, line) == 0)
            return true;
    for (size_t i = 0; i < config->n_providers; i++)
        if (strcmp(config->providers[i].name, line) == 0)
            return config->providers[i].trust && strcmp(config->providers[i].trust, "senders") == 0;
    return false;
}

const char *line_trust_key(const struct config *config, const char *line)
{
    return proves_senders(config, line) ? "" : line;
}
