/*
 * /cgi-bin/sendsms with Kannel's protocol, which many programs speak. username is the name of a token with
 * the scope send, password the token itself. Answers are in Kannel's own words.
 */
#include <limits.h>
#include <string.h>
#include <talloc.h>

#include "gateway/http/exchange.h"
#include "gateway/http/send_request.h"
#include "gateway/http/sendsms_fields.h"
#include "gateway/http/token.h"

/* Kannel's sendsms-chars */
#define NUMBER_CHARACTERS "0123456789 +-"

enum { RECEIVERS_MOST = 100 }; /* of one request: all are queued in one transaction */

static const char denied[] = "Number(s) has/have been denied by white- and/or black-lists.";

static void answer(struct exchange *exchange, int status, const char *words)
{
    exchange_answer(exchange, status, "text/html", words);
}

static bool is_allowed(struct exchange *exchange, const struct sendsms_fields *fields)
{
    const char *name = sendsms_field(fields, "username"), *password = sendsms_field(fields, "password");

    if (!name)
        name = sendsms_field(fields, "user");
    if (!password)
        password = sendsms_field(fields, "pass");
    exchange->token = name && password ? token_find(exchange, password) : NULL;
    if (exchange->token && strcmp(exchange->token->name, name) == 0 &&
        token_has_scope(exchange->token, "send"))
        return true;
    counters_reject(&exchange->server->counters, REJECT_TOKEN);
    exchange_log_refusal(exchange, "http", "username and password are no token with the scope send");
    return false;
}

/* Checks the numbers in Kannel's order, with its limits and words. */
static const char *wrong_number(const struct sendsms_fields *fields)
{
    static const struct {
        const char *name;
        int most;
        const char *words;
    } limits[] = {
        { "mclass", 3, "MClass field misformed, rejected" },
        { "pid", 255, "PID field misformed, rejected" },
        { "rpi", 2, "RPI field misformed, rejected" },
        { "alt-dcs", 1, "Alt-DCS field misformed, rejected" },
        { "mwi", 7, "MWI field misformed, rejected" },
        { "coding", 2, "Coding field misformed, rejected" },
        { "compress", 1, "Compress field misformed, rejected" },
        { "validity", INT_MAX, "Validity field misformed, rejected" },
        { "deferred", INT_MAX, "Deferred field misformed, rejected" },
        { "priority", 3, "Priority field misformed, rejected" },
    };

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        int number = sendsms_number(fields, limits[i].name);
        bool is_binary = number == 1 && strcmp(limits[i].name, "coding") == 0; /* here all is text */

        if (number < SENDSMS_UNDEFINED || number > limits[i].most || is_binary)
            return limits[i].words;
    }
    return NULL;
}

static size_t count_words(const char *text)
{
    size_t n = 0;

    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        text += strcspn(text, " ");
        n++;
    }
    return n;
}

/* One request for each of the numbers, which are separated by spaces; invalid numbers are left out. */
static struct send_request *read_receivers(struct exchange *exchange, const char *to,
                                           const struct send_request *what, size_t *n)
{
    struct send_request *all = talloc_zero_array(exchange, struct send_request, strlen(to) / 2 + 1);
    char *numbers = talloc_strdup(exchange, to), *rest;

    *n = 0;
    for (char *one = strtok_r(numbers, " ", &rest); one; one = strtok_r(NULL, " ", &rest)) {
        struct send_request sending = *what;

        sending.to = one;
        if (one[strspn(one, NUMBER_CHARACTERS)] == '\0' &&
            !send_request_check(exchange, exchange->server->config, &sending))
            all[(*n)++] = sending;
    }
    return all;
}

static void send_to_all(struct exchange *exchange, struct send_request *all, size_t n)
{
    size_t n_sent = 0;

    if (!send_request_do(exchange->server->desk, all, n)) {
        answer(exchange, 503, "Temporal failure, try again later.");
        return;
    }
    for (size_t i = 0; i < n; i++)
        n_sent += all[i].notice_id != 0;
    if (n_sent > 0)
        answer(exchange, 202, "0: Accepted for delivery");
    else
        answer(exchange, 400, denied);
}

/* Checks the fields in Kannel's order. NULL: all are valid, and *n > 0. */
static const char *read_request(struct exchange *exchange, const struct sendsms_fields *fields,
                                struct send_request **all, size_t *n)
{
    const char *to = sendsms_field(fields, "to"), *wrong;
    int deferred = sendsms_number(fields, "deferred");
    struct send_request what = { .token_id = exchange->token->id,
                                 .text = sendsms_text(fields),
                                 .not_before = deferred > 0 ? exchange->now + 60 * (int64_t)deferred : 0 };
    const struct send_request probe = { .token_id = what.token_id, .text = "x" };

    if (!to)
        return fields->has_headers ? "Missing receiver(s) number(s), rejected"
                                   : "Missing receiver number, rejected";
    if (!*to)
        return "Empty receiver number not allowed, rejected";
    if (sendsms_has_udh(fields)) /* we write user data headers ourselves */
        return "UDH field misformed, rejected";
    if (count_words(to) > RECEIVERS_MOST)
        return "Too many receivers, rejected";
    read_receivers(exchange, to, &probe, n);
    if (*n == 0)
        return denied;
    wrong = wrong_number(fields);
    if (wrong)
        return wrong;
    if (!what.text)
        return "Charset or body misformed, rejected";
    if (what.text[strspn(what.text, " \t\r\n")] == '\0')
        return "Empty text not allowed, rejected";
    *all = read_receivers(exchange, to, &what, n);
    return *n > 0 ? NULL : "Text too long, rejected";
}

void sendsms(struct exchange *exchange)
{
    struct sendsms_fields fields;
    struct send_request *all = NULL;
    const char *wrong;
    size_t n;

    if (!sendsms_fields_read(exchange, &fields)) {
        answer(exchange, 415, "Unsupported content-type, rejected");
        return;
    }
    if (!is_allowed(exchange, &fields)) {
        answer(exchange, 403, "Authorization failed for sendsms");
        return;
    }
    wrong = read_request(exchange, &fields, &all, &n);
    if (wrong)
        answer(exchange, 400, wrong);
    else
        send_to_all(exchange, all, n);
}
