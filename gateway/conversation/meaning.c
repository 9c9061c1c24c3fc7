#include "gateway/conversation/meaning.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/joined.h"
#include "gateway/case/unanswered.h"
#include "gateway/conversation/cadre/cadre.h"
#include "gateway/conversation/follow_up.h"
#include "gateway/conversation/open_case.h"
#include "gateway/conversation/villager.h"
#include "gateway/turn/facts.h"
#include "gateway/understand/intent.h"
#include "store/questions.h"

enum { SHORT_QUESTION = 36 /* octets */ };

static const char taken[] = TAKEN_FOR;

bool meaning_was_taken(const struct event *last)
{
    return last->why && strncmp(last->why, taken, strlen(taken)) == 0;
}

/* The command that does what was meant, without number or words unless they are set afterwards. */
static void mean_command(struct talk *talk, const char *word)
{
    talk->command = talk_command_of(villager_commands, word);
    talk->match = (struct keyword_match){ .rest = "", .rest_normal = "" };
    if (talk->understood->mentions) {
        talk->match.number_kind = NUMBER_RIGHT;
        strncpy(talk->match.number, talk->understood->mentions, sizeof talk->match.number - 1);
    }
    talk->is_meant = true;
    talk_follow_language(talk);
}

bool meaning_note(struct talk *talk, const char *what)
{
    const char *why = talk->event->why ? talk->event->why : "";

    if (!talk->is_withheld)
        talk->event->why = talloc_asprintf(talk->turn->mem, "%s%s%s%s", taken, what, *why ? ": " : "", why);
    return true;
}

static bool run_meant(struct talk *talk, const char *word, const char *what)
{
    mean_command(talk, word);
    return talk_mute_repeated(talk, 3600) && talk->command->run(talk) && meaning_note(talk, what);
}

static bool read_situation(struct talk *talk, enum situation *situation)
{
    struct case_filter open = { .reporter = talk->event->from, .states = OPEN_STATES, .since = talk->since };
    int64_t n = 0;

    *situation = SITUATION_NONE;
    if (talk->question && talk->question->kind == QUESTION_RATING)
        *situation = SITUATION_RATING;
    else if (talk->question && talk->question->kind == QUESTION_PLACE)
        *situation = SITUATION_PLACE;
    else if (!store_count_cases(talk->turn->store, &open, &n))
        return false;
    else if (n > 0)
        *situation = SITUATION_OPEN;
    return true;
}

/* Danger, and words that accuse, are never asked about. */
static bool weighs(const struct talk *talk)
{
    return talk->understood->is_guarded || talk->understood->urgency == URGENCY_URGENT;
}

/* No word of danger stands in it: a model alone takes it for danger, and it knows few of the texts that
 * follow another. */
static bool is_guess(const struct talk *talk)
{
    enum danger danger = talk->understood->danger.kind;

    return !talk->understood->is_guarded && (danger == DANGER_NONE || danger == DANGER_LIKELY);
}

/* What was said while the rating was asked back, and this. */
static const char *with_asked(const struct talk *talk, const char *words)
{
    const char *asked = talk->question->data;

    return *asked ? talloc_asprintf(talk->turn->mem, "%s%s%s", asked, *words ? "\n" : "", words) : words;
}

/* Asks for a number; the text is kept as the remark of the rating that comes. */
static bool ask_for_number(struct talk *talk, const struct intent *intent)
{
    struct json_object *facts =
        facts_flag(NULL, "against", intent->kind == INTENT_RATE && intent->rating > 2);

    if (!talk_mute_repeated(talk, DAY_SECONDS) ||
        !talk_ask(talk->turn, talk->event->from, QUESTION_RATING, talk->question->case_id,
                  with_asked(talk, talk->event->text))) {
        json_object_put(facts);
        return false;
    }
    return talk_answer(talk, "rate-again", facts, NULL) &&
           talk_done(talk, OUTCOME_WAITING, NULL, ASKED_RATING);
}

/* What goes with the rating: what was asked back about, and the words of this text. */
static const char *remark(const struct talk *talk, const struct intent *intent)
{
    return with_asked(talk, talk->understood->rating == intent->rating ? talk->understood->rating_comment
                                                                       : talk->event->text);
}

/* More of a complaint that they texted since they were asked: what they texted before is further off than the
 * question. */
static bool goes_on_with_another(struct talk *talk, bool *is_so)
{
    struct case_ *joinable;
    struct event *last;

    *is_so = false;
    if (!follow_up_joinable(talk, &joinable))
        return false;
    if (!joinable || !case_state_is_open(joinable->state) || joinable->id == talk->question->case_id)
        return true;
    if (!store_last_text(talk->turn->store, talk->turn->mem, talk->event->from, talk->event->id, &last))
        return false;
    *is_so = last && last->received_at >= talk->question->asked_at;
    return true;
}

/* While a rating is asked for, 复查 or 查 is the command, what follows another complaint is more of that, and
 * a text of several messages tells a story; unless the text begins with a rating. */
static bool is_other(struct talk *talk, bool *is_so)
{
    *is_so = false;
    if (talk->understood->rating)
        return true;
    if (!goes_on_with_another(talk, is_so))
        return false;
    *is_so |= talk->event->total > 1;
    if (*is_so)
        return true;
    *is_so = talk_find_command(talk, villager_commands) ||
             (talk->person->roles &&
              (talk_find_command(talk, cadre_commands) || talk_find_lacking(talk, cadre_commands)));
    return *is_so || villager_means_answered(talk, is_so);
}

/* A second time only about what is a rating, if anything. */
static bool may_ask(const struct talk *talk, const struct intent *intent)
{
    return !*talk->question->data || intent->kind == INTENT_RATE;
}

/* Danger and accusations wait for no question: the text is the rating that it begins with, or what it most
 * looks like. Danger, and a complaint behind 1 or 2, become a case besides. */
static void hear_at_once(const struct talk *talk, struct intent *intent)
{
    bool is_urgent = talk->understood->urgency == URGENCY_URGENT;

    intent->asks = false;
    if (intent->kind == INTENT_BOTH && !intent->rating) /* no word of it rates */
        intent->kind = INTENT_COMPLAINT;
    if (intent->kind == INTENT_COMPLAINT && talk->understood->rating) {
        intent->rating = talk->understood->rating;
        intent->kind = intent->rating <= 2 ? INTENT_BOTH : INTENT_RATE;
    }
    if (intent->kind == INTENT_RATE && is_urgent)
        intent->kind = INTENT_BOTH;
}

bool meaning_rate(struct talk *talk, bool *is_handled)
{
    struct intent intent;
    struct case_ *case_;
    bool is_so;

    if (!is_other(talk, &is_so))
        return false;
    if (is_so)
        return true;

    intent_read(talk->turn->understanding, talk->turn->mem, talk->understood, SITUATION_RATING, &intent);
    if (weighs(talk))
        hear_at_once(talk, &intent);
    else if (intent.asks && talk->understood->kind == TEXT_CASE && may_ask(talk, &intent)) {
        *is_handled = true;
        return ask_for_number(talk, &intent);
    }
    if (intent.asks || (intent.kind != INTENT_RATE && intent.kind != INTENT_BOTH))
        return true;
    if (!store_case(talk->turn->store, talk->turn->mem, talk->question->case_id, &case_))
        return false;
    if (!case_)
        return true;
    *is_handled = true;
    talk->is_meant = intent.kind == INTENT_RATE && talk->understood->rating != intent.rating;
    if (!villager_rate(talk, case_, intent.rating,
                       intent.kind == INTENT_BOTH ? talk->question->data : remark(talk, &intent)))
        return false;
    /* of danger the place is asked for anew */
    return intent.kind == INTENT_BOTH ? open_case(talk, NULL, weighs(talk) ? 0 : case_->place, intent.hides)
                                      : meaning_note(talk, "a rating");
}

/* More of the open case: joins it; of several, the sender chooses. name: the text that says so. */
static bool add_meant(struct talk *talk, const char *name, const char *what)
{
    struct case_filter open = { .reporter = talk->event->from, .states = OPEN_STATES, .since = talk->since };
    struct action action = { .act = ACT_ADD, .words = talk->event->text, .understood = talk->understood };

    mean_command(talk, "补");
    talk->match.rest = talk->event->text;
    if (!talk_mute_repeated(talk, DAY_SECONDS) || !talk_case(talk, &open, &action.case_))
        return false;
    if (!action.case_)
        return meaning_note(talk, what);
    if (!talk_take(talk, &action, name))
        return false;
    return action.refusal ? meaning_note(talk, what) : talk_done(talk, OUTCOME_ADDED, action.case_, NULL);
}

/* Hides the number; words that accuse somebody are kept as well. That nobody shall know accuses nobody, and
 * no model knows that. */
static bool hide_meant(struct talk *talk)
{
    struct case_filter open = { .reporter = talk->event->from, .states = OPEN_STATES, .since = talk->since };
    struct action add = { .act = ACT_ADD, .words = talk->event->text, .understood = talk->understood };
    struct case_ *case_;

    mean_command(talk, "匿名");
    if (talk->understood->is_guarded_by_words) {
        if (!talk_case(talk, &open, &case_))
            return false;
        add.case_ = case_;
        if (case_ && !talk_step(talk, &add))
            return false;
        if (!case_)
            return meaning_note(talk, "a wish not to be named");
    }
    return talk->command->run(talk) && meaning_note(talk, "a wish not to be named");
}

static bool ask_meant(struct talk *talk, enum situation situation)
{
    return talk_mute_alike(talk) &&
           talk_answer(talk, "what-meant", facts_flag(NULL, "open", situation == SITUATION_OPEN), NULL) &&
           talk_done(talk, OUTCOME_WAITING, NULL, ASKED_MEANING);
}

/* Answers once a day; afterwards the event alone says what the text was. */
static bool answer_stray(struct talk *talk, const char *name, const char *what)
{
    talk->is_meant = true;
    talk_follow_language(talk);
    return talk_mute_repeated(talk, DAY_SECONDS) && talk_answer_once_a_day(talk, name, what);
}

/* A place that no list knows: the handler reads it all the same. */
static bool place_meant(struct talk *talk, bool *is_handled)
{
    struct action action = { .act = ACT_ADD, .words = talk->event->text, .understood = talk->understood };

    if (!store_case(talk->turn->store, talk->turn->mem, talk->question->case_id, &action.case_))
        return false;
    *is_handled = action.case_ && case_state_is_open(action.case_->state);
    if (!*is_handled)
        return true;
    mean_command(talk, "补");
    return store_answer_question(talk->turn->store, talk->event->from) && talk_take(talk, &action, "added") &&
           (action.refusal || talk_done(talk, OUTCOME_ADDED, action.case_, NULL)) &&
           meaning_note(talk, "a place");
}

/* Who works on a case of the former owner hears that its reporter cannot be reached there. */
static bool disown_cases(struct talk *talk)
{
    struct case_filter open = { .reporter = talk->event->from,
                                .states = OPEN_STATES | 1u << CASE_MERGED,
                                .since = talk->since };
    struct case_ *cases;
    size_t n;

    if (!store_cases(talk->turn->store, talk->turn->mem, &open, &cases, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct action disown = { .act = ACT_DISOWN, .words = talk->event->text };

        if (!joined_root(talk->turn, &cases[i], &disown.case_) ||
            (case_state_is_open(disown.case_->state) && !talk_step(talk, &disown)))
            return false;
    }
    return true;
}

/* "我没反映过，你们发错人了": nothing of the cases that were reported from this number goes there any more.
 */
static bool disown(struct talk *talk)
{
    struct case_filter own = { .reporter = talk->event->from, .since = talk->since };
    const char *before = talloc_asprintf(talk->turn->mem, "%lld", (long long)talk->person->owner_since);
    int64_t n;

    if (!store_count_cases(talk->turn->store, &own, &n))
        return false;
    if (n == 0)
        return answer_stray(talk, "help", "taken for a text to somebody else");
    talk->is_meant = true;
    talk_follow_language(talk);
    return disown_cases(talk) && talk_set_owner(talk, talk->turn->now) &&
           talk_ask(talk->turn, talk->event->from, QUESTION_OWNER, 0, before) &&
           talk_answer(talk, "disowned", NULL, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, NULL) &&
           meaning_note(talk, "words of a new owner");
}

/* 批下来了谢谢: who works on the open case wants to know. Without one it may still be meant otherwise. */
static bool take_thanks(struct talk *talk, enum situation situation)
{
    return situation == SITUATION_OPEN ? add_meant(talk, "joined", "more of a case")
                                       : answer_stray(talk, "thanks-heard", "taken for thanks");
}

bool meaning_thanks(struct talk *talk)
{
    enum situation situation;

    return read_situation(talk, &situation) && take_thanks(talk, situation);
}

static bool do_meant(struct talk *talk, enum situation situation, const struct intent *intent,
                     bool *is_handled)
{
    *is_handled = true;
    switch (intent->kind) {
    case INTENT_STATUS:
        return run_meant(talk, "查", "a question about a case");
    case INTENT_URGE:
        return add_meant(talk, "urged", "a reminder");
    case INTENT_ADD:
        return add_meant(talk, "joined", "more of a case");
    case INTENT_WITHDRAW:
        return run_meant(talk, "撤", "a withdrawal");
    case INTENT_STOP:
        return run_meant(talk, "退订", "stop");
    case INTENT_RESUME:
        return run_meant(talk, "恢复", "start");
    case INTENT_HIDE:
        return hide_meant(talk);
    case INTENT_PLACE:
        return place_meant(talk, is_handled);
    case INTENT_WHO:
        return answer_stray(talk, "who-we-are", "taken for a question who we are");
    case INTENT_WRONG:
        return intent->disowns ? disown(talk)
                               : answer_stray(talk, "help", "taken for a text to somebody else");
    case INTENT_NOISE:
        return answer_stray(talk, "help", "taken for no complaint");
    case INTENT_GREETING:
        return answer_stray(talk, "help", "taken for a greeting");
    case INTENT_THANKS:
        return take_thanks(talk, situation);
    default:
        *is_handled = false;
        return true;
    }
}

/* What follows soon after another text is more of it, unless it says that it is something else: 打错了打错了
 * behind a cry for help is for those who run. */
static bool goes_on(struct talk *talk, const struct intent *intent, bool *is_so)
{
    struct case_ *joinable = NULL;

    bool may = intent->asks || intent->kind == INTENT_ADD || intent->kind == INTENT_THANKS ||
               (intent->kind == INTENT_WRONG && !intent->disowns);

    if (may && !follow_up_joinable(talk, &joinable))
        return false;
    *is_so = joinable && case_state_is_open(joinable->state);
    return true;
}

/* Whether it speaks of the open case: that it has come right, or, where danger is but guessed, more of it. */
static bool is_about_open(const struct talk *talk, const struct intent *intent)
{
    bool is_more = intent->kind == INTENT_ADD || intent->kind == INTENT_URGE;

    return !intent->asks &&
           (intent->kind == INTENT_WITHDRAW || intent->kind == INTENT_THANKS || (is_more && is_guess(talk)));
}

/* 老师赔礼道歉了 不用管了, 她耳朵背: words that might accuse somebody or tell of danger, but are about the
 * one open case. NULL: they are not, or there is not just one. */
static bool find_settled(struct talk *talk, const struct intent *intent, struct case_ **case_)
{
    struct case_filter open = {
        .reporter = talk->event->from, .states = OPEN_STATES, .since = talk->since, .limit = 2
    };
    struct case_ *cases;
    size_t n = 0;

    *case_ = NULL;
    if (!is_about_open(talk, intent))
        return true;
    if (!store_cases(talk->turn->store, talk->turn->mem, &open, &cases, &n))
        return false;
    if (n == 1)
        *case_ = cases;
    return true;
}

/* 查一下我反映的: a question alone, which tells nobody anything, whatever words of blame are in it. */
static bool only_asks(const struct talk *talk, const struct intent *intent)
{
    return intent->kind == INTENT_STATUS && talk->understood->urgency != URGENCY_URGENT &&
           talk->understood->normal.length <= SHORT_QUESTION;
}

/* More of an open case is no call to wake anybody for, while no word tells of danger; a wish to hurry, thanks
 * and what takes the case back are not even urgent. */
static void calm_down(struct talk *talk, const struct intent *intent)
{
    struct understood *calm = talloc(talk->turn->mem, struct understood);

    *calm = *talk->understood;
    calm->danger.kind = DANGER_NONE;
    if (intent->kind != INTENT_ADD)
        calm->urgency = URGENCY_NORMAL;
    talk->understood = calm;
}

bool meaning_act(struct talk *talk, bool *is_handled)
{
    enum situation situation;
    struct intent intent;
    struct case_ *settled;
    bool is_more;

    if (talk->person->roles || talk->event->total > 1 || talk->understood->kind != TEXT_CASE)
        return true;
    if (!read_situation(talk, &situation))
        return false;
    if (situation == SITUATION_NONE && talk->understood->unasked)
        intent = *talk->understood->unasked;
    else
        intent_read(talk->turn->understanding, talk->turn->mem, talk->understood, situation, &intent);
    talk->hides = intent.hides && intent.kind == INTENT_COMPLAINT;
    talk->is_another = intent.is_another && !intent.asks;
    if (!goes_on(talk, &intent, &is_more))
        return false;
    if (is_more)
        return true;
    if (!intent.asks && (!weighs(talk) || intent.kind == INTENT_HIDE || only_asks(talk, &intent)))
        return do_meant(talk, situation, &intent, is_handled);
    if (!weighs(talk) && situation != SITUATION_RATING) {
        *is_handled = true;
        return ask_meant(talk, situation);
    }
    if (situation != SITUATION_OPEN || !find_settled(talk, &intent, &settled))
        return situation != SITUATION_OPEN;
    *is_handled = settled != NULL;
    if (settled && is_guess(talk))
        calm_down(talk, &intent);
    return !settled || follow_up_add(talk, settled);
}
