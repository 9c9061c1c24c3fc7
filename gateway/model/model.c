#include "gateway/model/model_private.h"

#include "gateway/model/calibrate.h"

#include <math.h>
#include <string.h>
#include <talloc.h>

/* Eight weights or sums at a time. */
typedef int8_t weights_lanes __attribute__((vector_size(8), aligned(1)));
typedef int16_t short_lanes __attribute__((vector_size(16)));
typedef int32_t long_lanes __attribute__((vector_size(32)));
typedef float sums_lanes __attribute__((vector_size(32), aligned(4)));
typedef uint16_t marks_lanes __attribute__((vector_size(16), aligned(2)));
typedef uint64_t halves __attribute__((vector_size(16)));

const char *const model_head_names[HEADS] = { "topic", "category", "urgent", "accuses", "intent" };

size_t block_of(enum model_head head)
{
    return head == HEAD_INTENT;
}

void model_text_hashes(const struct model *model, void *mem, struct model_text *text)
{
    uint32_t *hashes = talloc_array(mem, uint32_t, (unsigned)grams_room(text->n));

    for (size_t i = 0; i < BLOCKS; i++)
        if (model->blocks[i].order > text->longest)
            text->longest = model->blocks[i].order;
    text->n_hashes = grams_of(text->symbols, text->n, text->longest, hashes, NULL);
    text->hashes = hashes;
}

bool model_has(const struct model *model, enum model_head head)
{
    return model->blocks[block_of(head)].heads[head].n_labels > 0;
}

const char *model_recipe(const struct model *model)
{
    return model->recipe;
}

void model_remark(struct model *model, const char *line)
{
    model->recipe = talloc_asprintf(model, "%s%s\n", model->recipe, line);
}

static const float rarity_steps = 48;

uint8_t rarity_code(float rarity)
{
    float code = roundf(log2f(rarity) * rarity_steps);

    return (uint8_t)fmaxf(0, fminf(255, code));
}

void rarity_table(float rarities[256])
{
    for (int code = 0; code < 256; code++)
        rarities[code] = exp2f((float)code / rarity_steps);
}

uint32_t block_bucket(const struct block *block, uint32_t hash)
{
    return (uint32_t)((uint64_t)hash * block->buckets >> 32);
}

/* The low bits: the bucket comes from the high ones. */
uint16_t block_mark(uint32_t hash)
{
    uint16_t mark = (uint16_t)hash;

    return mark ? mark : 1;
}

/* The first of four lanes of 16 bits that is not 0. */
static inline int first_lane(uint64_t lanes)
{
    return (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_ctzll(lanes) : __builtin_clzll(lanes)) / 16;
}

static inline int64_t slot_of(const struct block *block, uint32_t hash)
{
    uint32_t bucket = block_bucket(block, hash);
    const uint16_t *marks = block->marks + (size_t)bucket * BUCKET;
    marks_lanes equal = *(const marks_lanes *)marks == block_mark(hash);
    halves both = (halves)equal;

    if (both[0])
        return (int64_t)bucket * BUCKET + first_lane(both[0]);
    return both[1] ? (int64_t)bucket * BUCKET + 4 + first_lane(both[1]) : -1;
}

int64_t block_slot(const struct block *block, uint32_t hash)
{
    return slot_of(block, hash);
}

/* Compiled twice where processors differ: with instructions for eight numbers at once, and without.
 * Sanitizers cannot start a program that chooses while it is loaded. */
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FOR_WIDE_REGISTERS __attribute__((target_clones("avx2", "default")))
#else
#define FOR_WIDE_REGISTERS
#endif

/* How often each slot stands in the text: a small open table, and its places in use. */
struct tally {
    struct tallied {
        uint32_t slot, count; /* count 0: empty */
    } * places;
    uint32_t *used;
    size_t mask, n;
};

static void tally_add(struct tally *tally, uint32_t slot)
{
    size_t at = (slot * 2654435761u >> 7) & tally->mask;

    while (tally->places[at].count && tally->places[at].slot != slot)
        at = (at + 1) & tally->mask;
    if (tally->places[at].count == 0)
        tally->used[tally->n++] = (uint32_t)at;
    tally->places[at].slot = slot;
    tally->places[at].count++;
}

/* Copies the hashes that the block uses, one behind the other; returns how many. What they need is fetched
 * while others are looked at: the tables are larger than the fast memories. used may be hashes. */
static size_t keep_used(const struct block *block, const uint32_t *hashes, size_t n, uint32_t *used)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i += GRAM_LENGTHS)
        for (size_t k = 0; k < block->order; k++) {
            uint32_t hash = hashes[i + k];

            used[kept] = hash;
            kept += hash != 0;
            __builtin_prefetch(block->marks + (size_t)block_bucket(block, hash) * BUCKET);
        }
    return kept;
}

/* Replaces n hashes by the slots of those that the block knows; returns how many. */
static size_t find_slots(const struct block *block, uint32_t *hashes, size_t n)
{
    size_t known = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t slot = slot_of(block, hashes[i]);

        if (slot < 0)
            continue;
        __builtin_prefetch(block->weights + (size_t)slot * block->row);
        __builtin_prefetch(block->rarity + slot);
        hashes[known++] = (uint32_t)slot;
    }
    return known;
}

FOR_WIDE_REGISTERS static void add_tallied(const struct block *block, const struct tally *tally, float *sums,
                                           float *squares)
{
    for (size_t i = 0; i < tally->n; i++) {
        const struct tallied *place = &tally->places[tally->used[i]];
        const int8_t *weights = block->weights + place->slot * block->row;
        float times = (float)place->count, root = place->count == 1 ? 1 : sqrtf(times);
        float rarity = block->rarities[block->rarity[place->slot]];

        *squares += times * rarity * rarity;
        for (size_t out = 0; out < block->stride; out += LANES) {
            /* in two steps, for which there are instructions */
            short_lanes these = __builtin_convertvector(*(const weights_lanes *)(weights + out), short_lanes);
            long_lanes wider = __builtin_convertvector(these, long_lanes);

            *(sums_lanes *)(sums + out) += __builtin_convertvector(wider, sums_lanes) * root;
        }
    }
}

enum { TALLY_ON_STACK = 512 };

/* The sums over the text's sequences, not yet divided by its norm. room: for n hashes. */
static void add_sequences(const struct block *block, void *mem, const uint32_t *hashes, size_t n,
                          uint32_t *room, struct scores *scores)
{
    struct tallied places[TALLY_ON_STACK];
    uint32_t used[TALLY_ON_STACK];
    struct tally tally = { places, used, 15, 0 };
    size_t seen = keep_used(block, hashes, n, room), known = find_slots(block, room, seen);
    float squares = 0;

    scores->known = seen ? (float)known / (float)seen : 0;
    scores->length = log1pf((float)seen);
    while (tally.mask < known * 3 / 2)
        tally.mask = tally.mask * 2 + 1;
    if (tally.mask >= TALLY_ON_STACK) {
        tally.places = talloc_array(mem, struct tallied, (unsigned)tally.mask + 1);
        tally.used = talloc_array(mem, uint32_t, (unsigned)tally.mask + 1);
    }
    memset(tally.places, 0, (tally.mask + 1) * sizeof *tally.places);
    for (size_t i = 0; i < known; i++)
        tally_add(&tally, room[i]);
    add_tallied(block, &tally, scores->outputs, &squares);
    scores->norm = squares > 0 ? sqrtf(squares) : 1;
}

FOR_WIDE_REGISTERS static void add_signals(const struct block *block, const float *signals, float *sums)
{
    for (size_t signal = 0; signal < block->n_signals; signal++) {
        const float *weights = block->signals + signal * block->stride;

        if (signals[signal] == 0)
            continue;
        for (size_t i = 0; i < block->stride; i += LANES)
            *(sums_lanes *)(sums + i) += *(const sums_lanes *)(weights + i) * signals[signal];
    }
}

void block_score(const struct block *block, void *mem, const struct model_text *text, struct scores *scores)
{
    enum { ROOM_ON_STACK = GRAM_LENGTHS * 112 };
    uint32_t room[ROOM_ON_STACK], *hashes = room;
    size_t n = grams_room(text->n);
    void *scratch = n > ROOM_ON_STACK ? talloc_new(mem) : NULL;

    if (scratch)
        hashes = talloc_array(scratch, uint32_t, (unsigned)n);
    memset(scores, 0, sizeof *scores);
    if (text->hashes && text->longest >= block->order)
        add_sequences(block, scratch, text->hashes, text->n_hashes, hashes, scores);
    else
        add_sequences(block, scratch, hashes, grams_of(text->symbols, text->n, block->order, hashes, NULL),
                      hashes, scores);
    if (block->by_length)
        scores->norm = norm_by_length(text->n);
    for (size_t i = 0; i < block->outputs; i++)
        scores->outputs[i] *= block->scale[i] / scores->norm;
    add_signals(block, text->signals, scores->outputs);
    talloc_free(scratch);
}

float norm_by_length(size_t n)
{
    const float usual_rarity = 3;

    return usual_rarity * sqrtf(2 * (float)n + 2);
}

void head_answer(const struct head *head, const struct scores *scores, struct model_answer *answer)
{
    size_t best;
    struct terms terms = terms_of(scores, head->first, head->outputs, &best);

    answer->confidence = chance_of(head->fit, &terms);
    if (head->outputs == 1)
        best = answer->confidence >= head->threshold;
    answer->index = (int)best;
    answer->label = head->labels[best];
}

/* What the model answers by itself. */
static void note_labels(const struct block *block, const struct scores *scores,
                        struct model_answer answers[HEADS])
{
    for (enum model_head head = 0; head < HEADS; head++)
        if (block->heads[head].n_labels > 0)
            head_answer(&block->heads[head], scores, &answers[head]);
}

static void add_learned(const struct block *learned, void *mem, const struct model_text *text,
                        struct scores *scores)
{
    struct scores more;

    if (learned->outputs == 0)
        return;
    block_score(learned, mem, text, &more);
    for (size_t i = 0; i < learned->outputs; i++)
        scores->outputs[i] += more.outputs[i];
}

void block_score_corrected(const struct block *block, const struct block *learned, void *mem,
                           const struct model_text *text, struct scores *scores)
{
    block_score(block, mem, text, scores);
    if (learned)
        add_learned(learned, mem, text, scores);
}

static void ask(const struct block *block, const struct block *learned, void *mem,
                const struct model_text *text, struct model_answer answers[HEADS])
{
    struct scores scores;

    memset(answers, 0, HEADS * sizeof *answers);
    if (block->outputs == 0)
        return;
    block_score(block, mem, text, &scores);
    if (learned) {
        note_labels(block, &scores, answers);
        add_learned(learned, mem, text, &scores);
    }
    for (enum model_head head = 0; head < HEADS; head++)
        if (block->heads[head].n_labels > 0) {
            const char *before = answers[head].label;

            head_answer(&block->heads[head], &scores, &answers[head]);
            answers[head].is_corrected = before && before != answers[head].label;
        }
}

void model_ask_subject(const struct model *model, void *mem, const struct model_text *text,
                       struct model_answer answers[HEADS])
{
    ask(&model->blocks[block_of(HEAD_TOPIC)], NULL, mem, text, answers);
}

void model_ask_corrected(const struct model *model, const struct model *learned, void *mem,
                         const struct model_text *text, struct model_answer answers[HEADS])
{
    size_t block = block_of(HEAD_TOPIC);

    ask(&model->blocks[block], learned ? &learned->blocks[block] : NULL, mem, text, answers);
}

size_t model_labels(const struct model *model, enum model_head head, const char *const **labels)
{
    const struct head *its = &model->blocks[block_of(head)].heads[head];

    *labels = its->labels;
    return its->n_labels;
}

bool model_knows(const struct model *model, const uint32_t *symbols, size_t n)
{
    uint32_t hashes[GRAM_LENGTHS * (GRAM_LENGTHS + 3)];
    size_t found;

    if (n == 0 || n > GRAM_LENGTHS)
        return false;
    found = grams_of(symbols, n, n, hashes, NULL);
    /* the last symbol is that of the text's end */
    return found >= (size_t)2 * GRAM_LENGTHS &&
           block_slot(&model->blocks[block_of(HEAD_TOPIC)],
                      hashes[found - (size_t)2 * GRAM_LENGTHS + n - 1]) >= 0;
}

size_t model_outputs(const struct model *model, enum model_head head, void *mem,
                     const struct model_text *text, float *outputs)
{
    const struct block *block = &model->blocks[block_of(head)];
    struct scores scores;

    block_score(block, mem, text, &scores);
    memcpy(outputs, scores.outputs, block->outputs * sizeof *outputs);
    return block->outputs;
}

bool model_is_beside(const struct model *learned, const struct model *model)
{
    for (enum model_head head = 0; head < HEADS; head++) {
        const char *const *labels, *const *its;
        size_t n = model_labels(learned, head, &labels);

        if (n > 0 && n != model_labels(model, head, &its))
            return false;
        for (size_t i = 0; i < n; i++)
            if (strcmp(labels[i], its[i]) != 0)
                return false;
    }
    return true;
}

size_t model_intent_scores(const struct model *model, const struct model *learned, void *mem,
                           const struct model_text *text, const char *const **labels, float *scores)
{
    size_t index = block_of(HEAD_INTENT);
    const struct block *block = &model->blocks[index];
    const struct head *head = &block->heads[HEAD_INTENT];
    struct scores all;

    if (head->n_labels == 0)
        return 0;
    block_score_corrected(block, learned ? &learned->blocks[index] : NULL, mem, text, &all);
    memcpy(scores, all.outputs + head->first, head->outputs * sizeof *scores);
    *labels = head->labels;
    return head->outputs;
}
