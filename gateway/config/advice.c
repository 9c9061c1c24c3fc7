#include "gateway/config/advice.h"

#include <string.h>
#include <talloc.h>
#include <unistr.h>

#include "gateway/config/table.h"
#include "gateway/provider/provider.h"

/* A signature this long leaves so little of 70 characters that most texts take two messages. */
enum { SIGNATURE_MOST = 12 };

static bool can_send(const struct config *config)
{
    for (size_t i = 0; i < config->n_modems; i++)
        if (config->modems[i].sends)
            return true;
    for (size_t i = 0; i < config->n_providers; i++)
        if (provider_sends(&config->providers[i]))
            return true;
    return false;
}

/* Whether a text can come in, and every line by which it can proves nothing of its sender. */
static bool proves_no_sender(const struct config *config)
{
    bool receives = false;

    for (size_t i = 0; i < config->n_modems; i++)
        if (config->modems[i].receives)
            return false;
    for (size_t i = 0; i < config->n_providers; i++) {
        if (config->providers[i].receives && strcmp(config->providers[i].trust, "senders") == 0)
            return false;
        receives |= config->providers[i].receives;
    }
    return receives;
}

static void advise_on_database(struct problems *problems, const struct config *config)
{
    const char *wrong = config->database ? config_mode_problem(problems->mem, config->database) : NULL;

    if (wrong)
        problem_warning(problems, 0, "the database %s %s", config->database, wrong);
}

/* Whether other machines reach the web server without TLS. */
static bool is_open(const struct config *config)
{
    static const char *const own[] = { "127.", "[::1]", "localhost" };
    bool is_so = config->http_listen && !config->http_certificate;

    for (size_t i = 0; is_so && i < sizeof own / sizeof *own; i++)
        is_so = strncmp(config->http_listen, own[i], strlen(own[i])) != 0;
    return is_so;
}

void config_check_page(struct problems *problems, const struct config *config)
{
    if (!config->page_is_on)
        return;
    if (!config->http_listen)
        problem_error(problems, 0, "page needs the section http { listen }");
    else if (is_open(config) && config->n_http_proxies == 0)
        problem_error(
            problems, 0,
            "page would be open to other machines without TLS: set certificate and key in http, or name "
            "the proxies in front of it");
}

static void advise_on_lines(struct problems *problems, const struct config *config)
{
    if (is_open(config))
        problem_warning(problems, 0,
                        "http is open to other machines without TLS: set certificate and key, or put a proxy "
                        "in front of it");
    if (config->n_modems + config->n_providers == 0)
        problem_warning(problems, 0, "no modem and no provider: nothing is received or sent");
    else if (!can_send(config))
        problem_warning(problems, 0, "no line sends: outgoing texts wait for ever");
    if (proves_no_sender(config))
        problem_warning(problems, 0,
                        "no line proves the numbers of senders: cadres are asked for a code twice a day; set "
                        "trust = senders where the provider proves them");
}

/* Quotation marks that a word processor or a Chinese keyboard put in the place of "". */
static void advise_on_quotes(struct problems *problems, const char *option, const char *value)
{
    static const char *const marks[] = { "“", "”", "‘", "’", "＂" };

    for (size_t i = 0; value && i < sizeof marks / sizeof *marks; i++)
        if (strstr(value, marks[i])) {
            problem_warning(problems, 0, "%s: %s holds a quotation mark; write \"...\" around it", option,
                            value);
            return;
        }
}

static void advise_on_names(struct problems *problems, const struct config *config)
{
    const char *signature = config->signature;
    size_t length = u8_mbsnlen((const uint8_t *)signature, strlen(signature));

    advise_on_quotes(problems, "county", config->county);
    advise_on_quotes(problems, "signature", signature);
    if (!*signature)
        return;
    if (strncmp(signature, "【", strlen("【")) != 0 || !strstr(signature, "】"))
        problem_warning(problems, 0,
                        "signature: %s is not in brackets like 【浮山亮晒评】, which carriers ask for",
                        signature);
    if (length > SIGNATURE_MOST)
        problem_warning(
            problems, 0,
            "signature: %zu characters are so many that most texts take two messages (70 characters "
            "are one)",
            length);
}

void config_advise(struct problems *problems, const struct config *config)
{
    advise_on_lines(problems, config);
    advise_on_names(problems, config);
    advise_on_database(problems, config);
}
