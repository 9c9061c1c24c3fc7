#include "gateway/case/lifecycle_guard.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/lifecycle.h"
#include "store/fnv.h"
#include "store/steps.h"

/* Steps without an act: a case comes, a person is erased, words were kept long enough, an operator settles a
 * notice, what people said of the case was learned, a clerk has to find out where it is,
 * it is the copy of another county's. */
static const struct {
    const char *kind;
    bool is_first;
} others[] = {
    { "received", true },           { "erased", false },
    { "texts removed", false },     { "notice cancelled", false },
    { "notice sent again", false }, { "notice given up", false },
    { "notice arrived", false },    { "learned", false },
    { "place asked", false },       { "copied", false },
};

/* The same where they lead to another state: a cadre is erased who had the case in hand. */
static const struct {
    enum case_state from;
    const char *kind;
    enum case_state to;
} moves[] = { { CASE_IN_HAND, "handler erased", CASE_NEW } };

typedef bool visit(enum case_state state, const char *kind, enum case_state next, void *arg);

/* A step that can be undone also leads back. */
static bool each_of(const struct transition *transition, enum case_state state, visit *each, void *arg)
{
    for (enum case_state next = CASE_NEW; next < CASE_STATES; next++)
        if (lifecycle_next(transition, state) & IN(next) &&
            (!each(state, transition->kind, next, arg) ||
             (transition->undo == CAN_UNDO && !each(next, "undone", state, arg))))
            return false;
    return true;
}

static bool each_step(visit *each, void *arg)
{
    size_t n;
    const struct transition *transitions = lifecycle_transitions(&n);

    for (enum case_state state = CASE_NEW; state < CASE_STATES; state++) {
        for (const struct transition *transition = transitions; transition < transitions + n; transition++)
            if (transition->from & IN(state) && !each_of(transition, state, each, arg))
                return false;
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
            if ((state == CASE_NEW || !others[i].is_first) && !each(state, others[i].kind, state, arg))
                return false;
    }
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (!each(moves[i].from, moves[i].kind, moves[i].to, arg))
            return false;
    return true;
}

static bool add_to_hash(enum case_state state, const char *kind, enum case_state next, void *arg)
{
    uint64_t *hash = arg;

    *hash = fnv_add(fnv_add_text(*hash, kind), (uint64_t)state << 8 ^ (uint64_t)next << 16);
    return true;
}

static bool allow(enum case_state state, const char *kind, enum case_state next, void *arg)
{
    return store_allow_step(arg, state, kind, next);
}

static bool write_all(struct store *store, const char *fingerprint)
{
    if (store_begin(store, STORE_BUSY_MS) && each_step(allow, store) &&
        store_set(store, "lifecycle", fingerprint) && store_commit(store))
        return true;
    store_rollback(store);
    return false;
}

/* The store keeps a hash of the table, so that opening it with the same table writes nothing. */
bool lifecycle_guard_write(struct store *store)
{
    void *mem = talloc_new(NULL);
    uint64_t hash = FNV_START;
    const char *known = NULL, *fingerprint;
    bool is_done;

    each_step(add_to_hash, &hash);
    fingerprint = talloc_asprintf(mem, "%016llx", (unsigned long long)hash);
    is_done = store_get(store, mem, "lifecycle", &known);
    if (is_done && (!known || strcmp(known, fingerprint) != 0))
        is_done = write_all(store, fingerprint);
    talloc_free(mem);
    return is_done;
}
