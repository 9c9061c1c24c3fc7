#include "gateway/page/proof.h"

#include <crypt.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/conversation/code.h"
#include "gateway/page/totp.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "store/people.h"
#include "store/page/sessions.h"
#include "store/senders.h"

enum {
    TRIES_OF_A_CODE = 3,
    TRIES_OF_A_PAIR = 5,      /* in TRY_SECONDS, of a phone from an address */
    TRIES_OF_AN_ADDRESS = 30, /* of all phones from an address */
    TRIES_OF_STRANGERS = 20,  /* of a phone from all addresses it never signed in from */
    TRY_SECONDS = 3600,
    CODES_FOR_STRANGERS = 3,  /* a day, of CODES_A_DAY */
    CODES_OF_AN_ADDRESS = 30, /* in TRY_SECONDS, for all phones */
    KNOWN_SECONDS = 30 * 86400,
};

/* A hash to compare with where a person has no password, so that the answer takes as long. */
static const char no_password[] = "$y$j9T$0123456789abcdef$eOZ8hE3c2yGzGx0pGvKzHqWc3nVv8qTg0QmVwR1oLx9";

struct job {
    struct desk *desk;
    struct proof *proof;
    bool password_is_right;
};

static struct confirmation bound(const struct proof *proof)
{
    return (struct confirmation){ .phone = proof->phone, .action = proof->browser };
}

bool proof_keep_code(struct turn *turn, struct proof *proof, const char *code, bool is_sent, bool is_known)
{
    const struct confirmation binding = bound(proof);
    const char *hash = code_hash(turn->mem, &binding, code);
    struct page_code row = { .phone = proof->phone,
                             .browser = proof->browser,
                             .code_hash = *code ? hash : "",
                             .address = proof->address,
                             .created_at = turn->now,
                             .expires_at = turn->now + PROOF_CODE_SECONDS,
                             .is_sent = is_sent,
                             .is_known = is_known };

    if (!hash)
        return turn->error = "no random numbers", false;
    return store_add_page_code(turn->store, &row, turn->now - INT64_C(2) * DAY_SECONDS);
}

/* Whether the limits allow that a code goes to this phone now. */
static bool may_send(struct turn *turn, const struct proof *proof, bool is_known, bool *may)
{
    int64_t midnight = date_moment(date_of(turn->now), 0), all, strangers, asked;

    if (!store_count_page_codes(turn->store, proof->phone, midnight, &all, &strangers) ||
        !store_count_codes_from(turn->store, proof->address, turn->now - TRY_SECONDS, &asked))
        return false;
    *may = all < CODES_A_DAY && (is_known || strangers < CODES_FOR_STRANGERS) && asked < CODES_OF_AN_ADDRESS;
    return true;
}

static bool send_job(struct turn *turn, void *arg)
{
    struct proof *proof = ((struct job *)arg)->proof;
    struct person *person;
    char code[CODE_SIZE];
    bool is_known, may;

    if (!code_new(code)) {
        turn->error = "no random numbers";
        return false;
    }
    if (!store_person(turn->store, turn->mem, proof->phone, &person) ||
        !store_knows_address(turn->store, proof->phone, proof->address, turn->now - KNOWN_SECONDS,
                             &is_known) ||
        !may_send(turn, proof, is_known, &may))
        return false;
    may = may && person && person->roles;
    if (!proof_keep_code(turn, proof, may ? code : "", may, is_known))
        return false;
    return !may || notify(turn,
                          &(struct notify){ .to = proof->phone,
                                            .name = "page-code",
                                            .data = facts_text(NULL, "code", code, 0),
                                            .priority = PRIORITY_ANSWER,
                                            .person = person },
                          NULL);
}

bool proof_send(struct desk *desk, struct proof *proof)
{
    struct job job = { .desk = desk, .proof = proof };

    return desk_do(desk, send_job, &job);
}

static bool try_code(struct turn *turn, const struct proof *proof, const char *browser, bool *is_right)
{
    struct proof there = *proof;
    struct confirmation binding;
    struct page_code *row;

    there.browser = browser;
    binding = bound(&there);
    if (*is_right || !store_page_code(turn->store, turn->mem, proof->phone, browser, &row))
        return *is_right;
    if (!row || !*row->code_hash || row->expires_at < turn->now || row->tries >= TRIES_OF_A_CODE)
        return true;
    binding.code_hash = row->code_hash;
    *is_right = code_is_right(turn->mem, &binding, proof->code);
    if (*is_right)
        row->code_hash = "";
    else if (strcmp(browser, PROOF_HOST) !=
             0) /* wrong tries from elsewhere must not use up a code printed on the host */
        row->tries++;
    return store_update_page_code(turn->store, row);
}

static bool try_totp(struct turn *turn, const struct proof *proof, bool *is_right)
{
    struct factors *factors;

    if (*is_right || !store_factors(turn->store, turn->mem, proof->phone, &factors))
        return *is_right;
    if (!*factors->totp || !totp_is_right(factors->totp, proof->code, turn->now, &factors->totp_step))
        return true;
    *is_right = true;
    return store_put_factors(turn->store, factors);
}

static bool count_tries(struct turn *turn, const struct proof *proof, bool *is_known, bool *is_too_often)
{
    struct try_counts counts;

    if (!store_knows_address(turn->store, proof->phone, proof->address, turn->now - KNOWN_SECONDS,
                             is_known) ||
        !store_count_tries(turn->store, proof->phone, proof->address, turn->now - TRY_SECONDS, &counts))
        return false;
    *is_too_often = counts.pair >= TRIES_OF_A_PAIR || counts.address >= TRIES_OF_AN_ADDRESS ||
                    (!*is_known && counts.unknown >= TRIES_OF_STRANGERS);
    return true;
}

static bool check_job(struct turn *turn, void *arg)
{
    struct job *job = arg;
    struct proof *proof = job->proof;
    struct person *person;
    bool is_known, is_too_often, is_right = false;

    if (!count_tries(turn, proof, &is_known, &is_too_often) ||
        !store_person(turn->store, turn->mem, proof->phone, &person))
        return false;
    if (is_too_often) {
        proof->result = PROOF_TOO_OFTEN;
        return true;
    }
    if (*proof->code && (!try_code(turn, proof, proof->browser, &is_right) ||
                         !try_code(turn, proof, PROOF_HOST, &is_right) || !try_totp(turn, proof, &is_right)))
        return false;
    if (!person || !person->roles)
        is_right = job->password_is_right = false;
    if (!is_right && !job->password_is_right &&
        !store_add_try(turn->store, proof->phone, proof->address, is_known, turn->now,
                       turn->now - DAY_SECONDS))
        return false;
    proof->result = is_right ? PROOF_RIGHT : job->password_is_right ? PROOF_BY_PASSWORD : PROOF_WRONG;
    return true;
}

struct reading {
    void *mem;
    const char *phone, *password;
};

static bool read_password(struct turn *turn, void *arg)
{
    struct reading *reading = arg;
    struct factors *factors;

    if (!store_factors(turn->store, turn->mem, reading->phone, &factors))
        return false;
    reading->password = talloc_strdup(reading->mem, factors->password);
    return true;
}

/* crypt(5) is slow on purpose: never call it on the desk's thread. */
static bool is_password(const char *password, const char *kept)
{
    struct crypt_data data = { 0 };
    const char *made = crypt_r(password, *kept ? kept : no_password, &data);

    return made && *kept && strlen(made) == strlen(kept) && gnutls_memcmp(made, kept, strlen(made)) == 0;
}

bool proof_check(struct desk *desk, struct proof *proof)
{
    struct job job = { .desk = desk, .proof = proof };
    struct reading reading = { .mem = talloc_new(NULL), .phone = proof->phone };
    bool is_good = true;

    if (*proof->password) {
        is_good = desk_do(desk, read_password, &reading);
        job.password_is_right = is_good && is_password(proof->password, reading.password);
    }
    talloc_free(reading.mem);
    return is_good && desk_do(desk, check_job, &job);
}

const char *proof_password(void *mem, const char *password)
{
    struct crypt_data data = { 0 };
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    const char *made = crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof setting)
                           ? crypt_r(password, setting, &data)
                           : NULL;

    return made && *made != '*' ? talloc_strdup(mem, made) : NULL;
}
