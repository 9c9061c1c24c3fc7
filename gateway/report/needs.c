#include "gateway/report/needs.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/facts.h"
#include "gateway/turn/jurisdiction.h"
#include "gateway/understand/similarity.h"
#include "store/fnv.h"

/* SIMILAR_PERCENT: less similar texts count as different; those of two topics must share more, for one of
 * them may be wrong. COMPARED_MOST: how many earlier cases of its place a case is compared with. */
enum { SIMILAR_PERCENT = 25, OF_TWO_TOPICS_PERCENT = 35, COMPARED_MOST = 300 };

/* An open case. */
struct candidate {
    const char *number;
    int64_t place;
    const char *topic;
    size_t text; /* its number in the similarity: in order of time */
};

/* A person who reported a need. */
struct speaker {
    size_t need;
    uint64_t reporter; /* a hash */
};

struct finding {
    void *mem;
    const struct needs_query *query;
    struct jurisdiction *jurisdiction;
    struct similarity *similarity;
    struct needs *found;
    size_t *need_of_place; /* by the place's id: 1 + its newest need */
    size_t *need_before;   /* by need: 1 + the need of the same place before it */
    struct candidate *candidates;
    size_t n_candidates;
    struct speaker *speakers;
    size_t n_speakers;
};

static void *with_room(void *mem, void *array, size_t n, size_t size)
{
    return n & (n - 1) ? array : talloc_realloc_size(mem, array, (n ? 2 * n : 1) * size);
}

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_need_and_reporter(const void *a, const void *b)
{
    const struct speaker *left = a, *right = b;
    int order = compare(left->need, right->need);

    return order ? order : compare(left->reporter, right->reporter);
}

/* Counts the different reporters of each need. */
static void count_people(struct finding *finding)
{
    const struct speaker *speakers = finding->speakers;

    if (finding->n_speakers > 0)
        qsort(finding->speakers, finding->n_speakers, sizeof *speakers, by_need_and_reporter);
    for (size_t i = 0; i < finding->n_speakers; i++)
        finding->found->needs[speakers[i].need].people +=
            i == 0 || by_need_and_reporter(&speakers[i - 1], &speakers[i]) != 0;
}

/* The greatest number in front of a unit: 310 in 共310户, 1300 in 1300多人; 0 none. */
static int64_t named(const char *text, const char *unit)
{
    static const char *const about[] = { "多", "余", "" };
    int64_t most = 0;

    for (const char *at = text; (at = strpbrk(at, "0123456789"));) {
        char *end;
        int64_t count = strtoll(at, &end, 10);

        for (size_t i = 0; i < 3 && end - at < 7; i++) {
            size_t length = strlen(about[i]);

            if (strncmp(end, about[i], length) == 0 && strncmp(end + length, unit, strlen(unit)) == 0)
                most = count > most ? count : most;
        }
        at = end;
    }
    return most;
}

static void add_need(struct finding *finding, const struct comparable_case *case_)
{
    struct needs *found = finding->found;
    struct need added = { .place = jurisdiction_name(finding->jurisdiction, finding->mem, case_->place),
                          .topic = talloc_strdup(finding->mem, case_->topic) };

    found->needs = with_room(finding->mem, found->needs, found->n_needs, sizeof *found->needs);
    finding->need_before =
        with_room(finding->mem, finding->need_before, found->n_needs, sizeof *finding->need_before);
    finding->need_before[found->n_needs] = finding->need_of_place[case_->place];
    found->needs[found->n_needs++] = added;
    finding->need_of_place[case_->place] = found->n_needs;
}

/* The index of the place and topic's need, which is added when it is new. */
static size_t find_need(struct finding *finding, const struct comparable_case *case_)
{
    for (size_t i = finding->need_of_place[case_->place]; i > 0; i = finding->need_before[i - 1])
        if (strcmp(finding->found->needs[i - 1].topic, case_->topic) == 0)
            return i - 1;
    add_need(finding, case_);
    return finding->found->n_needs - 1;
}

static void count_need(struct finding *finding, const struct comparable_case *case_)
{
    int64_t households = named(case_->text, "户"), inhabitants = named(case_->text, "人");
    size_t at = find_need(finding, case_);
    struct need *need = &finding->found->needs[at];

    finding->speakers =
        with_room(finding->mem, finding->speakers, finding->n_speakers, sizeof *finding->speakers);
    finding->speakers[finding->n_speakers++] =
        (struct speaker){ at, fnv_add_text(FNV_START, case_->reporter) };
    need->cases++;
    need->open += case_state_is_open(case_->state);
    need->households = households > need->households ? households : need->households;
    need->inhabitants = inhabitants > need->inhabitants ? inhabitants : need->inhabitants;
}

static void add_candidate(struct finding *finding, const struct comparable_case *case_)
{
    struct candidate added = { .number = talloc_strdup(finding->mem, case_->number),
                               .place = case_->place,
                               .topic = talloc_strdup(finding->mem, case_->topic),
                               .text = finding->n_candidates };

    finding->candidates = with_room(finding->mem, finding->candidates, finding->n_candidates, sizeof added);
    finding->candidates[finding->n_candidates++] = added;
    similarity_add(finding->similarity, case_->text);
}

static bool take(const struct comparable_case *case_, void *arg)
{
    struct finding *finding = arg;

    if (!jurisdiction_unit(finding->jurisdiction, case_->place) ||
        !jurisdiction_has(finding->jurisdiction, case_->place, 0))
        return true;
    if (case_->category == CATEGORY_LIVELIHOOD)
        count_need(finding, case_);
    if (case_state_is_open(case_->state))
        add_candidate(finding, case_);
    return true;
}

static int by_place_and_time(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    int order = compare((uint64_t)left->place, (uint64_t)right->place);

    return order ? order : compare(left->text, right->text);
}

/* Pairs the candidate with the most similar earlier one of the same place. */
static void find_pair(struct finding *finding, size_t at)
{
    const struct candidate *here = &finding->candidates[at];
    struct needs *found = finding->found;
    double most = SIMILAR_PERCENT / 100.0;
    size_t nearest = at;

    for (size_t i = at; i-- > 0 && at - i <= COMPARED_MOST;) {
        const struct candidate *other = &finding->candidates[i];
        double similarity;

        if (other->place != here->place)
            break;
        similarity = similarity_of(finding->similarity, here->text, other->text);
        if (strcmp(other->topic, here->topic) != 0 && similarity < OF_TWO_TOPICS_PERCENT / 100.0)
            continue;
        if (similarity >= most) {
            most = similarity;
            nearest = i;
        }
    }
    if (nearest == at)
        return;
    found->pairs = with_room(finding->mem, found->pairs, found->n_pairs, sizeof *found->pairs);
    found->pairs[found->n_pairs++] =
        (struct similar_pair){ .number = here->number,
                               .earlier = finding->candidates[nearest].number,
                               .place = jurisdiction_name(finding->jurisdiction, finding->mem, here->place),
                               .topic = here->topic,
                               .similarity = (int)(100 * most + 0.5) };
}

static int by_people(const void *a, const void *b)
{
    const struct need *left = a, *right = b;

    if (left->people != right->people)
        return left->people < right->people ? 1 : -1;
    if (left->cases != right->cases)
        return left->cases < right->cases ? 1 : -1;
    return strcmp(left->place, right->place) ? strcmp(left->place, right->place)
                                             : strcmp(left->topic, right->topic);
}

static int by_similarity(const void *a, const void *b)
{
    const struct similar_pair *left = a, *right = b;

    return left->similarity != right->similarity ? right->similarity - left->similarity
                                                 : strcmp(left->number, right->number);
}

/* Keeps the needs of two people or more, and at most limit rows of each list. */
static void keep_first(struct finding *finding)
{
    struct needs *found = finding->found;
    size_t limit = finding->query->limit, shared = 0;

    if (found->n_needs > 0)
        qsort(found->needs, found->n_needs, sizeof *found->needs, by_people);
    while (shared < found->n_needs && found->needs[shared].people > 1)
        shared++;
    if (found->n_pairs > 0)
        qsort(found->pairs, found->n_pairs, sizeof *found->pairs, by_similarity);
    found->n_needs = shared < limit ? shared : limit;
    if (found->n_pairs > limit)
        found->n_pairs = limit;
}

bool needs_find(void *mem, struct store *store, const struct needs_query *query, struct needs *found)
{
    struct finding finding = { .mem = mem, .query = query, .found = found };

    *found = (struct needs){ 0 };
    finding.jurisdiction = jurisdiction_new(mem, store, query->unit);
    finding.similarity = similarity_new(mem);
    if (!finding.jurisdiction)
        return false;
    finding.need_of_place =
        talloc_zero_array(mem, size_t, (size_t)jurisdiction_size(finding.jurisdiction) + 1);
    if (!store_each_comparable(store, query->since, query->until, take, &finding))
        return false;
    count_people(&finding);
    if (finding.n_candidates > 0)
        qsort(finding.candidates, finding.n_candidates, sizeof *finding.candidates, by_place_and_time);
    similarity_weigh(finding.similarity);
    for (size_t i = 0; i < finding.n_candidates; i++)
        find_pair(&finding, i);
    keep_first(&finding);
    return true;
}

static void add_topic(struct json_object *object, const char *topic, bool has_flags)
{
    if (has_flags)
        facts_choice(object, "topic", topic);
    else
        facts_text(object, "topic", topic, 0);
}

static struct json_object *list_of_needs(const struct needs *found, bool has_flags)
{
    struct json_object *list = json_object_new_array();

    for (size_t i = 0; i < found->n_needs; i++) {
        const struct need *need = &found->needs[i];
        struct json_object *row = facts_text(NULL, "place", need->place, 0);

        add_topic(row, need->topic, has_flags);
        facts_number(row, "people", need->people);
        facts_number(row, "cases", need->cases);
        facts_number(row, "open", need->open);
        facts_number(row, "households", need->households);
        facts_number(row, "inhabitants", need->inhabitants);
        json_object_array_add(list, row);
    }
    return list;
}

struct json_object *needs_json(const struct needs *found, bool has_flags)
{
    struct json_object *all = json_object_new_object(), *list = json_object_new_array();

    json_object_object_add(all, "needs", list_of_needs(found, has_flags));
    for (size_t i = 0; i < found->n_pairs; i++) {
        const struct similar_pair *pair = &found->pairs[i];
        struct json_object *row = facts_text(NULL, "number", pair->number, 0);

        facts_text(row, "earlier", pair->earlier, 0);
        facts_text(row, "place", pair->place, 0);
        add_topic(row, pair->topic, has_flags);
        facts_number(row, "similarity", pair->similarity);
        json_object_array_add(list, row);
    }
    json_object_object_add(all, "pairs", list);
    return all;
}
