#include "gateway/page/sign.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/conversation/cadre/cadre_case.h"
#include "gateway/http/address.h"
#include "gateway/http/token.h"
#include "gateway/page/drafting.h"
#include "gateway/page/proof.h"

/* ANSWER_US: answers about a phone take a multiple of this many microseconds, registered or not. */
enum { ANSWER_US = 60000, COOKIE_MOST = 128 };

static bool is_secure(const struct visit *visit)
{
    const char *url = visit->page->config->http_public_url;

    return visit->page->config->http_certificate || (url && strncmp(url, "https:", 6) == 0);
}

/* value of a cookie of this name, with or without __Host-; NULL. */
static const char *cookie(const struct visit *visit, const char *name)
{
    const char *header = exchange_header(visit->exchange, "Cookie");
    const char *wanted = talloc_asprintf(visit->exchange, "%s%s=", is_secure(visit) ? "__Host-" : "", name);

    for (const char *c = header; c && *c;) {
        size_t length;

        c += strspn(c, "; ");
        length = strcspn(c, ";");
        if (strncmp(c, wanted, strlen(wanted)) == 0 && length < COOKIE_MOST)
            return talloc_strndup(visit->exchange, c + strlen(wanted), length - strlen(wanted));
        c += length;
    }
    return NULL;
}

static void set_cookie(struct visit *visit, const char *name, const char *value)
{
    bool is_secret = is_secure(visit);

    visit->cookie = talloc_asprintf(visit->exchange, "%s%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
                                    is_secret ? "__Host-" : "", name, value, is_secret ? "; Secure" : "",
                                    *value ? "" : "; Max-Age=0");
}

static bool is_alive(const struct session *session, int64_t now)
{
    return !session->ended_at && now - session->created_at < SESSION_SECONDS &&
           now - session->seen_at < IDLE_SECONDS;
}

bool sign_find(struct visit *visit)
{
    const char *token = cookie(visit, "xy"), *accept = exchange_header(visit->exchange, "Accept-Language");
    struct session *session = NULL;
    struct person *person = NULL;

    if (accept && strncasecmp(accept, "en", 2) == 0)
        visit->language = "en";
    if (!token)
        return true;
    if (!store_session(visit->turn.store, visit->exchange, token_hash(visit->exchange, token), &session) ||
        (session && !store_person(visit->turn.store, visit->exchange, session->phone, &person)))
        return false;
    if (!session || !person || !person->roles)
        return true;
    visit->language = *session->language  ? session->language
                      : *person->language ? person->language
                                          : visit->page->config->language;
    visit->person = person;
    visit->session = is_alive(session, visit->exchange->now) ? session : NULL;
    /* an expired session may only save a draft */
    if (!visit->session && !session->ended_at)
        drafting_rescue(visit, session);
    return true;
}

bool sign_is_csrf(const struct visit *visit)
{
    const char *given = visit_field(visit, "csrf"), *ours = visit->session->csrf;

    return strlen(given) == strlen(ours) && gnutls_memcmp(given, ours, strlen(ours)) == 0;
}

bool sign_is_proven(const struct visit *visit)
{
    return visit->exchange->now - visit->session->code_at < PROOF_SECONDS;
}

/* next, if it is a path of the page itself. */
static const char *safe_next(const char *next)
{
    for (const char *c = next; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == '\\' || *c == ':' || (*c == '/' && c[1] == '/'))
            return "home";
    return *next && *next != '/' && strlen(next) < 200 ? next : "home";
}

void sign_ask(struct visit *visit)
{
    bool is_get = strcmp(visit->exchange->method, "POST") != 0;
    const char *next = is_get ? safe_next(visit->exchange->rest) : "home";

    if (visit->person)
        fill_flag(visit->data, "ran_out", true);
    fill_text(visit->data, "next", next);
    visit->row = NULL;
    visit_show(visit, is_get ? 200 : 401, "sign_in.html");
}

void sign_show(struct visit *visit)
{
    fill_text(visit->data, "next", safe_next(visit_query(visit, "next")));
    visit_show(visit, 200, "sign_in.html");
}

/* Waits until the answer has taken a multiple of ANSWER_US, so that its time tells nothing. */
static void wait_a_little(const struct visit *visit)
{
    int64_t passed = clock_ticks_us() - visit->exchange->started_us;

    usleep((useconds_t)(ANSWER_US - passed % ANSWER_US));
}

static void ask_code(struct visit *visit, int status, const char *phone, const char *problem)
{
    fill_text(visit->data, "phone", phone);
    fill_text(visit->data, "next", safe_next(visit_field(visit, "next")));
    if (problem)
        fill_text(visit->data, "problem", visit_word(visit, problem));
    wait_a_little(visit);
    visit_show(visit, status, "sign_in_code.html");
}

static const char *phone_of(struct visit *visit)
{
    const char *phone = cadre_phone(visit->exchange, visit_field(visit, "phone"));

    return phone && strlen(phone) < 20 && strspn(phone + 1, "0123456789") == strlen(phone + 1) ? phone : NULL;
}

void sign_take_phone(struct visit *visit)
{
    const char *phone = phone_of(visit), *hash, *waiting = token_new(visit->exchange, &hash);
    struct proof proof = { .phone = phone, .address = visit->address, .browser = hash };

    if (!phone) {
        fill_text(visit->data, "problem", visit_word(visit, "no_phone"));
        fill_text(visit->data, "next", safe_next(visit_field(visit, "next")));
        visit_show(visit, 400, "sign_in.html");
        return;
    }
    if (!waiting || !proof_send(visit->page->desk, &proof)) {
        visit_failed(visit);
        return;
    }
    set_cookie(visit, "xy-wait", waiting);
    ask_code(visit, 200, phone, NULL);
}

struct beginning {
    struct session session;
    const char *former; /* hash of the session that the browser had; "" */
};

static bool begin_session(struct turn *turn, void *arg)
{
    const struct beginning *beginning = arg;

    return store_end_session(turn->store, beginning->former, turn->now) &&
           store_add_session(turn->store, &beginning->session, turn->now - 30 * (int64_t)DAY_SECONDS);
}

/* Begins a session with new tokens, never with one the browser already had. */
static bool begin(struct visit *visit, const char *phone, int64_t code_at)
{
    const char *hash, *csrf, *token = token_new(visit->exchange, &hash);
    const char *former = cookie(visit, "xy");
    struct beginning beginning = { .session = { .hash = hash,
                                                .phone = phone,
                                                .address = visit->address,
                                                .created_at = visit->exchange->now,
                                                .seen_at = visit->exchange->now,
                                                .code_at = code_at },
                                   .former = former ? token_hash(visit->exchange, former) : "" };

    if (!token || !token_new(visit->exchange, &csrf))
        return false;
    beginning.session.csrf = csrf;
    set_cookie(visit, "xy", token);
    return desk_do(visit->page->desk, begin_session, &beginning);
}

void sign_take_code(struct visit *visit)
{
    const char *phone = phone_of(visit), *waiting = cookie(visit, "xy-wait");
    struct proof proof = { .phone = phone,
                           .address = visit->address,
                           .browser = waiting ? token_hash(visit->exchange, waiting) : "none",
                           .code = visit_field(visit, "code"),
                           .password = visit_field(visit, "password") };

    if (!phone || strlen(proof.code) > 16 || strlen(proof.password) > 200) {
        visit_refuse(visit, 400, "malformed");
        return;
    }
    if (!proof_check(visit->page->desk, &proof)) {
        visit_failed(visit);
        return;
    }
    if (proof.result == PROOF_WRONG || proof.result == PROOF_TOO_OFTEN) {
        bool is_wrong = proof.result == PROOF_WRONG;

        ask_code(visit, is_wrong ? 403 : 429, phone, is_wrong ? "wrong_code" : "too_often");
        return;
    }
    if (begin(visit, phone, proof.result == PROOF_RIGHT ? visit->exchange->now : 0))
        visit_go(visit, safe_next(visit_field(visit, "next")));
    else
        visit_failed(visit);
}

/* GET enter/PHONE/TOKEN: a link printed on this host, for a browser on this host, valid once. */
void sign_enter(struct visit *visit)
{
    const char *slash = strchr(visit->rest, '/');
    const char *phone =
        slash ? talloc_strndup(visit->exchange, visit->rest, (size_t)(slash - visit->rest)) : "";
    struct proof proof = { .phone = phone, .address = visit->address, .password = "" };

    if (!slash || visit->exchange->is_relayed ||
        !address_is_own((const struct sockaddr *)&visit->exchange->client)) {
        visit_absent(visit);
        return;
    }
    proof.browser = token_hash(visit->exchange, slash + 1);
    proof.code = "link";
    bool is_checked = proof_check(visit->page->desk, &proof);
    if (is_checked && proof.result != PROOF_RIGHT)
        visit_absent(visit);
    else if (is_checked && begin(visit, phone, visit->exchange->now))
        visit_go(visit, "home");
    else
        visit_failed(visit);
}

struct ending {
    const char *hash, *language;
    int64_t at;
};

static bool end_session(struct turn *turn, void *arg)
{
    const struct ending *ending = arg;

    return store_end_session(turn->store, ending->hash, ending->at);
}

void sign_out(struct visit *visit)
{
    struct ending ending = { .hash = visit->session->hash, .at = visit->exchange->now };

    if (!desk_do(visit->page->desk, end_session, &ending)) {
        visit_failed(visit);
        return;
    }
    set_cookie(visit, "xy", "");
    visit_go(visit, "sign-in");
}

static bool set_language(struct turn *turn, void *arg)
{
    const struct ending *setting = arg;

    return store_set_session_language(turn->store, setting->hash, setting->language);
}

void sign_set_language(struct visit *visit)
{
    struct ending setting = { .hash = visit->session->hash,
                              .language = strcmp(visit_field(visit, "language"), "en") == 0 ? "en" : "zh" };

    if (desk_do(visit->page->desk, set_language, &setting))
        visit_go(visit, safe_next(visit_field(visit, "next")));
    else
        visit_failed(visit);
}

bool sign_send_proof(struct visit *visit)
{
    struct proof proof = { .phone = visit->person->phone,
                           .address = visit->address,
                           .browser = visit->session->hash };

    return proof_send(visit->page->desk, &proof);
}

static bool prove_session(struct turn *turn, void *arg)
{
    const struct ending *proving = arg;

    return store_prove_session(turn->store, proving->hash, proving->at);
}

const char *sign_check_proof(struct visit *visit, const char *code)
{
    struct ending proving = { .hash = visit->session->hash, .at = visit->exchange->now };
    struct proof proof = { .phone = visit->person->phone,
                           .address = visit->address,
                           .browser = visit->session->hash,
                           .code = code,
                           .password = "" };

    if (strlen(code) > 16 || !proof_check(visit->page->desk, &proof))
        return "busy";
    if (proof.result == PROOF_TOO_OFTEN)
        return "too_often";
    if (proof.result != PROOF_RIGHT)
        return "wrong_code";
    if (!desk_do(visit->page->desk, prove_session, &proving))
        return "busy";
    visit->session->code_at = visit->exchange->now;
    return NULL;
}
