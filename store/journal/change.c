#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "store/journal/journal_private.h"
#include "store/journal/seal.h"

enum { NAME_OCTETS = 8 };

/* Random octets. */
static const unsigned char *next_salt(struct journal *journal)
{
    const unsigned char *salt = journal->salts + (size_t)journal->salt * JOURNAL_SALT_OCTETS;

    if (journal->salt == 0)
        gnutls_rnd(GNUTLS_RND_NONCE, journal->salts, sizeof journal->salts);
    journal->salt = (journal->salt + 1) % JOURNAL_SALTS;
    return salt;
}

/* Replaces the phone number in an entity by its random name, which it makes if there is none yet. */
static bool name_phone(struct store *store, char **entity)
{
    struct journal *journal = store->journal;
    char digits[2 * NAME_OCTETS + 1];
    const char *name = NULL;
    char *rest = strchr(*entity, '/');
    const char *phone = rest ? talloc_strndup(journal->turn, *entity, (size_t)(rest - *entity)) : *entity;

    if (!sql_text(store, journal->turn, "SELECT entity FROM journal_people WHERE phone = $1",
                  VALUES(as_text(phone)), &name))
        return false;
    if (!name) {
        journal_hex(next_salt(journal), NAME_OCTETS, digits);
        name = talloc_strdup(journal->turn, digits);
        if (!sql_run(store, "INSERT INTO journal_people (phone, entity) VALUES ($1, $2)",
                     VALUES(as_text(phone), as_text(name))))
            return false;
    }
    *entity = talloc_asprintf(journal->turn, "%s%s", name, rest ? rest : "");
    return true;
}

static bool name_entity(struct store *store, const struct journal_table *table, char **entity)
{
    return table->phone < 0 || table->phone != table->keys[0] || name_phone(store, entity);
}

static bool case_is_guarded(struct store *store, int64_t case_id, bool *is_guarded)
{
    struct journal *journal = store->journal;
    int64_t guard = journal->guard;
    bool is_done = true;

    if (case_id != 0 && case_id != journal->guard_case) {
        is_done = sql_number(store, "SELECT is_guarded FROM cases WHERE id = $1", VALUES(as_number(case_id)),
                             &guard);
        journal->guard_case = case_id;
        journal->guard = guard != 0;
    }
    *is_guarded = case_id != 0 && journal->guard;
    return is_done;
}

/* Tells whether the row belongs to a case that is restricted now, so that it must be sealed. */
static bool must_seal(struct store *store, const struct journal_table *table, const struct now *now,
                      bool *is_guarded)
{
    int64_t case_id = now->tied_to;

    *is_guarded = now->is_guarded;
    if (table->tie == TIE_NONE || table->tie == TIE_ITSELF || !case_id)
        return true;
    if (table->tie == TIE_NOTICE &&
        !sql_number(store, "SELECT case_id FROM notices WHERE id = $1", VALUES(as_number(case_id)), &case_id))
        return false;
    if (table->tie == TIE_EVENT &&
        !sql_number(store, "SELECT case_id FROM events WHERE id = $1", VALUES(as_number(case_id)), &case_id))
        return false;
    return case_is_guarded(store, case_id, is_guarded);
}

/* Tells whether the case was restricted before this transaction. */
static bool case_was_guarded(struct store *store, int64_t case_id, bool *was_guarded)
{
    const struct dirty *dirty = journal_find(store->journal, store->journal->cases, case_id);

    if (dirty) {
        *was_guarded = dirty->was_there && dirty->was_guarded;
        return true;
    }
    return case_is_guarded(store, case_id, was_guarded);
}

bool journal_append(struct store *store, struct journal_point *end, int64_t at, const char *kind,
                    const char *entity, const char *body)
{
    unsigned char body_hash[JOURNAL_HASH_OCTETS], hash[JOURNAL_HASH_OCTETS];
    char salt[JOURNAL_SALT_SIZE], body_hash_text[JOURNAL_HASH_SIZE];
    const struct packed_row packed = { .at = at,
                                       .kind = kind,
                                       .entity = entity,
                                       .body = body,
                                       .salt = next_salt(store->journal),
                                       .body_hash = body_hash,
                                       .hash = hash };
    const struct journal_row row = {
        .seq = ++end->seq, .at = at, .kind = kind, .entity = entity, .body_hash = body_hash_text
    };

    journal_hex(packed.salt, JOURNAL_SALT_OCTETS, salt);
    journal_body_digest(salt, body, body_hash);
    journal_hex(body_hash, sizeof body_hash, body_hash_text);
    journal_chain_digest(end->hash, &row, hash);
    journal_hex(hash, sizeof hash, end->hash);
    return journal_add(store, row.seq, &packed);
}

/* Makes the opaque name of an entity: always the same one, and only the secret tells what it names. */
static const char *opaque(struct journal *journal, const char *kind, const char *entity)
{
    unsigned char digest[32];
    const char *text = talloc_asprintf(journal->turn, "%s/%s", kind, entity);
    char *name = talloc_strdup(journal->turn, "");

    gnutls_hmac_fast(GNUTLS_MAC_SHA256, journal->secret, strlen(journal->secret), text, strlen(text), digest);
    for (int i = 0; i < 16; i++)
        name = talloc_asprintf_append(name, "%02x", digest[i]);
    return name;
}

bool journal_append_sealed(struct store *store, struct journal_point *end, int64_t at, const char *kind,
                           const char *entity, const char *body)
{
    struct journal *journal = store->journal;
    struct text *open = &journal->sealed;

    open->n = 0;
    journal_text_add(journal, open, "{\"kind\":");
    journal_text_quoted(journal, open, kind, strlen(kind));
    journal_text_add(journal, open, ",\"entity\":");
    journal_text_quoted(journal, open, entity, strlen(entity));
    journal_text_add(journal, open, ",\"body\":");
    journal_text_add(journal, open, body);
    journal_text_add(journal, open, "}");
    return journal_append(store, end, at, "sealed", opaque(journal, kind, entity),
                          seal(journal->turn, journal->key, open->at));
}

/* Seals a body of personal data. An object holds the sealed text, so that a reader knows that it is sealed.
 */
static const char *seal_body(struct journal *journal, const char *body)
{
    const char *box = seal(journal->turn, journal->key, body);

    if (journal->head.n == 0)
        return talloc_asprintf(journal->turn, JOURNAL_SEALED_BODY "%s\"}", box);
    return talloc_asprintf(journal->turn, JOURNAL_SEALED_BODY "%s\",\"head\":{%s}}", box,
                           journal->head.at + 1);
}

static bool is_transfer_key(const struct journal_table *table, const char *entity)
{
    return table->is_settings &&
           (strcmp(entity, TRANSFER_PUBLIC_KEY) == 0 || strcmp(entity, TRANSFER_PRIVATE_KEY) == 0);
}

static bool is_own_setting(const struct journal_table *table, const char *entity)
{
    return table->is_settings && (strncmp(entity, "journal", 7) == 0 || strncmp(entity, "centre ", 7) == 0) &&
           strcmp(entity, ORDERS_DONE) != 0 && !is_transfer_key(table, entity);
}

static bool is_personal(const struct journal_table *table, const char *entity)
{
    return table->personal || (table->is_settings && strcmp(entity, "event key secret") == 0);
}

static bool append_change(struct store *store, struct journal_point *end, int64_t at, const char *kind,
                          const char *entity, const char *body, bool is_guarded, bool is_personal)
{
    struct journal *journal = store->journal;

    if (is_guarded)
        return journal_append_sealed(store, end, at, kind, entity, body);
    if (is_personal && journal->seals_personal && strcmp(body, "null") != 0)
        body = seal_body(journal, body);
    return journal_append(store, end, at, kind, entity, body);
}

/* Appends what became of one changed row. */
bool journal_change(struct store *store, const struct dirty *dirty, struct journal_point *end, int64_t at,
                    struct blanking *blanking)
{
    struct journal *journal = store->journal;
    const struct journal_table *table = &journal->tables[dirty->table];
    struct now now = dirty->now;
    char *old_entity = dirty->old_entity;
    bool is_guarded, was_guarded = false;

    if (!journal_read_now(store, dirty, &now) || !must_seal(store, table, &now, &is_guarded) ||
        (dirty->old_case && !case_was_guarded(store, dirty->old_case, &was_guarded)))
        return false;
    if (!now.is_there && !dirty->was_there)
        return true;
    if (dirty->was_there && !old_entity) /* its key has not changed */
        old_entity = now.is_there ? talloc_strdup(journal->turn, now.entity)
                                  : talloc_asprintf(journal->turn, "%lld", (long long)dirty->row);
    if (is_own_setting(table, now.is_there ? now.entity : old_entity))
        return true;
    if (is_transfer_key(table, now.is_there ? now.entity : old_entity))
        is_guarded = was_guarded = true;
    if ((old_entity && !name_entity(store, table, &old_entity)) ||
        (now.is_there && !name_entity(store, table, &now.entity)))
        return false;
    if (old_entity && (journal->is_erasing || dirty->is_erased || (is_guarded && !was_guarded))) {
        if (!was_guarded)
            journal_blank_later(journal, blanking, table->name, old_entity, blanking->until);
        journal_blank_later(journal, blanking, "sealed", opaque(journal, table->name, old_entity),
                            blanking->until);
    }
    if (old_entity && (!now.is_there || strcmp(old_entity, now.entity) != 0) &&
        !append_change(store, end, at, table->name, old_entity, "null", was_guarded, false))
        return false;
    return !now.is_there ||
           append_change(store, end, at, table->name, now.entity, journal_body(journal, &now), is_guarded,
                         is_personal(table, now.entity));
}
