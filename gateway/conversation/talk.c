#include "gateway/conversation/talk.h"

#include <string.h>
#include <talloc.h>

#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "store/notices.h"

enum {
    MOST_COMMANDS = 64,
    LISTED = 3,
    SAME_TIMES = 3,                    /* the same text so often mutes the answer */
    SILENT_SECONDS = 183 * DAY_SECONDS /* then a number may have a new owner */
};

typedef bool matching(const struct keyword *table, void *mem, const struct normal *normal,
                      struct keyword_match *match);

static bool find_command(struct talk *talk, const struct keyword_command *commands, matching *match)
{
    struct keyword table[MOST_COMMANDS + 1] = { { 0 } };

    for (int i = 0; i < MOST_COMMANDS && commands[i].words; i++)
        table[i] = (struct keyword){ commands[i].words, i, commands[i].takes };
    if (!match(table, talk->turn->mem, &talk->understood->normal, &talk->match))
        return false;
    talk->command = &commands[talk->match.keyword->id];
    talk->match.keyword = NULL; /* the table above is gone after this */
    return true;
}

bool talk_find_command(struct talk *talk, const struct keyword_command *commands)
{
    return find_command(talk, commands, keyword_match);
}

bool talk_find_lacking(struct talk *talk, const struct keyword_command *commands)
{
    return find_command(talk, commands, keyword_match_lacking);
}

const struct keyword_command *talk_command_of(const struct keyword_command *commands, const char *word)
{
    size_t length = strlen(word);

    for (; commands->words; commands++)
        if (strcspn(commands->words, "|") == length && strncmp(commands->words, word, length) == 0)
            return commands;
    return NULL;
}

bool talk_done(struct talk *talk, const char *outcome, const struct case_ *case_, const char *why)
{
    talk->event->outcome = outcome;
    talk->event->why = why ? why : "";
    talk->event->case_id = case_ ? case_->id : 0;
    return true;
}

bool talk_answer(struct talk *talk, const char *name, struct json_object *data, const struct case_ *case_)
{
    if (talk->is_muted) {
        json_object_put(data);
        return true;
    }
    return notify(talk->turn,
                  &(struct notify){ .to = talk->event->from,
                                    .name = name,
                                    .data = data,
                                    .priority = PRIORITY_ANSWER,
                                    .line = talk->event->line,
                                    .case_id = case_ ? case_->id : 0,
                                    .event_id = talk->event->id,
                                    .person = talk->person },
                  NULL);
}

bool talk_answer_once_a_day(struct talk *talk, const char *name, const char *why)
{
    struct notice *last;

    if (!store_last_notice(talk->turn->store, talk->turn->mem, talk->event->from, name, &last))
        return false;
    if (last && talk->turn->now - last->created_at < DAY_SECONDS)
        return talk_done(talk, "ignored", NULL, why);
    return talk_answer(talk, name, NULL, NULL) && talk_done(talk, "answered", NULL, why);
}

bool talk_answer_case(struct talk *talk, const char *name, const struct case_ *case_, const char *words)
{
    struct json_object *facts;

    if (!facts_of_case(talk->turn, case_, &facts))
        return false;
    facts_text(facts, "words", words, CLIP_WORDS);
    return talk_answer(talk, name, facts, case_);
}

bool talk_answer_form(struct talk *talk, const char *number)
{
    char invented[CASE_NUMBER_SIZE];

    case_number_make(invented, 26, -1, 1);
    return talk_answer(talk, talk->command->form, facts_text(NULL, "number", number ? number : invented, 0),
                       NULL) &&
           talk_done(talk, "command", NULL, "wrong form");
}

bool talk_ask(struct turn *turn, const char *phone, const char *kind, int64_t case_id, const char *data)
{
    return store_ask(turn->store, &(struct question){ .phone = phone,
                                                      .kind = kind,
                                                      .case_id = case_id,
                                                      .data = data,
                                                      .asked_at = turn->now,
                                                      .expires_at = turn->now + QUESTION_SECONDS });
}

bool talk_numbered_case(struct talk *talk, enum number_kind kind, const char *number, struct case_ **case_)
{
    unsigned standing = 0;

    *case_ = NULL;
    if (kind == NUMBER_WRONG)
        return talk_answer(talk, "wrong-number", facts_text(NULL, "number", number, 0), NULL) &&
               talk_done(talk, "command", NULL, "wrong number");
    if (!store_case_by_number(talk->turn->store, talk->turn->mem, number, case_))
        return false;
    if (*case_ && !cases_standing(talk->turn, *case_, talk->person, &standing))
        return false;
    if (standing)
        return true;
    *case_ = NULL;
    return talk_answer(talk, "no-such-case", facts_text(NULL, "number", number, 0), NULL) &&
           talk_done(talk, "command", NULL, "no such case");
}

/* The command as it was, for when a line of the list is chosen: its word, rating, count and rest. */
static bool ask_which(struct talk *talk, const struct case_ *cases, size_t n)
{
    char *data = talloc_asprintf(talk->turn->mem, "%.*s\t%d\t%d", (int)strcspn(talk->command->words, "|"),
                                 talk->command->words, talk->match.rating, talk->match.count);
    struct json_object *list = json_object_new_array(), *facts = json_object_new_object();

    for (size_t i = 0; i < n && i < LISTED; i++) {
        struct json_object *one = facts_in_brief(&cases[i]);

        facts_number(one, "index", (int64_t)i + 1);
        facts_text(one, "text", cases[i].text, 6);
        json_object_array_add(list, one);
        data = talloc_asprintf_append(data, "%c%s", i ? ',' : '\t', cases[i].number);
    }
    data = talloc_asprintf_append(data, "\t%s", talk->match.rest ? talk->match.rest : "");
    json_object_object_add(facts, "cases", list);
    if (!data || !talk_ask(talk->turn, talk->event->from, "list", 0, data)) {
        json_object_put(facts);
        return false;
    }
    return talk_answer(talk, "which-case", facts, NULL) &&
           talk_done(talk, "command", NULL, "asked which case");
}

static bool keep_visible(struct talk *talk, struct case_ *cases, size_t *n)
{
    size_t kept = 0;

    for (size_t i = 0; i < *n; i++) {
        unsigned standing;

        if (!cases_standing(talk->turn, &cases[i], talk->person, &standing))
            return false;
        if (standing)
            cases[kept++] = cases[i];
    }
    *n = kept;
    return true;
}

/* What its reporter cannot do with an open case waits for its closing. */
static const char *why_not(const struct talk *talk, const struct case_ *case_, const char *refusal)
{
    bool is_open = case_state_is_open(case_->state);
    bool is_theirs = strcmp(case_->reporter, talk->event->from) == 0;

    return is_open && is_theirs && strcmp(refusal, "not-now") == 0 ? "not-yet" : refusal;
}

/* Of whoever reported something the latest case is named, and why it cannot be this one. */
static bool answer_none(struct talk *talk)
{
    struct case_filter filter = { .reporter = talk->event->from,
                                  .since = talk->turn->now - SILENT_SECONDS,
                                  .newest_first = true,
                                  .limit = 1 };
    struct case_ *latest;
    size_t n;

    if (!store_cases(talk->turn->store, talk->turn->mem, &filter, &latest, &n))
        return false;
    if (n == 0 || talk->person->roles)
        return talk_answer(talk, "no-open-case", NULL, NULL) &&
               talk_done(talk, "command", NULL, "no open case");
    return talk_answer_case(talk, why_not(talk, latest, "not-now"), latest, "") &&
           talk_done(talk, "command", latest, "no open case");
}

bool talk_case(struct talk *talk, const struct case_filter *filter, struct case_ **case_)
{
    struct case_filter newest = *filter;
    struct case_ *cases;
    size_t n;

    *case_ = NULL;
    if (talk->match.number_kind != NUMBER_NONE)
        return talk_numbered_case(talk, talk->match.number_kind, talk->match.number, case_);
    newest.newest_first = true;
    newest.limit = LISTED;
    if (!store_cases(talk->turn->store, talk->turn->mem, &newest, &cases, &n) ||
        !keep_visible(talk, cases, &n))
        return false;
    if (n == 0)
        return answer_none(talk);
    if (n > 1)
        return ask_which(talk, cases, n);
    *case_ = &cases[0];
    return true;
}

bool talk_step(struct talk *talk, struct action *action)
{
    action->by = talk->person;
    action->line = talk->event->line;
    action->event_id = talk->event->id;
    return cases_take(talk->turn, action);
}

bool talk_take(struct talk *talk, struct action *action, const char *name)
{
    if (!talk_step(talk, action))
        return false;
    if (action->refusal)
        name = why_not(talk, action->case_, action->refusal);
    return talk_answer_case(talk, name, action->case_, action->words) &&
           talk_done(talk, "command", action->case_, action->refusal);
}

bool talk_meet(struct talk *talk)
{
    struct turn *turn = talk->turn;
    struct event *event = talk->event;
    struct person *person;

    if (!store_person(turn->store, turn->mem, event->from, &person))
        return false;
    /* who never wrote may be asked all the same: a cadre filed the case for them */
    if (!store_question(turn->store, turn->mem, event->from, turn->now, &talk->question))
        return false;
    if (!person) {
        person = talloc_zero(turn->mem, struct person);
        *person =
            (struct person){ .phone = event->from, .name = "", .title = "", .language = "", .line = "" };
    }
    talk->person = person;
    talk->is_first = person->seen_at == 0;
    if (person->seen_at && turn->now - person->seen_at > SILENT_SECONDS &&
        !store_set(turn->store, talloc_asprintf(turn->mem, "returned %s", event->from),
                   talloc_asprintf(turn->mem, "%lld", (long long)turn->now)))
        return false;
    return store_see_person(turn->store, event->from, event->line, turn->now);
}

void talk_follow_language(struct talk *talk)
{
    if (!*talk->person->language && talk->understood->language)
        talk->person->language = talk->understood->language;
}

bool talk_count_same(struct talk *talk, int64_t seconds, int *count)
{
    *count = 1;
    if (talk->is_first)
        return true;
    return store_count_same_text(talk->turn->store, talk->event->from, talk->event->text,
                                 talk->turn->now - seconds, count);
}

bool talk_mute_repeated(struct talk *talk, int64_t seconds)
{
    int count;

    if (!talk_count_same(talk, seconds, &count))
        return false;
    talk->is_muted = count >= SAME_TIMES;
    return true;
}
