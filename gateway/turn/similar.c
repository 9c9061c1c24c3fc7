#include "gateway/turn/similar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/understand/likeness.h"
#include "store/search/likeness.h"

/*
 * HERE_MOST: how many cases of the same place and topic are compared. WITH_GRAM_MOST: how many rows are read
 * of a number of the text; COMPARED_MOST: how many of the cases that share most numbers are compared. The
 * worth of one place and topic is in percent of similarity. Below SIMILAR_LEAST a case of another place or
 * topic is not similar.
 */
enum {
    HERE_MOST = 60,
    WITH_GRAM_MOST = 60,
    COMPARED_MOST = 40,
    WORTH_OF_PLACE = 40,
    WORTH_OF_TOPIC = 20,
    SIMILAR_LEAST = 25
};

/* Of what fails for a whole village at once the topic says enough; of anything else the texts must agree. */
enum { EARLIER_SECONDS = 7 * 86400, EARLIER_MOST = 5, EARLIER_LEAST = 30 };

/*
 * New cases are indexed TOGETHER at a time, which costs less, and a search compares the numbers of those that
 * are not indexed yet, at most NEW_MOST. A store whose index is behind is filled FILL_MOST at a time.
 */
enum { TOGETHER = 64, NEW_MOST = 256, FILL_MOST = 1000 };

struct shared {
    int64_t id;
    int grams;
};

/*
 * Of cases that perhaps report one matter: EARLIER_COMPARED of those that share most numbers are compared,
 * and the latest EARLIER_HERE of the same place and topic. Texts of the same place and topic need not be as
 * similar.
 */
enum { EARLIER_COMPARED = 12, EARLIER_HERE = 20, VERY_SIMILAR = 60, SIMILAR_THERE = 30 };

struct finding {
    struct store *store;
    void *mem, *scratch;
    const struct case_ *case_;
    struct likeness *likeness;
    uint32_t grams[LIKENESS_GRAMS];
    size_t n_grams;
    struct shared shared[LIKENESS_GRAMS * WITH_GRAM_MOST + NEW_MOST];
    size_t n_shared, n_indexed; /* of them, how many were found in the index */
    struct similar_case found[HERE_MOST + COMPARED_MOST];
    size_t n;
    bool only_earlier; /* cases that came before this one */
};

static bool is_known(const struct finding *finding, int64_t id)
{
    for (size_t i = 0; i < finding->n; i++)
        if (finding->found[i].id == id)
            return true;
    return false;
}

static bool compare(const struct alike_case *other, void *arg)
{
    struct finding *finding = arg;
    const struct case_ *case_ = finding->case_;
    struct similar_case found = {
        .id = other->id,
        .place = other->place,
        .received_at = other->received_at,
        .similarity = likeness_to(finding->likeness, other->text),
        .is_same_place = case_->place && case_->place == other->place,
        .is_same_topic = strcmp(case_->topic, other->topic) == 0,
    };

    if (is_known(finding, other->id) ||
        (!(found.is_same_place && found.is_same_topic) && found.similarity < SIMILAR_LEAST))
        return true;
    found.number = talloc_strdup(finding->mem, other->number);
    found.topic = talloc_strdup(finding->mem, other->topic);
    finding->found[finding->n++] = found;
    return true;
}

static bool count_shared(int64_t id, void *arg)
{
    struct finding *finding = arg;

    if (finding->only_earlier && id > finding->case_->id)
        return true;
    for (size_t i = 0; i < finding->n_shared; i++)
        if (finding->shared[i].id == id) {
            finding->shared[i].grams++;
            return true;
        }
    finding->shared[finding->n_shared++] = (struct shared){ id, 1 };
    return true;
}

static int by_shared(const void *a, const void *b)
{
    const struct shared *left = a, *right = b;

    if (left->grams != right->grams)
        return right->grams - left->grams;
    return (right->id > left->id) - (right->id < left->id);
}

static bool has_gram(const uint32_t *grams, size_t n, uint32_t gram)
{
    for (size_t i = 0; i < n; i++)
        if (grams[i] == gram)
            return true;
    return false;
}

static bool is_indexed(const struct finding *finding, int64_t id)
{
    for (size_t i = 0; i < finding->n_indexed; i++)
        if (finding->shared[i].id == id)
            return true;
    return false;
}

static bool count_new(const struct alike_case *other, void *arg)
{
    struct finding *finding = arg;
    uint32_t grams[LIKENESS_GRAMS];
    size_t n = likeness_grams(other->text, grams);

    if (other->id == finding->case_->id || is_indexed(finding, other->id))
        return true;
    for (size_t i = 0; i < finding->n_grams; i++)
        if (has_gram(grams, n, finding->grams[i]))
            count_shared(other->id, finding);
    return true;
}

/* Cases that share the most numbers with the text, the most first; the latest of those that share as many. */
static bool find_shared(struct finding *finding)
{
    finding->n_grams = likeness_grams(finding->case_->text, finding->grams);
    for (size_t i = 0; i < finding->n_grams; i++)
        if (!store_each_with_gram(finding->store, finding->grams[i], finding->case_->id, WITH_GRAM_MOST,
                                  count_shared, finding))
            return false;
    finding->n_indexed = finding->n_shared;
    if (!store_each_unindexed(finding->store, true, NEW_MOST, count_new, finding))
        return false;
    if (finding->n_shared > 0)
        qsort(finding->shared, finding->n_shared, sizeof *finding->shared, by_shared);
    return true;
}

static bool find_by_text(struct finding *finding)
{
    if (!find_shared(finding))
        return false;
    for (size_t i = 0; i < finding->n_shared && i < COMPARED_MOST; i++) {
        struct alike_case *other;

        if (!store_alike_case(finding->store, finding->scratch, finding->shared[i].id, &other))
            return false;
        if (other)
            compare(other, finding);
    }
    return true;
}

static bool find_here(struct finding *finding, int64_t since, int most)
{
    const struct case_ *case_ = finding->case_;
    const struct alike_case as = { .id = case_->id, .place = case_->place, .topic = case_->topic };

    return !case_->place || store_each_alike_here(finding->store, &as, since, most, compare, finding);
}

static int worth_of(const struct similar_case *found)
{
    return found->similarity + (found->is_same_place ? WORTH_OF_PLACE : 0) +
           (found->is_same_topic ? WORTH_OF_TOPIC : 0);
}

static int by_worth(const void *a, const void *b)
{
    const struct similar_case *left = a, *right = b;
    int order = worth_of(right) - worth_of(left);

    return order ? order
                 : (right->received_at > left->received_at) - (right->received_at < left->received_at);
}

static struct finding *begin(struct store *store, void *mem, const struct case_ *case_)
{
    struct finding *finding = talloc(mem, struct finding);

    finding->store = store;
    finding->mem = mem;
    finding->scratch = talloc_new(finding);
    finding->case_ = case_;
    finding->likeness = likeness_new(finding, case_->text);
    finding->n_shared = finding->n = 0;
    finding->only_earlier = false;
    return finding;
}

bool similar_find(struct store *store, void *mem, const struct case_ *case_, size_t most,
                  struct similar_case **found, size_t *n)
{
    struct finding *finding;
    bool is_done;

    *found = NULL;
    *n = 0;
    if (case_->is_guarded)
        return true;
    finding = begin(store, mem, case_);
    is_done = find_here(finding, 0, HERE_MOST) && find_by_text(finding);
    if (finding->n > 0)
        qsort(finding->found, finding->n, sizeof *finding->found, by_worth);
    *n = finding->n < most ? finding->n : most;
    if (is_done && *n > 0)
        *found = talloc_memdup(mem, finding->found, *n * sizeof **found);
    talloc_free(finding);
    return is_done;
}

static bool is_very_similar(const struct similar_case *found)
{
    return found->similarity >= (found->is_same_place && found->is_same_topic ? SIMILAR_THERE : VERY_SIMILAR);
}

static bool is_before(const struct similar_case *found, const struct case_ *case_)
{
    return found->received_at != case_->received_at ? found->received_at < case_->received_at
                                                    : found->id < case_->id;
}

/* Hands on what was found from the nth on; false: who takes it has enough. */
static bool hand_on(const struct finding *finding, size_t nth,
                    bool (*take)(const struct similar_case *found, void *arg), void *arg)
{
    for (size_t i = nth; i < finding->n; i++)
        if (is_very_similar(&finding->found[i]) && is_before(&finding->found[i], finding->case_) &&
            !take(&finding->found[i], arg))
            return false;
    return true;
}

bool similar_each_before(struct store *store, void *mem, const struct case_ *case_,
                         bool (*take)(const struct similar_case *found, void *arg), void *arg)
{
    struct finding *finding;
    bool is_done, wants_more = true;

    if (case_->is_guarded)
        return true;
    finding = begin(store, mem, case_);
    finding->only_earlier = true;
    is_done = find_shared(finding);
    for (size_t i = 0; i < finding->n_shared && i < EARLIER_COMPARED && is_done && wants_more; i++) {
        size_t n = finding->n;
        struct alike_case *other;

        is_done = store_alike_case(store, finding->scratch, finding->shared[i].id, &other);
        if (is_done && other)
            compare(other, finding);
        wants_more = is_done && hand_on(finding, n, take, arg);
    }
    if (is_done && wants_more) {
        size_t n = finding->n;

        is_done = find_here(finding, 0, EARLIER_HERE) && (hand_on(finding, n, take, arg), true);
    }
    talloc_free(finding);
    return is_done;
}

static bool fails_for_all(const char *topic)
{
    return strcmp(topic, "water") == 0 || strcmp(topic, "power") == 0;
}

bool similar_earlier(struct store *store, void *mem, const struct case_ *case_, struct similar_case **earlier)
{
    struct finding *finding;
    bool is_done;

    *earlier = NULL;
    if (case_->is_guarded || !case_->place)
        return true;
    finding = begin(store, mem, case_);
    is_done = find_here(finding, case_->received_at - EARLIER_SECONDS, EARLIER_MOST);
    if (finding->n > 0)
        qsort(finding->found, finding->n, sizeof *finding->found, by_worth);
    for (size_t i = 0; i < finding->n && is_done && !*earlier; i++)
        if (fails_for_all(case_->topic) || finding->found[i].similarity >= EARLIER_LEAST)
            *earlier = talloc_memdup(mem, &finding->found[i], sizeof **earlier);
    talloc_free(finding);
    return is_done;
}

static bool index_text(struct store *store, int64_t id, const char *text)
{
    uint32_t grams[LIKENESS_GRAMS];
    size_t n = likeness_grams(text, grams);

    return store_index_case(store, id, grams, n);
}

bool similar_add(struct store *store, const struct case_ *case_)
{
    return case_->id % TOGETHER != 0 || similar_fill(store);
}

bool similar_keep(struct store *store, const struct case_ *case_)
{
    return store_unindex_case(store, case_->id) && (!case_state_is_open(case_->state) || case_->is_guarded ||
                                                    index_text(store, case_->id, case_->text));
}

struct filling {
    struct store *store;
    int64_t last;
    size_t n;
    bool is_done;
};

static bool fill_one(const struct alike_case *case_, void *arg)
{
    struct filling *filling = arg;

    filling->is_done = index_text(filling->store, case_->id, case_->text);
    filling->last = case_->id;
    filling->n++;
    return filling->is_done;
}

bool similar_fill(struct store *store)
{
    struct filling filling = { .store = store, .is_done = true };

    if (!store_each_unindexed(store, false, FILL_MOST, fill_one, &filling) || !filling.is_done)
        return false;
    return store_note_indexed(store, filling.n < FILL_MOST ? INT64_MAX : filling.last);
}
