#include "gateway/conversation/confirm.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/hex.h"
#include "gateway/turn/facts.h"
#include "store/questions.h"

/* Only a salted hash of the code is kept, bound to phone, case and action. */
#define SALT_OCTETS ((size_t)16)
#define HASH_OCTETS ((size_t)32)

enum { CODE_SECONDS = 600, CODE_TRIES = 3, LOCK_SECONDS = 3600 };

static const struct confirmable {
    const char *name;
    enum act act;
    const char *done; /* the text that says so */
} actions[] = {
    { "close", ACT_CLOSE, "closed-done" },     { "explain", ACT_EXPLAIN, "explained-done" },
    { "refuse", ACT_REFUSE, "refused-done" },  { "extend", ACT_EXTEND, "extended-done" },
    { "adopt", ACT_ADOPT, "adopted-done" },    { "clear", ACT_CLEAR, "cleared-done" },
    { "withdraw", ACT_WITHDRAW, "withdrawn" }, { "review", ACT_REVIEW, "reviewed-done" },
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

/* The salt in hex, then the hash in hex; salt NULL: a new one. NULL: no random numbers. */
static const char *hash_code(void *mem, const char *salt, const char *phone, int64_t case_id,
                             const char *action, const char *code)
{
    unsigned char random[SALT_OCTETS], digest[HASH_OCTETS];
    const char *text;

    if (salt)
        salt = talloc_strndup(mem, salt, 2 * SALT_OCTETS);
    else if (gnutls_rnd(GNUTLS_RND_NONCE, random, sizeof random) == 0)
        salt = hex_encode(mem, random, sizeof random);
    else
        return NULL;
    text = talloc_asprintf(mem, "%s|%s|%lld|%s|%s", salt, phone, (long long)case_id, action, code);
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, text, strlen(text), digest) != 0)
        return NULL;
    return talloc_asprintf(mem, "%s%s", salt, hex_encode(mem, digest, sizeof digest));
}

static bool new_code(char code[7])
{
    const uint32_t fair = UINT32_MAX - UINT32_MAX % 1000000;
    uint32_t random;

    do {
        if (gnutls_rnd(GNUTLS_RND_KEY, &random, sizeof random) != 0)
            return false;
    } while (random >= fair);
    snprintf(code, 7, "%06u", random % 1000000);
    return true;
}

static bool is_locked(const struct talk *talk)
{
    return talk->person->locked_until > talk->turn->now;
}

static bool lock(struct talk *talk)
{
    return store_set_locked(talk->turn->store, talk->event->from, talk->turn->now + LOCK_SECONDS);
}

/* Days and words are stored in one column: "15 parts have to be ordered". */
static const char *packed(void *mem, int days, const char *words)
{
    return talloc_asprintf(mem, "%d %s", days, words);
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

static bool answer_with_code(struct talk *talk, struct case_ *case_, const struct confirmation *confirmation,
                             const struct action *action, const char *code)
{
    struct json_object *facts;

    if (!facts_of_case(talk->turn, case_, &facts))
        return false;
    facts_choice(facts, "action", confirmation->action);
    facts_text(facts, "words", action->words, CLIP_HINT);
    if (action->days)
        facts_number(facts, "days", action->days);
    facts_text(facts, "code", code, 0);
    return talk_answer(talk, "confirm", facts, case_) &&
           talk_done(talk, OUTCOME_COMMAND, case_, "asked for the code");
}

static bool put_confirmation(struct talk *talk, struct confirmation *confirmation, const char *code)
{
    confirmation->code_hash = hash_code(talk->turn->mem, NULL, confirmation->phone, confirmation->case_id,
                                        confirmation->action, code);
    return confirmation->code_hash && store_put_confirmation(talk->turn->store, confirmation);
}

bool confirm_ask(struct talk *talk, struct case_ *case_, enum act act, int days, const char *words)
{
    const struct confirmable *confirmable = confirmable_of(act);
    struct turn *turn = talk->turn;
    struct confirmation confirmation = { .phone = talk->event->from,
                                         .action = confirmable->name,
                                         .case_id = case_->id,
                                         .words = packed(turn->mem, days, words),
                                         .expires_at = turn->now + CODE_SECONDS };
    struct action action = unpacked(confirmable, case_, talk->person, confirmation.words);
    char code[7];

    if (!cases_may_take(turn, &action))
        return false;
    if (action.refusal || is_locked(talk))
        return talk_refuse(talk, action.refusal ? action.refusal : REFUSED_LOCKED, case_);
    if (action.is_repeat)
        return talk_answer_case(talk, confirmable->done, case_, words) &&
               talk_done(talk, OUTCOME_COMMAND, case_, "done before");
    if (!new_code(code)) {
        turn->error = "no random numbers";
        return false;
    }
    return put_confirmation(talk, &confirmation, code) &&
           answer_with_code(talk, case_, &confirmation, &action, code);
}

static bool is_right(struct talk *talk, const struct confirmation *confirmation)
{
    const char *hash = hash_code(talk->turn->mem, confirmation->code_hash, confirmation->phone,
                                 confirmation->case_id, confirmation->action, talk->understood->code);

    return hash && strlen(hash) == strlen(confirmation->code_hash) &&
           gnutls_memcmp(hash, confirmation->code_hash, strlen(hash)) == 0;
}

static bool refuse_code(struct talk *talk, const struct confirmation *confirmation)
{
    int left = CODE_TRIES - 1 - confirmation->tries;

    if (left <= 0)
        return store_drop_confirmation(talk->turn->store, confirmation->id) && lock(talk) &&
               talk_answer(talk, "locked", NULL, NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "wrong code, locked");
    return store_count_try(talk->turn->store, confirmation->id) &&
           talk_answer(talk, "wrong-code", facts_number(NULL, "left", left), NULL) &&
           talk_done(talk, OUTCOME_COMMAND, NULL, "wrong code");
}

static bool run_action(struct talk *talk, const struct confirmation *confirmation)
{
    const struct confirmable *confirmable = confirmable_named(confirmation->action);
    struct action action;
    struct case_ *case_;

    if (!store_drop_confirmation(talk->turn->store, confirmation->id) ||
        !store_case(talk->turn->store, talk->turn->mem, confirmation->case_id, &case_))
        return false;
    if (!confirmable || !case_)
        return talk_answer(talk, "code-expired", NULL, NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "nothing to confirm");
    action = unpacked(confirmable, case_, talk->person, confirmation->words);
    return talk_take(talk, &action, confirmable->done);
}

bool confirm_code(struct talk *talk, bool *is_handled)
{
    struct confirmation *confirmation;

    *is_handled = false;
    if (!talk->understood->code)
        return true;
    if (!store_confirmation(talk->turn->store, talk->turn->mem, talk->event->from, &confirmation))
        return false;
    if (!confirmation)
        return true;
    *is_handled = true;
    if (confirmation->expires_at < talk->turn->now)
        return store_drop_confirmation(talk->turn->store, confirmation->id) &&
               talk_answer(talk, "code-expired", NULL, NULL) &&
               talk_done(talk, OUTCOME_COMMAND, NULL, "code expired");
    return is_right(talk, confirmation) ? run_action(talk, confirmation) : refuse_code(talk, confirmation);
}
