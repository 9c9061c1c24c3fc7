/*
 * Orders that change a template's text or the learned model of a county's gateway. The gateway checks them
 * before it uses them, and keeps the earlier text or model.
 */
#include <gnutls/crypto.h>
#include <string.h>
#include <talloc.h>

#include "gateway/centre/doing.h"
#include "gateway/centre/wire.h"
#include "gateway/hex.h"
#include "gateway/keep/keeping.h"
#include "gateway/keep/values.h"
#include "store/learned/lessons.h"

/* In octets. A model of corrections has at most some ten thousand weights. */
enum { MODEL_MOST = 128 * 1024, TEXT_MOST = 4096 };

/* Stores the text as 登记 短信 by the operator does, so that the list of changes shows it with the earlier
 * text. */
bool gifts_template(struct turn *turn, struct doing *doing)
{
    const struct person by = { .phone = "centre", .name = "", .title = "", .language = "", .line = "" };
    const struct event event = { .line = EVENT_LINE_CENTRE };
    const struct keeping_change change = { .kind = "text",
                                           .key = talloc_asprintf(turn->mem, "%s/%s",
                                                                  wire_string(doing->body, "language"),
                                                                  wire_string(doing->body, "name")),
                                           .value = wire_string(doing->body, "text") };
    enum keeping_outcome outcome;
    struct keeping *kept;
    const char *wrong = "it has no text";

    if (*change.value && strlen(change.value) <= TEXT_MOST)
        wrong = values_wrong(turn, change.kind, change.key, change.value);
    if (wrong) {
        doing->why = talloc_asprintf(doing->mem, "text %s: %s", change.key, wrong);
        return true;
    }
    if (!keeping_make(turn, &by, &event, &change, &kept, &outcome))
        return false;
    if (outcome != KEEPING_DONE && outcome != KEEPING_SAME)
        doing->why = talloc_asprintf(doing->mem, "text %s cannot be kept", change.key);
    return true;
}

static bool is_hash_of(void *mem, const char *hash, const void *octets, size_t n)
{
    unsigned char digest[32];

    gnutls_hash_fast(GNUTLS_DIG_SHA256, octets, n, digest);
    return strcmp(hash, hex_encode(mem, digest, sizeof digest)) == 0;
}

/* Loads the model into a separate understanding. False: the store failed. */
static bool is_of_this_program(struct turn *turn, const void *octets, size_t n, const char *base, bool *is_so)
{
    const char *error = "";
    struct understanding *understanding =
        turn_understanding(turn->mem, turn->store, turn->config, NULL, &error);

    if (!understanding) {
        turn->error = error;
        return false;
    }
    *is_so = understanding_use_learned(understanding, octets, n, base);
    talloc_free(understanding);
    return true;
}

static bool check_model(struct turn *turn, struct doing *doing)
{
    const char *hex = wire_string(doing->body, "octets");
    size_t n = 0;
    const void *octets = strlen(hex) / 2 <= MODEL_MOST ? hex_decode(turn->mem, hex, &n) : NULL;
    bool is_so;

    if (!octets || n == 0)
        doing->why = "a model is at most 128 KiB, in hex";
    else if (!is_hash_of(turn->mem, wire_string(doing->body, "sha256"), octets, n))
        doing->why = "the model has another hash";
    else if (!is_of_this_program(turn, octets, n, wire_string(doing->body, "base"), &is_so))
        return false;
    else if (!is_so)
        doing->why = "the model belongs to another version of this program";
    return true;
}

/* Uses the model from now on. The earlier model can be used again with `xiangyin model use`. Learned names of
 * places stay in use. */
bool gifts_model(struct turn *turn, struct doing *doing)
{
    struct learned_model *used, model;

    if (!check_model(turn, doing) || !store_model_in_use(turn->store, turn->mem, &used))
        return false;
    if (doing->why)
        return true;
    model = (struct learned_model){ .made_at = turn->now,
                                    .labels = wire_number(doing->body, "labels"),
                                    .last_label = used ? used->last_label : 0,
                                    .held = wire_number(doing->body, "held"),
                                    .better = wire_number(doing->body, "better"),
                                    .worse = wire_number(doing->body, "worse"),
                                    .right = wire_number(doing->body, "right"),
                                    .right_before = wire_number(doing->body, "right_before"),
                                    .base = wire_string(doing->body, "base"),
                                    .octets = wire_string(doing->body, "octets"),
                                    .places = used ? used->places : "" };
    turn->has_new_names = true;
    return store_add_model(turn->store, &model) && store_use_model(turn->store, model.id, turn->now);
}
