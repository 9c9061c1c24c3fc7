#include "gateway/conversation/talk.h"

#include <string.h>
#include <talloc.h>

#include "gateway/conversation/budget.h"
#include "gateway/conversation/danger.h"
#include "gateway/conversation/held.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "gateway/turn/own_text.h"
#include "gateway/turn/owner.h"
#include "store/notices.h"
#include "store/questions.h"

enum {
    MOST_COMMANDS = 64,
    SAME_TIMES = 3, /* the same text this often mutes the answer */
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

bool talk_done(struct talk *talk, enum event_outcome outcome, const struct case_ *case_, const char *why)
{
    talk->event->outcome = event_outcome_name(outcome);
    talk->event->why = talk->is_withheld ? "not answered: too many answers" : why ? why : "";
    talk->event->case_id = case_ ? case_->id : 0;
    return true;
}

bool talk_answer(struct talk *talk, const char *name, struct json_object *data, const struct case_ *case_)
{
    bool may = false, is_on_page = strcmp(talk->event->line, EVENT_LINE_PAGE) == 0;

    if (danger_holds(talk, name)) {
        json_object_put(data);
        return true;
    }
    if (talk->held) {
        held_add(talk->held, name, data, case_);
        return true;
    }
    data = facts_flag(data, "cadre", talk->person->roles != 0);
    if (talk->is_meant)
        data = facts_text(facts_flag(data, "own_words", true), "county", talk->turn->config->county, 0);
    may = is_on_page;
    if (!may && !talk->is_muted && !budget_take(talk, name, &may)) {
        json_object_put(data);
        return false;
    }
    if (!may) {
        talk->is_withheld |= !talk->is_muted;
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
                                    .is_on_page = is_on_page,
                                    .is_danger = danger_is_told(talk),
                                    .person = talk->person },
                  NULL);
}

bool talk_answer_once_a_day(struct talk *talk, const char *name, const char *why)
{
    struct notice *last;

    if (!store_last_notice(talk->turn->store, talk->turn->mem, talk->event->from, name, &last))
        return false;
    if (last && talk->turn->now - last->created_at < DAY_SECONDS)
        return talk_done(talk, OUTCOME_IGNORED, NULL, why);
    return talk_answer(talk, name, NULL, NULL) && talk_done(talk, OUTCOME_ANSWERED, NULL, why);
}

bool talk_case_facts(struct talk *talk, const struct case_ *case_, const char *words,
                     struct json_object **facts)
{
    const char *unreached = NULL;

    if ((talk->person->roles && !notify_unreached(talk->turn, case_, &unreached)) ||
        !facts_of_case(talk->turn, case_, facts))
        return false;
    if (unreached) /* whoever works on it is told that the reporter is not */
        facts_choice(*facts, "unreached", unreached);
    facts_text(*facts, "words", words, CLIP_WORDS);
    return true;
}

bool talk_answer_case(struct talk *talk, const char *name, const struct case_ *case_, const char *words)
{
    struct json_object *facts;

    return talk_case_facts(talk, case_, words, &facts) && talk_answer(talk, name, facts, case_);
}

/* For an example: their own latest case, if they have any. */
static bool add_own_number(struct talk *talk, const char **number)
{
    struct case_filter own = {
        .reporter = talk->event->from, .since = talk->since, .newest_first = true, .limit = 1
    };
    struct case_ *cases;
    size_t n;

    if (talk->person->roles)
        return true;
    if (!store_cases(talk->turn->store, talk->turn->mem, &own, &cases, &n))
        return false;
    if (n > 0)
        *number = cases[0].number;
    return true;
}

bool talk_answer_form(struct talk *talk, const char *number)
{
    char invented[CASE_NUMBER_SIZE];

    if (!number && !add_own_number(talk, &number))
        return false;
    case_number_make(invented, 26, -1, 1);
    return talk_answer(talk, talk->command->form, facts_text(NULL, "number", number ? number : invented, 0),
                       NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, "wrong form");
}

bool talk_ask(struct turn *turn, const char *phone, enum question_kind kind, int64_t case_id,
              const char *data)
{
    return store_ask(turn->store, &(struct question){ .phone = phone,
                                                      .kind = kind,
                                                      .case_id = case_id,
                                                      .data = data,
                                                      .asked_at = turn->now,
                                                      .expires_at = turn->now + QUESTION_SECONDS });
}

/* A question about a case of the former owner is not asked of the new one. */
static bool drop_former_question(struct talk *talk)
{
    struct turn *turn = talk->turn;
    struct case_ *case_ = NULL;

    if (talk->question && talk->question->case_id &&
        !store_case(turn->store, turn->mem, talk->question->case_id, &case_))
        return false;
    if (!case_ || !owner_is_past(talk->person, case_->received_at))
        return true;
    talk->question = NULL;
    return store_answer_question(turn->store, talk->event->from);
}

bool talk_set_owner(struct talk *talk, int64_t since)
{
    talk->person->owner_since = since;
    return store_set_owner_since(talk->turn->store, talk->event->from, since) && drop_former_question(talk);
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
        !talk_set_owner(talk, turn->now - SILENT_SECONDS))
        return false;
    talk->since = person->owner_since;
    /* the page is no line by which they could be answered later */
    return store_see_person(turn->store, event->from,
                            strcmp(event->line, EVENT_LINE_PAGE) == 0 ? person->line : event->line,
                            turn->now);
}

bool talk_last_text(struct talk *talk, struct event **last)
{
    struct turn *turn = talk->turn;

    return store_last_text(turn->store, turn->mem, talk->event->from, talk->event->id, last) &&
           (!*last || own_text_strip(turn, talk->event->from, &(*last)->text));
}

void talk_follow_language(struct talk *talk)
{
    if (!*talk->person->language && !talk->person->is_greeted && talk->understood->language)
        talk->person->language = talk->understood->language;
}

bool talk_mute_repeated(struct talk *talk, int64_t seconds)
{
    int count = 1; /* this text */

    if (!talk->is_first && !store_count_same_text(talk->turn->store, talk->event->from, talk->event->text,
                                                  talk->turn->now - seconds, &count))
        return false;
    talk->is_muted = count >= SAME_TIMES;
    return true;
}

bool talk_mute_alike(struct talk *talk)
{
    int count = 1;

    if (!talk->is_first && !store_count_alike_texts(talk->turn->store, talk->event->from, talk->event->text,
                                                    talk->turn->now - DAY_SECONDS, &count))
        return false;
    talk->is_muted = count >= SAME_TIMES;
    return true;
}
