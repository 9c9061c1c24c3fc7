#include "gateway/turn/notify.h"

#include <string.h>
#include <talloc.h>

#include "gateway/turn/calling.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/inquiry.h"
#include "gateway/turn/owner.h"
#include "gateway/turn/sanitise.h"
#include "modem/pdu/segment.h"
#include "store/events.h"

int64_t notify_quiet_until(const struct config *config, int64_t at)
{
    int from = config->quiet_from, until = config->quiet_until, now = date_minutes(at);
    bool is_over_midnight = from > until;
    bool is_quiet = is_over_midnight ? now >= from || now < until : now >= from && now < until;

    if (!is_quiet)
        return 0;
    return date_moment(date_plus(date_of(at), is_over_midnight && now >= from ? 1 : 0), until);
}

int64_t notify_after_quiet(const struct config *config, int64_t at)
{
    int64_t until = notify_quiet_until(config, at);

    return until ? until : at;
}

enum { ONE_TIME_DIGITS = 6 };

const char *notify_kept_words(void *mem, const struct notice *notice)
{
    size_t length = strcmp(notice->name, "filed-code") == 0 ? INQUIRY_DIGITS : ONE_TIME_DIGITS;
    char *words;

    if (!notice_is_secret(notice->name))
        return NULL;
    words = talloc_strdup(mem, notice->text);
    for (char *c = words; *c;) {
        size_t digits = strspn(c, "0123456789");

        if (digits == length) /* a case number has more */
            memset(c, '*', digits);
        c += digits ? digits : 1;
    }
    return words;
}

static bool can_send_by(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->n_modems; i++)
        if (strcmp(config->modems[i].name, name) == 0)
            return config->modems[i].sends;
    for (size_t i = 0; i < config->n_providers; i++)
        if (strcmp(config->providers[i].name, name) == 0)
            return config->providers[i].sends;
    return false;
}

/* The line whose prefix matches the most digits of the number so far. */
struct destination {
    const char *to, *line;
    size_t longest;
};

static void try_prefixes(struct destination *found, const char *line, const char **prefixes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(prefixes[i]);

        if (length > found->longest && strncmp(found->to, prefixes[i], length) == 0) {
            found->longest = length;
            found->line = line;
        }
    }
}

static const char *line_by_route(const struct config *config, const char *to)
{
    struct destination found = { .to = to, .line = "" };

    for (size_t i = 0; i < config->n_modems; i++)
        if (config->modems[i].sends)
            try_prefixes(&found, config->modems[i].name, config->modems[i].prefixes,
                         config->modems[i].n_prefixes);
    for (size_t i = 0; i < config->n_providers; i++)
        if (config->providers[i].sends)
            try_prefixes(&found, config->providers[i].name, config->providers[i].prefixes,
                         config->providers[i].n_prefixes);
    return found.line;
}

static const char *choose_line(const struct config *config, const struct notify *request,
                               const struct person *person)
{
    if (request->line && can_send_by(config, request->line))
        return request->line;
    if (person && person->line && can_send_by(config, person->line))
        return person->line;
    return line_by_route(config, request->to);
}

/*
 * The one place that decides whether somebody is called instead of texted: news of their own case, for those
 * who do not read and those whose telephone takes no texts. Answers to what somebody sent go as texts.
 */
static bool is_called(const struct turn *turn, const struct notify *request, const struct person *person)
{
    bool is_news = request->own_case && request->priority != PRIORITY_ANSWER && !request->is_operators;
    bool wants_calls = calling_is_landline(request->to) || (person && person->is_called && !person->roles);

    return is_news && wants_calls && calling_may(turn->config, request->to);
}

static bool may_hear(const struct turn *turn, const struct notify *request, const struct person *person)
{
    if (request->is_operators)
        return true;
    if (sender_is_automatic(request->to))
        return false;
    if (calling_is_landline(request->to) && !is_called(turn, request, person))
        return false;
    if (!person)
        return true;
    if (person->muted_until > turn->now && !request->is_danger)
        return false;
    return !person->is_stopped || request->is_danger || request->priority == PRIORITY_ANSWER ||
           (person->roles && !request->own_case);
}

static bool find_person(struct turn *turn, const struct notify *request, const struct person **person)
{
    struct person *found = NULL;

    *person = request->person;
    if (*person)
        return true;
    if (!store_person(turn->store, turn->mem, request->to, &found))
        return false;
    *person = found;
    return true;
}

static const char *why_unreached(const struct turn *turn, const struct case_ *case_,
                                 const struct person *person)
{
    const struct notify news = { .to = case_->reporter, .priority = PRIORITY_NOTICE, .own_case = case_ };

    if (!strpbrk(case_->reporter, "0123456789"))
        return "no_phone";
    if (person && owner_is_past(person, case_->received_at))
        return "new_owner";
    if (may_hear(turn, &news, person))
        return NULL;
    return person && person->is_stopped ? "stopped" : "no_texts";
}

bool notify_unreached(struct turn *turn, const struct case_ *case_, const char **why)
{
    struct person *person;

    if (!store_person(turn->store, turn->mem, case_->reporter, &person))
        return false;
    *why = why_unreached(turn, case_, person);
    return true;
}

/* The data is kept only where a provider has templates of its own and fills them in. */
static const char *kept_data(struct turn *turn, const struct notify *request)
{
    for (size_t i = 0; request->data && i < turn->config->n_providers; i++)
        if (turn->config->providers[i].n_templates > 0)
            return talloc_strdup(turn->mem,
                                 json_object_to_json_string_ext(request->data, JSON_C_TO_STRING_PLAIN));
    return "";
}

static bool put_in_outbox(struct turn *turn, const struct notify *request, const struct person *person,
                          const char *words, const char *data, int64_t *notice_id)
{
    /* texts go out by the clock, even when the calendar has been moved ahead */
    int64_t due = (request->not_before > turn->now ? request->not_before : turn->now) - turn->ahead;
    const char *clean = sanitise_text(turn->mem, words, true);
    bool is_shown = request->is_on_page && !notice_is_secret(request->name);
    bool any_hour = request->priority == PRIORITY_ANSWER || request->is_operators || request->is_danger;
    bool calls = !is_shown && is_called(turn, request, person);
    struct notice notice = {
        .to = request->to,
        .text = talloc_asprintf(turn->mem, "%s%s", is_shown ? "" : turn->config->signature, clean),
        .name = request->name,
        .line = is_shown ? EVENT_LINE_PAGE
                : calls  ? CALLING_LINE
                         : choose_line(turn->config, request, person),
        .state = is_shown ? NOTICE_DELIVERED : NOTICE_READY,
        .priority = request->priority,
        .any_hour = any_hour,
        .due_at = any_hour ? due
                  : calls  ? calling_after(turn->config, due)
                           : notify_after_quiet(turn->config, due),
        .reference = -1,
        .case_id = request->case_id,
        .step_id = request->step_id,
        .event_id = request->event_id,
        .created_at = turn->now,
        .sent_at = is_shown ? turn->now : 0,
        .settled_at = is_shown ? turn->now : 0,
        .why = "",
        .data = data,
        .own_case_at = request->own_case ? request->own_case->received_at : 0,
    };

    if (!store_add_notice(turn->store, &notice))
        return false;
    turn->has_notices |= !is_shown;
    *notice_id = notice.id;
    return true;
}

bool notify_words(struct turn *turn, const struct notify *request, const char *words, int64_t *notice_id)
{
    const struct person *person;
    int64_t ignored;

    if (!notice_id)
        notice_id = &ignored;
    *notice_id = 0;
    if (!find_person(turn, request, &person))
        return false;
    return !may_hear(turn, request, person) || put_in_outbox(turn, request, person, words, "", notice_id);
}

bool notify_call(struct turn *turn, const struct notify *request, const char *words, int64_t *notice_id)
{
    int64_t due = (request->not_before > turn->now ? request->not_before : turn->now) - turn->ahead;
    struct notice notice = {
        .to = request->to,
        .text = words,
        .name = request->name,
        .line = CALLING_LINE,
        .state = NOTICE_READY,
        .priority = request->priority,
        .any_hour = request->is_danger,
        .due_at = request->is_danger ? due : calling_after(turn->config, due),
        .reference = -1,
        .case_id = request->case_id,
        .step_id = request->step_id,
        .event_id = request->event_id,
        .created_at = turn->now,
        .why = "",
        .data = "",
    };

    *notice_id = 0;
    if (!calling_may(turn->config, request->to))
        return true;
    if (!store_add_notice(turn->store, &notice))
        return false;
    turn->has_notices = true;
    *notice_id = notice.id;
    return true;
}

/* What a template says only where there is room for it is left out of a text of several messages. */
static const char *render(struct turn *turn, const struct notify *request, const char *language)
{
    struct json_object *data = request->data;
    const char *error = NULL, *words = NULL;
    bool is_long = false;

    if (data)
        facts_flag(data, "room", true);
    words = words_render(turn->mem, turn->words, language, request->name, data, &error);
    if (data && words)
        is_long = segment_count(talloc_asprintf(turn->mem, "%s%s", turn->config->signature, words), NULL) > 1;
    if (data)
        json_object_object_del(data, "room");
    if (is_long)
        words = words_render(turn->mem, turn->words, language, request->name, data, &error);
    if (!words)
        turn->error = error;
    return words;
}

bool notify(struct turn *turn, const struct notify *request, int64_t *notice_id)
{
    const struct person *person;
    const char *language, *words, *data;
    int64_t ignored;

    if (!notice_id)
        notice_id = &ignored;
    *notice_id = 0;
    if (!find_person(turn, request, &person)) {
        json_object_put(request->data);
        return false;
    }
    if (!may_hear(turn, request, person)) {
        json_object_put(request->data);
        return true;
    }
    language = person && person->language && *person->language ? person->language : turn->config->language;
    words = render(turn, request, language);
    data = kept_data(turn, request);
    json_object_put(request->data);
    return words && put_in_outbox(turn, request, person, words, data, notice_id);
}
