#include "gateway/conversation/confirm.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/conversation/several.h"
#include "gateway/conversation/code.h"
#include "gateway/conversation/held.h"
#include "gateway/conversation/sender.h"
#include "gateway/turn/facts.h"
#include "gateway/understand/yes_no.h"
#include "store/questions.h"

enum { CODE_SECONDS = 600 };

/* The action whose code proves the sender; its words are the command to run. */
static const char command_action[] = "command";
/* Actions whose code confirms a whole command, which is kept as their words. */
static const char *const whole_commands[] = { "merge", "hand over", "new number", "keep" };

static const struct confirmable {
    const char *name;
    enum act act;
    const char *done; /* the text that says so */
} actions[] = {
    { "close", ACT_CLOSE, "closed-done" },           { "explain", ACT_EXPLAIN, "explained-done" },
    { "refuse", ACT_REFUSE, "refused-done" },        { "extend", ACT_EXTEND, "extended-done" },
    { "adopt", ACT_ADOPT, "adopted-done" },          { "clear", ACT_CLEAR, "cleared-done" },
    { "withdraw", ACT_WITHDRAW, "withdrawn" },       { "review", ACT_REVIEW, "reviewed-done" },
    { "renumber", ACT_RENUMBER, "renumbered-done" },
};

static const struct confirmable *confirmable_of(enum act act)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (actions[i].act == act)
            return &actions[i];
    return NULL;
}

static const struct confirmable *confirmable_named(const char *name)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
    return NULL;
}

/* Days, the numbers of further cases, and words are stored in one column: "15,26000029 parts to be ordered".
 */
static const char *packed(void *mem, int days, struct case_ *const *cases, size_t n, const char *words)
{
    char *all = talloc_asprintf(mem, "%d", days);

    for (size_t i = 1; i < n; i++)
        all = talloc_asprintf_append(all, ",%s", cases[i]->number);
    return talloc_asprintf_append(all, " %s", words);
}

static struct action unpacked(const struct confirmable *confirmable, struct case_ *case_,
                              const struct person *by, const char *packed_words)
{
    const char *words = strchr(packed_words, ' ');

    return (struct action){ .act = confirmable->act,
                            .case_ = case_,
                            .by = by,
                            .days = atoi(packed_words),
                            .words = words ? words + 1 : "" };
}

static const char *all_numbers(void *mem, struct case_ *const *cases, size_t n)
{
    char *all = talloc_strdup(mem, cases[0]->number);

    for (size_t i = 1; i < n; i++)
        all = talloc_asprintf_append(all, " %s", cases[i]->number);
    return all;
}

static bool answer_with_code(struct talk *talk, struct case_ *const *cases, size_t n,
                             const struct confirmation *confirmation, const struct action *action,
                             const char *code)
{
    const struct case_ *case_ = cases[0];
    struct json_object *facts;

    if (!facts_of_case(talk->turn, case_, &facts))
        return false;
    facts_text(facts, "number", all_numbers(talk->turn->mem, cases, n), 0);
    facts_choice(facts, "action", confirmation->action);
    facts_text(facts, "words", action->words, CLIP_HINT);
    if (action->days)
        facts_number(facts, "days", action->days);
    facts_text(facts, "code", code, 0);
    return talk_answer(talk, "confirm", facts, case_) &&
           talk_done(talk, OUTCOME_COMMAND, case_, "asked for the code");
}

/* Keeps the confirmation with a fresh code. */
static bool put_confirmation(struct talk *talk, struct confirmation *confirmation, char code[CODE_SIZE])
{
    struct turn *turn = talk->turn;

    confirmation->phone = talk->event->from;
    confirmation->line = sender_line_key(talk);
    confirmation->expires_at = turn->now + CODE_SECONDS;
    confirmation->code_hash = code_new(code) ? code_hash(turn->mem, confirmation, code) : NULL;
    if (!confirmation->code_hash) {
        turn->error = "no random numbers";
        return false;
    }
    return store_put_confirmation(turn->store, confirmation);
}

/* Answers that the sender is locked. Stays silent if the line proves no sender: somebody else may be using
 * the number. */
static bool refuse_locked(struct talk *talk, const struct case_ *case_)
{
    if (*sender_line_key(talk) == '\0')
        return case_ ? talk_refuse(talk, REFUSED_LOCKED, case_)
                     : talk_answer(talk, "locked", NULL, NULL) &&
                           talk_done(talk, OUTCOME_COMMAND, NULL, refusal_name(REFUSED_LOCKED));
    return talk_done(talk, OUTCOME_COMMAND, case_, refusal_name(REFUSED_LOCKED));
}

/* The further numbers of a confirmation's words. */
static char *further_numbers(void *mem, const char *packed_words)
{
    size_t length = strcspn(packed_words, " "), days = strcspn(packed_words, ", ");

    return days < length ? talloc_strndup(mem, packed_words + days + 1, length - days - 1) : NULL;
}

static bool run_in(struct talk *talk, const struct confirmation *confirmation,
                   const struct confirmable *confirmable, struct case_ *case_)
{
    struct action action = unpacked(confirmable, case_, talk->person, confirmation->words);

    return talk_take(talk, &action, confirmable->done);
}

/* The step in each case; numbers: of all but the first. */
static bool run_in_each(struct talk *talk, const struct confirmation *confirmation,
                        const struct confirmable *confirmable, struct case_ *case_, char *numbers)
{
    struct held held;
    bool is_done = true;

    held_begin(talk, &held);
    while (case_ && is_done) {
        size_t from = held.n;
        const char *number = NULL;

        is_done = run_in(talk, confirmation, confirmable, case_);
        if (is_done)
            held_mark(talk, &held, from);
        case_ = NULL;
        while (is_done && !case_ && (number = strsep(&numbers, ",")))
            is_done = store_case_by_number(talk->turn->store, talk->turn->mem, number, &case_);
    }
    if (is_done)
        return held_say(talk, &held);
    held_drop(talk, &held);
    return false;
}

static bool run_in_all(struct talk *talk, const struct confirmation *confirmation,
                       const struct confirmable *confirmable, struct case_ *case_)
{
    char *numbers = further_numbers(talk->turn->mem, confirmation->words);

    return numbers ? run_in_each(talk, confirmation, confirmable, case_, numbers)
                   : run_in(talk, confirmation, confirmable, case_);
}

bool confirm_ask(struct talk *talk, struct case_ *case_, enum act act, int days, const char *words)
{
    return confirm_ask_each(talk, &case_, 1, act, days, words);
}

bool confirm_ask_each(struct talk *talk, struct case_ *const *cases, size_t n, enum act act, int days,
                      const char *words)
{
    struct case_ *case_ = cases[0];
    const struct confirmable *confirmable = confirmable_of(act);
    struct turn *turn = talk->turn;
    struct confirmation confirmation = { .action = confirmable->name,
                                         .case_id = case_->id,
                                         .words = packed(turn->mem, days, cases, n, words) };
    struct action action = unpacked(confirmable, case_, talk->person, confirmation.words);
    char code[CODE_SIZE];
    bool is_locked;

    if (!cases_may_take(turn, &action) || !sender_is_locked(talk, &is_locked))
        return false;
    if (action.refusal)
        return talk_refuse_step(talk, &action);
    if (is_locked)
        return refuse_locked(talk, case_);
    if (action.is_repeat && n == 1)
        return talk_answer_case(talk, confirmable->done, case_, words) &&
               talk_done(talk, OUTCOME_COMMAND, case_, "done before");
    if (talk->is_confirmed)
        return run_in_all(talk, &confirmation, confirmable, case_);
    return put_confirmation(talk, &confirmation, code) &&
           answer_with_code(talk, cases, n, &confirmation, &action, code);
}

bool confirm_command(struct talk *talk, const char *action, struct json_object *facts,
                     const struct case_ *case_)
{
    struct confirmation confirmation = { .action = action,
                                         .words =
                                             talk->command_text ? talk->command_text : talk->event->text };
    char code[CODE_SIZE];
    bool is_locked;

    if (sender_is_locked(talk, &is_locked) && !is_locked && put_confirmation(talk, &confirmation, code)) {
        facts_choice(facts, "action", action);
        facts_text(facts, "code", code, 0);
        return talk_answer(talk, "confirm", facts, case_) &&
               talk_done(talk, OUTCOME_COMMAND, case_, "asked for the code");
    }
    json_object_put(facts);
    return is_locked && refuse_locked(talk, case_);
}

bool confirm_sender(struct talk *talk, const char *command)
{
    struct confirmation confirmation = { .action = command_action, .words = command };
    struct json_object *facts;
    char code[CODE_SIZE];
    bool is_locked;

    if (!sender_is_locked(talk, &is_locked))
        return false;
    if (is_locked)
        return refuse_locked(talk, NULL);
    if (!put_confirmation(talk, &confirmation, code))
        return false;
    facts = facts_text(facts_text(NULL, "code", code, 0), "text", command, CLIP_TEXT);
    return talk_answer(talk, "confirm-sender", facts, NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, "asked for the code");
}

static bool refuse_code(struct talk *talk, const struct confirmation *confirmation)
{
    int left;

    if (!sender_count_wrong(talk, &left))
        return false;
    if (left == 0)
        return store_drop_confirmation(talk->turn->store, confirmation->id) &&
               talk_answer(talk, "locked", NULL, NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "wrong code, locked");
    return talk_answer(talk, "wrong-code", facts_number(NULL, "left", left), NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, "wrong code");
}

static bool answer_expired(struct talk *talk, const char *why)
{
    return talk_answer(talk, "code-expired", NULL, NULL) && talk_done(talk, OUTCOME_COMMAND, NULL, why);
}

/* The command as if it had just come. */
static bool run_command(struct talk *talk, const char *command)
{
    struct understood *understood = talloc(talk->turn->mem, struct understood);

    understand(talk->turn->understanding, talk->turn->mem, command, understood);
    talk->understood = understood;
    talk->command_text = command;
    if (!talk->person->roles || !talk_find_command(talk, talk->staff))
        return answer_expired(talk, "no command of theirs any more");
    return several_run(talk);
}

static bool run_step(struct talk *talk, const struct confirmation *confirmation)
{
    const struct confirmable *confirmable = confirmable_named(confirmation->action);
    struct case_ *case_;

    if (!store_case(talk->turn->store, talk->turn->mem, confirmation->case_id, &case_))
        return false;
    if (!confirmable || !case_)
        return answer_expired(talk, "nothing to confirm");
    return run_in_all(talk, confirmation, confirmable, case_);
}

/* A bare 1 answers a list or a rating, however new the code is. */
static bool is_yes(const struct talk *talk)
{
    const struct question *question = talk->question;

    if (talk->understood->choice == 1)
        return !question || (question->kind != QUESTION_LIST && question->kind != QUESTION_RATING);
    return yes_no_read(&talk->understood->normal) == SAYS_YES;
}

static bool ask_for_code(struct talk *talk, const struct confirmation *confirmation)
{
    struct json_object *facts = facts_choice(NULL, "action", confirmation->action);
    struct case_ *case_ = NULL;

    if (confirmation->case_id &&
        !store_case(talk->turn->store, talk->turn->mem, confirmation->case_id, &case_)) {
        json_object_put(facts);
        return false;
    }
    if (case_)
        facts_text(facts, "number", case_->number, 0);
    return talk_answer(talk, "use-code", facts, case_) &&
           talk_done(talk, OUTCOME_COMMAND, case_, "yes in place of the code");
}

bool confirm_asked_for(struct talk *talk, bool *is_handled)
{
    struct confirmation *confirmation;
    int64_t now = talk->turn->now;

    if (!store_confirmation(talk->turn->store, talk->turn->mem, talk->event->from, sender_line_key(talk),
                            &confirmation))
        return false;
    if (!confirmation || confirmation->expires_at < now ||
        (talk->question && talk->question->asked_at > confirmation->expires_at - CODE_SECONDS))
        return true;
    *is_handled = true;
    return ask_for_code(talk, confirmation);
}

bool confirm_yes(struct talk *talk, bool *is_handled)
{
    return !is_yes(talk) || confirm_asked_for(talk, is_handled);
}

/* Six digits that nobody waits for: too many wrong ones came before, or it is no code. */
static bool answer_no_code(struct talk *talk, bool *is_handled)
{
    bool is_locked = false;

    if (talk->person->roles && !sender_is_locked(talk, &is_locked))
        return false;
    *is_handled = is_locked || talk->understood->kind == TEXT_CASE;
    if (is_locked)
        return refuse_locked(talk, NULL);
    return !*is_handled || answer_expired(talk, "taken for a code that nobody asked for");
}

bool confirm_code(struct talk *talk, bool *is_handled)
{
    struct turn *turn = talk->turn;
    struct confirmation *confirmation;

    *is_handled = false;
    if (!talk->understood->code)
        return true;
    if (!store_confirmation(turn->store, turn->mem, talk->event->from, sender_line_key(talk), &confirmation))
        return false;
    if (!confirmation)
        return answer_no_code(talk, is_handled);
    *is_handled = true;
    if (!store_blank_event(turn->store, talk->event->id))
        return false;
    if (confirmation->expires_at < turn->now)
        return store_drop_confirmation(turn->store, confirmation->id) && answer_expired(talk, "code expired");
    if (!code_is_right(turn->mem, confirmation, talk->understood->code))
        return refuse_code(talk, confirmation);
    if (!store_drop_confirmation(turn->store, confirmation->id) || !sender_prove(talk))
        return false;
    for (size_t i = 0; i < sizeof whole_commands / sizeof *whole_commands; i++)
        talk->is_confirmed |= strcmp(confirmation->action, whole_commands[i]) == 0;
    return talk->is_confirmed || strcmp(confirmation->action, command_action) == 0
               ? run_command(talk, confirmation->words)
               : run_step(talk, confirmation);
}
