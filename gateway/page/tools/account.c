#include "gateway/page/tools/account.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/page/proof.h"
#include "gateway/page/sign.h"
#include "gateway/page/totp.h"
#include "gateway/report/qr.h"

enum { PASSWORD_LEAST = 10, PASSWORD_MOST = 200 };

static void add_sessions(struct visit *visit, const struct session *sessions, size_t n)
{
    struct json_object *list = fill_list(visit->data, "sessions");

    for (size_t i = 0; i < n; i++) {
        struct json_object *item;

        if (visit->exchange->now - sessions[i].seen_at >= IDLE_SECONDS ||
            visit->exchange->now - sessions[i].created_at >= SESSION_SECONDS)
            continue;
        item = fill_item(list);
        fill_text(item, "address", sessions[i].address);
        fill_time(item, "since", sessions[i].created_at, visit->exchange->now);
        fill_time(item, "seen", sessions[i].seen_at, visit->exchange->now);
        fill_flag(item, "is_this", strcmp(sessions[i].hash, visit->session->hash) == 0);
    }
}

static const char *data_url(void *mem, const char *svg)
{
    char *url = talloc_strdup(mem, "data:image/svg+xml,");

    for (; *svg; svg++)
        url = strchr("<>#\"%", *svg) ? talloc_asprintf_append_buffer(url, "%%%02X", (unsigned char)*svg)
                                     : talloc_asprintf_append_buffer(url, "%c", *svg);
    return url;
}

static void show(struct visit *visit, int status, const char *problem)
{
    struct factors *factors;
    struct session *sessions;
    size_t n;

    if (!store_factors(visit->turn.store, visit->exchange, visit->person->phone, &factors) ||
        !store_sessions(visit->turn.store, visit->exchange, visit->person->phone, &sessions, &n)) {
        visit_failed(visit);
        return;
    }
    fill_text(visit->data, "problem", problem ? visit_word(visit, problem) : NULL);
    fill_flag(visit->data, "has_totp", *factors->totp != '\0');
    fill_flag(visit->data, "has_password", *factors->password != '\0');
    fill_flag(visit->data, "is_proven", sign_is_proven(visit));
    if (*factors->new_totp && sign_is_proven(visit)) { /* a password alone does not show it */
        const char *picture =
            qr_picture(visit->exchange, totp_url(visit->exchange, visit->page->config->county,
                                                 visit->person->phone, factors->new_totp));

        fill_text(visit->data, "secret", factors->new_totp);
        fill_text(visit->data, "picture", picture ? data_url(visit->exchange, picture) : NULL);
    }
    add_sessions(visit, sessions, n);
    visit_show(visit, status, "me.html");
}

void account_show(struct visit *visit)
{
    show(visit, 200, NULL);
}

struct change {
    struct visit *visit;
    const char *what, *value;
    const char *problem; /* result: key of what is wrong; NULL */
};

static bool apply(struct turn *turn, void *arg)
{
    struct change *change = arg;
    struct visit *visit = change->visit;
    struct factors *factors;

    if (strcmp(change->what, "others-out") == 0)
        return store_end_sessions(turn->store, visit->person->phone, visit->session->hash, turn->now);
    if (!store_factors(turn->store, turn->mem, visit->person->phone, &factors))
        return false;
    if (strcmp(change->what, "totp") == 0) {
        factors->new_totp = change->value;
    } else if (strcmp(change->what, "totp-code") == 0) {
        int64_t step = 0;

        if (!*factors->new_totp || !totp_is_right(factors->new_totp, change->value, turn->now, &step)) {
            change->problem = "wrong_code";
            return true;
        }
        factors->totp = factors->new_totp;
        factors->totp_step = step;
        factors->new_totp = "";
    } else if (strcmp(change->what, "totp-off") == 0) {
        factors->totp = factors->new_totp = "";
    } else {
        factors->password = change->value;
    }
    return store_put_factors(turn->store, factors);
}

/* Reads the wanted change from the form's fields. False: change->problem is the key of what is wrong. */
static bool read_change(struct visit *visit, struct change *change)
{
    const char *password = visit_field(visit, "password");

    change->value = "";
    if (strcmp(change->what, "totp") == 0)
        change->value = totp_new(visit->exchange);
    else if (strcmp(change->what, "totp-code") == 0)
        change->value = visit_field(visit, "totp");
    else if (strcmp(change->what, "password") == 0 &&
             (strlen(password) < PASSWORD_LEAST || strlen(password) > PASSWORD_MOST))
        change->problem = "password_short";
    else if (strcmp(change->what, "password") == 0)
        change->value = proof_password(visit->exchange, password);
    return change->value && !change->problem;
}

/* A password or authenticator may be changed only after a code was entered a short time ago. */
static const char *prove(struct visit *visit)
{
    if (sign_is_proven(visit))
        return NULL;
    if (*visit_field(visit, "code"))
        return sign_check_proof(visit, visit_field(visit, "code"));
    return sign_send_proof(visit) ? "code_first" : "busy";
}

void account_do(struct visit *visit)
{
    static const char *const known[] = { "totp",     "totp-code",    "totp-off",
                                         "password", "password-off", "others-out" };
    struct change change = { .visit = visit, .what = NULL };
    const char *problem;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], visit->rest) == 0)
            change.what = known[i];
    if (!change.what) {
        visit_absent(visit);
        return;
    }
    problem = prove(visit);
    if (problem)
        show(visit, 403, problem);
    else if (!read_change(visit, &change))
        show(visit, 400, change.problem ? change.problem : "busy");
    else if (!desk_do(visit->page->desk, apply, &change))
        visit_failed(visit);
    else if (change.problem)
        show(visit, 403, change.problem);
    else
        visit_go(visit, "me");
}
