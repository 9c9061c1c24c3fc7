#include "gateway/page/visit.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/http/address.h"
#include "gateway/log.h"
#include "gateway/page/dictionary.h"
#include "gateway/page/marks.h"
#include "gateway/page/sign.h"
#include "gateway/provider/fields.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/owner.h"
#include "store/page/drafts.h"

static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/* ABSENT_US: "not found" takes a multiple of this many microseconds, so that its time tells nothing. */
enum { ABSENT_US = 8000, ASKED_MOST = 500 /* octets that the audit keeps */ };

bool visit_may(const struct visit *visit, unsigned roles)
{
    return visit->session && (roles == FOR_ALL || (unsigned)visit->person->roles & roles);
}

bool visit_oversees(struct visit *visit, int64_t *id)
{
    const struct unit *unit = NULL;

    if (visit->person->unit && !cache_unit(&visit->turn, visit->person->unit, &unit))
        return false;
    *id = !unit || unit->level == UNIT_COUNTY ||
                  (visit->person->roles & ROLE_SUPERVISOR && unit->level != UNIT_VILLAGE &&
                   unit->level != UNIT_TOWNSHIP)
              ? 0
              : unit->id;
    return true;
}

const char *visit_query(const struct visit *visit, const char *name)
{
    const char *value = pair_value(visit->query, visit->n_query, name);

    return value ? value : "";
}

const char *visit_field(const struct visit *visit, const char *name)
{
    const char *value = pair_value(visit->form, visit->n_form, name);

    return value ? value : "";
}

const char *visit_word(const struct visit *visit, const char *key)
{
    return dictionary_word(visit->page->dictionary, visit->language, key);
}

const char *visit_name(const struct visit *visit, const char *kind, const char *value)
{
    struct json_object *facts = facts_choice(NULL, kind, value);
    const char *error,
        *words = words_render(visit->exchange, visit->looks->words, visit->language, kind, facts, &error);

    json_object_put(facts);
    return words && *words ? words : value;
}

const char *visit_masked(void *mem, const char *phone)
{
    size_t length = strlen(phone);

    if (length < 8)
        return phone;
    phone += strncmp(phone, "+86", 3) == 0 ? 3 : 0;
    return talloc_asprintf(mem, "%.3s****%s", phone, phone + strlen(phone) - 4);
}

const char *visit_who(struct visit *visit, const char *phone)
{
    return visit_who_in(visit, phone, false);
}

const char *visit_who_in(struct visit *visit, const char *phone, bool is_anonymous)
{
    struct person *person = NULL;

    if (!phone || !*phone)
        return "";
    if (*phone != '+')
        return strlen(phone) < 4 || *phone < 'a' ? phone : visit_word(visit, phone);
    if (!store_person(visit->turn.store, visit->exchange, phone, &person) || !person || !person->roles ||
        !*person->name)
        return is_anonymous ? visit_word(visit, "anonymous") : visit_masked(visit->exchange, phone);
    return *person->title ? talloc_asprintf(visit->exchange, "%s（%s）", person->name, person->title)
                          : person->name;
}

void visit_shows(struct visit *visit, const struct case_ *case_)
{
    if (!strstr(visit->cases, case_->number))
        visit->cases = talloc_asprintf_append(visit->cases, "%s%s", *visit->cases ? " " : "", case_->number);
}

void visit_add_headers(struct exchange *exchange)
{
    exchange_add_header(exchange, "Content-Security-Policy", policy);
    exchange_add_header(exchange, "Referrer-Policy", "same-origin");
    exchange_add_header(exchange, "X-Frame-Options", "DENY");
}

struct viewing_job {
    struct page_view view;
    const char *hash;
    bool is_view, is_quiet;
};

static bool note_view(struct turn *turn, void *arg)
{
    const struct viewing_job *job = arg;

    return (job->is_quiet || store_see_session(turn->store, job->hash, job->view.at)) &&
           (!job->is_view || store_add_page_view(turn->store, &job->view));
}

/* Path and query, without what names the command that led there. */
static const char *asked(const struct visit *visit)
{
    const char *uri = visit->exchange->uri, *done = strstr(uri, "?done=");
    size_t length = done ? (size_t)(done - uri) : strlen(uri);

    return talloc_strndup(visit->exchange, uri, length < ASKED_MOST ? length : ASKED_MOST);
}

static bool note(struct visit *visit)
{
    bool is_view = visit->row && visit->row->is_view;
    struct viewing_job job = { .is_view = is_view, .is_quiet = visit->row && visit->row->is_quiet };

    store_end_reading(visit->turn.store); /* the desk takes its time */
    if (!visit->session || (!is_view && visit->exchange->now - visit->session->seen_at < 60))
        return true;
    job.hash = visit->session->hash;
    job.view = (struct page_view){ .at = visit->exchange->now,
                                   .phone = visit->person->phone,
                                   .address = visit->address,
                                   .asked = asked(visit),
                                   .cases = visit->cases };
    return desk_do(visit->page->desk, note_view, &job);
}

/* How far the page shows what happens: the live stream goes on from there. */
static void add_marks(struct visit *visit)
{
    char last[MARK_SIZE], of_case[MARK_SIZE] = "";

    marks_of(last, visit->session->csrf, visit->last);
    if (visit->last_of_case)
        marks_of(of_case, visit->session->csrf, visit->last_of_case);
    fill_text(visit->data, "last", talloc_asprintf(visit->exchange, "%s.%s", last, of_case));
}

static void add_frame(struct visit *visit)
{
    struct json_object *data = visit->data;

    json_object_object_add(data, "w", dictionary_all(visit->page->dictionary, visit->language));
    fill_text(data, "lang", strcmp(visit->language, "en") == 0 ? "en" : "zh-CN");
    fill_flag(data, "english", strcmp(visit->language, "en") == 0);
    fill_text(data, "county", visit->page->config->county);
    fill_time(data, "now", visit->exchange->now, visit->exchange->now);
    if (!visit->session)
        return;
    add_marks(visit);
    fill_text(data, "csrf", visit->session->csrf);
    fill_text(data, "me",
              *visit->person->name ? visit->person->name
                                   : visit_masked(visit->exchange, visit->person->phone));
    fill_flag(data, "is_leader", visit->person->roles & (ROLE_LEADER | ROLE_SUPERVISOR));
    fill_flag(data, "sees_lines",
              visit->person->roles & (ROLE_OPERATOR | ROLE_CLERK | ROLE_LEADER | ROLE_SUPERVISOR));
    fill_flag(data, "is_supervisor", visit->person->roles & ROLE_SUPERVISOR);
    fill_flag(data, "is_operator", visit->person->roles & (ROLE_OPERATOR | ROLE_CLERK));
    fill_flag(data, "keeps", visit->person->roles & ROLE_OPERATOR);
    fill_flag(data, "has_round", visit->person->roles & (ROLE_CADRE | ROLE_LEADER));
    fill_flag(data, "can_file", visit->person->roles & (ROLE_CADRE | ROLE_LEADER | ROLE_CLERK));
}

static char *render(struct visit *visit, const char *name)
{
    const struct template *template = template_set_find(visit->looks->set, name, TEMPLATE_HTML);
    const char *error = "no such template";
    char *text = NULL, *kept;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    bool is_good = template && template_set_render(visit->looks->set, template, visit->data, out, &error);

    fclose(out);
    kept = is_good ? talloc_strdup(visit->exchange, text) : NULL;
    if (!is_good)
        log_error("page: %s: %s", name, error);
    free(text);
    return kept;
}

void visit_show(struct visit *visit, int status, const char *name)
{
    const char *text;

    if (!note(visit)) {
        exchange_refuse(visit->exchange, 503, "the store is not available");
        return;
    }
    add_frame(visit);
    text = render(visit, name);
    visit_add_headers(visit->exchange);
    exchange_add_header(visit->exchange, "Set-Cookie", visit->cookie);
    if (text)
        exchange_answer(visit->exchange, status, "text/html; charset=utf-8", text);
    else
        exchange_refuse(visit->exchange, 500, "the page cannot be made");
}

void visit_send(struct visit *visit, const char *type, const char *file, const char *text)
{
    if (!note(visit)) {
        exchange_refuse(visit->exchange, 503, "the store is not available");
        return;
    }
    visit_add_headers(visit->exchange);
    exchange_add_header(visit->exchange, "Set-Cookie", visit->cookie);
    if (file)
        exchange_add_header(visit->exchange, "Content-Disposition",
                            talloc_asprintf(visit->exchange, "attachment; filename=\"%s\"", file));
    exchange_answer(visit->exchange, 200, type, text);
}

void visit_go(struct visit *visit, const char *path)
{
    visit_add_headers(visit->exchange);
    exchange_add_header(visit->exchange, "Set-Cookie", visit->cookie);
    exchange_add_header(visit->exchange, "Location", talloc_asprintf(visit->exchange, "/page/%s", path));
    exchange_answer(visit->exchange, 303, "text/html; charset=utf-8", "");
}

void visit_refuse(struct visit *visit, int status, const char *key)
{
    fill_text(visit->data, "problem", visit_word(visit, key));
    visit->row = NULL;
    visit_show(visit, status, "problem.html");
}

void visit_absent(struct visit *visit)
{
    int64_t passed;

    visit_refuse(visit, 404, "absent");
    passed = clock_ticks_us() - visit->exchange->started_us;
    usleep((useconds_t)(ABSENT_US - passed % ABSENT_US));
}

void visit_failed(struct visit *visit)
{
    log_error("page: %s", turn_error(&visit->turn));
    exchange_add_header(visit->exchange, "Retry-After", "5");
    visit_refuse(visit, 503, "busy");
}

static const struct visit_row *find_row(const char *method, const char *path, const char **rest)
{
    for (const struct visit_row *row = visit_rows; row->method; row++) {
        size_t length = strlen(row->path);
        bool is_folder = length > 0 && row->path[length - 1] == '/';

        if (strcmp(row->method, method) != 0 || strncmp(row->path, path, length) != 0 ||
            (!is_folder && path[length]))
            continue;
        *rest = path + length;
        return row;
    }
    return NULL;
}

/* Refuses forms sent by other sites, whatever cookie comes with them. */
static bool is_ours(const struct visit *visit)
{
    const struct exchange *exchange = visit->exchange;
    const char *origin = exchange_header(exchange, "Origin"), *host = exchange_header(exchange, "Host");
    const char *site = exchange_header(exchange, "Sec-Fetch-Site"),
               *url = visit->page->config->http_public_url;
    const char *mark = origin ? strstr(origin, "://") : NULL;

    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return false;
    if (!origin)
        return true;
    if (url && strncmp(origin, url, strlen(origin)) == 0 &&
        strspn(url + strlen(origin), "/") == strlen(url + strlen(origin)))
        return true;
    return mark && host && strcmp(mark + 3, host) == 0;
}

static bool read_request(struct visit *visit)
{
    struct exchange *exchange = visit->exchange;

    return exchange_query(exchange, &visit->query, &visit->n_query) &&
           form_parse(exchange, exchange->body ? exchange->body : "", exchange->length, &visit->form,
                      &visit->n_form);
}

static void dispatch_row(struct visit *visit)
{
    bool is_post = strcmp(visit->exchange->method, "POST") == 0;

    /* NOLINTBEGIN(bugprone-branch-clone): what is asked first matters */
    if (!visit->is_read)
        visit_refuse(visit, 400, "malformed");
    else if (is_post && !is_ours(visit))
        visit_refuse(visit, 403, "other_site");
    else if (visit->row && visit->row->roles == FOR_STRANGERS)
        visit->row->run(visit);
    else if (!visit->session)
        sign_ask(visit);
    else if (!visit->row || !visit_may(visit, visit->row->roles))
        visit_absent(visit);
    else if (is_post && !sign_is_csrf(visit))
        visit_refuse(visit, 403, "other_site");
    else if (!is_post && visit->row->is_view && !store_begin_reading(visit->turn.store))
        visit_failed(visit);
    else
        visit->row->run(visit);
    /* NOLINTEND(bugprone-branch-clone) */
}

void visit_serve(struct exchange *exchange)
{
    struct page *page = exchange->server->more_arg;
    struct visit *visit = talloc_zero(exchange, struct visit);
    const char *method = strcmp(exchange->method, "HEAD") == 0 ? "GET" : exchange->method;
    const struct understanding *understanding = desk_hold(page->desk);
    char address[64];

    visit->page = page;
    visit->looks = looks_hold(page);
    visit->exchange = exchange;
    visit->turn = (struct turn){ .mem = exchange,
                                 .store = exchange->store,
                                 .config = page->config,
                                 .words = visit->looks->words,
                                 .understanding = understanding,
                                 .now = exchange->now };
    visit->address = talloc_strdup(
        exchange, address_text((const struct sockaddr *)&exchange->client, address, sizeof address));
    visit->language = page->config->language;
    visit->cases = talloc_strdup(exchange, "");
    visit->data = json_object_new_object();
    visit->row = find_row(method, exchange->rest, &visit->rest);
    visit->is_read = read_request(visit);
    /* read first, so that the stream tells of steps taken while the page is made */
    if (sign_find(visit) && (!visit->session || marks_newest(&visit->turn, visit->person, &visit->last)))
        dispatch_row(visit);
    else
        visit_failed(visit);
    store_end_reading(visit->turn.store);
    json_object_put(visit->data);
    looks_release(page, visit->looks);
    desk_release(page->desk, understanding);
}

void visit_root(struct exchange *exchange)
{
    visit_add_headers(exchange);
    exchange_add_header(exchange, "Location", "/page/home");
    exchange_answer(exchange, 302, "text/html; charset=utf-8", "");
}
