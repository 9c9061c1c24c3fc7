/*
 * /cgi-bin/sendsms as Kannel has it, so that what can use an SMS gateway can use this one: username is the
 * name of a token with the scope send, password the token. Answers in Kannel's own words.
 */
#include <ctype.h>
#include <string.h>
#include <talloc.h>

#include "gateway/http/exchange.h"
#include "gateway/http/sending.h"
#include "gateway/http/token.h"
#include "gateway/provider/fields.h"

static void answer(struct exchange *exchange, int status, const char *words)
{
    exchange_answer(exchange, status, "text/html", words);
}

struct fields {
    struct pair *query, *form;
    size_t n_query, n_form;
};

static const char *field(const struct fields *fields, const char *name)
{
    const char *value = pair_value(fields->query, fields->n_query, name);

    return value ? value : pair_value(fields->form, fields->n_form, name);
}

/* Kannel knows its own charset (GSM's) and others; here all text is UTF-8, as every client can send it. */
static bool is_charset_known(const struct fields *fields)
{
    const char *charset = field(fields, "charset"), *coding = field(fields, "coding");

    return (!charset || strcasecmp(charset, "UTF-8") == 0 || strcasecmp(charset, "utf8") == 0) &&
           (!coding || strcmp(coding, "1") != 0);
}

static bool is_allowed(struct exchange *exchange, const struct fields *fields)
{
    const char *name = field(fields, "username"), *password = field(fields, "password");

    if (!name)
        name = field(fields, "user");
    if (!password)
        password = field(fields, "pass");
    exchange->token = name && password ? token_find(exchange, password) : NULL;
    if (exchange->token && strcmp(exchange->token->name, name) == 0 &&
        token_has_scope(exchange->token, "send"))
        return true;
    counters_refuse(&exchange->server->counters, REFUSED_TOKEN);
    return false;
}

/* Numbers with blanks between; each is a text of its own. Those that are none are left out. */
static struct sending *read_receivers(struct exchange *exchange, const char *to, const char *text, size_t *n,
                                      const char **wrong)
{
    struct sending *all = talloc_zero_array(exchange, struct sending, strlen(to) / 2 + 1);
    char *numbers = talloc_strdup(exchange, to), *rest;

    *n = 0;
    *wrong = all && numbers ? NULL : "out of memory";
    for (char *one = *wrong ? NULL : strtok_r(numbers, " ", &rest); one; one = strtok_r(NULL, " ", &rest)) {
        struct sending sending = { .token_id = exchange->token->id, .to = one, .text = text };

        *wrong = sending_check(exchange, exchange->server->config, &sending);
        if (!*wrong)
            all[(*n)++] = sending;
    }
    return all;
}

static void send_to_all(struct exchange *exchange, const char *to, const char *text)
{
    const char *wrong;
    size_t n, n_sent = 0;
    struct sending *all = read_receivers(exchange, to, text, &n, &wrong);

    if (n == 0 && wrong && strncmp(wrong, "text", 4) == 0) {
        answer(exchange, 400, "Empty text not allowed, rejected");
        return;
    }
    if (n == 0) {
        answer(exchange, 400, "Garbage 'to' field, rejected.");
        return;
    }
    if (!sending_do(exchange->server->desk, all, n)) {
        answer(exchange, 503, "Temporal failure, try again later.");
        return;
    }
    for (size_t i = 0; i < n; i++)
        n_sent += all[i].notice_id != 0;
    if (n_sent > 0)
        answer(exchange, 202, "0: Accepted for delivery");
    else
        answer(exchange, 400, "Number(s) has/have been denied by white- and/or black-lists.");
}

void sendsms(struct exchange *exchange)
{
    struct fields fields = { 0 };
    const char *to, *text;

    if (!exchange_query(exchange, &fields.query, &fields.n_query) ||
        !form_parse(exchange, exchange->body ? exchange->body : "", exchange->length, &fields.form,
                    &fields.n_form)) {
        answer(exchange, 400, "Fields misformed, rejected");
        return;
    }
    to = field(&fields, "to");
    text = field(&fields, "text");
    if (!is_allowed(exchange, &fields))
        answer(exchange, 403, "Authorization failed for sendsms");
    else if (!to)
        answer(exchange, 400, "Missing receiver number, rejected");
    else if (!*to)
        answer(exchange, 400, "Empty receiver number not allowed, rejected");
    else if (!is_charset_known(&fields))
        answer(exchange, 400, "Charset or coding misformed, rejected");
    else
        send_to_all(exchange, to, text);
}
