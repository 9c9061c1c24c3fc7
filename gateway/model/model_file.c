/*
 * The file of a model: a line that names the form, the recipe's lines, an empty line; then numbers of 32
 * bits, little-endian, and arrays. Its last four octets are a checksum of all before them.
 */
#include "gateway/model/model_private.h"

#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { BY_LENGTH = 256 /* added to a block's order */, CHECKSUM = 4 /* octets behind all blocks */ };

static const char form[] = "xiangyin model 1\n";

static uint32_t checksum(const unsigned char *octets, size_t n)
{
    uint64_t hash = 14695981039346656037u;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ octets[i]) * 1099511628211u;
    return (uint32_t)(hash ^ hash >> 32);
}

static void put_number(FILE *out, uint32_t number)
{
    number = htole32(number);
    fwrite(&number, sizeof number, 1, out);
}

static void put_float(FILE *out, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    put_number(out, bits);
}

static void put_text(FILE *out, const char *text)
{
    put_number(out, (uint32_t)strlen(text));
    fwrite(text, 1, strlen(text), out);
}

static void put_head(FILE *out, const struct head *head)
{
    put_number(out, (uint32_t)head->n_labels);
    for (size_t i = 0; i < head->n_labels; i++)
        put_text(out, head->labels[i]);
    put_number(out, (uint32_t)head->first);
    put_number(out, (uint32_t)head->outputs);
    for (int i = 0; i < FIT_TERMS; i++)
        put_float(out, head->fit[i]);
    put_float(out, head->threshold);
}

static void put_block(FILE *out, const struct model *model, const struct block *block)
{
    size_t slots = (size_t)block->buckets * BUCKET;

    put_number(out, block->order | (block->by_length ? BY_LENGTH : 0));
    put_number(out, block->buckets);
    put_number(out, (uint32_t)block->outputs);
    for (enum model_head head = 0; head < HEADS; head++)
        put_head(out, &block->heads[head]);
    for (size_t i = 0; i < block->outputs; i++)
        put_float(out, block->scale[i]);
    for (size_t signal = 0; signal < model->n_signals; signal++)
        for (size_t i = 0; i < block->outputs; i++)
            put_float(out, block->signals[signal * block->stride + i]);
    for (size_t slot = 0; slot < slots; slot++) {
        uint16_t mark = htole16(block->marks[slot]);

        fwrite(&mark, sizeof mark, 1, out);
    }
    if (slots > 0)
        fwrite(block->rarity, 1, slots, out);
    for (size_t slot = 0; slot < slots; slot++)
        fwrite(block->weights + slot * block->row, 1, block->outputs, out);
}

const void *model_octets(void *mem, const struct model *model, size_t *size)
{
    char *octets = NULL;
    const void *kept;
    FILE *out = open_memstream(&octets, size);

    fputs(form, out);
    fputs(model->recipe, out);
    putc('\n', out);
    put_number(out, model->n_signals);
    put_number(out, model->kind);
    for (size_t i = 0; i < BLOCKS; i++)
        put_block(out, model, &model->blocks[i]);
    fflush(out);
    put_number(out, checksum((unsigned char *)octets, *size));
    fclose(out);
    kept = talloc_memdup(mem, octets, *size);
    free(octets);
    return kept;
}

/* Reading: every take_* is safe behind the file's end, and says so in is_short. */
struct reader {
    const unsigned char *at, *end;
    bool is_short;
    bool stays; /* the octets outlive the model */
};

static const unsigned char *take(struct reader *in, size_t n)
{
    const unsigned char *octets = in->at;

    if (in->is_short || (size_t)(in->end - in->at) < n) {
        in->is_short = true;
        return NULL;
    }
    in->at += n;
    return octets;
}

static uint32_t take_number(struct reader *in)
{
    const unsigned char *octets = take(in, 4);
    uint32_t number = 0;

    if (octets)
        memcpy(&number, octets, sizeof number);
    return le32toh(number);
}

static float take_float(struct reader *in)
{
    uint32_t bits = take_number(in);
    float value;

    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value))
        in->is_short = true;
    return value;
}

static const char *take_text(struct reader *in, void *mem)
{
    uint32_t length = take_number(in);
    const unsigned char *octets = take(in, length);

    return octets ? talloc_strndup(mem, (const char *)octets, length) : "";
}

static void take_head(struct reader *in, void *mem, const struct block *block, struct head *head)
{
    head->n_labels = take_number(in);
    if (head->n_labels > LABELS_MOST) {
        in->is_short = true;
        head->n_labels = 0;
    }
    for (size_t i = 0; i < head->n_labels; i++)
        head->labels[i] = take_text(in, mem);
    head->first = take_number(in);
    head->outputs = take_number(in);
    for (int i = 0; i < FIT_TERMS; i++)
        head->fit[i] = take_float(in);
    head->threshold = take_float(in);
    if (head->outputs > block->outputs || head->first > block->outputs - head->outputs ||
        (head->outputs == 1 ? head->n_labels != 2 : head->n_labels != head->outputs))
        in->is_short = true;
}

/* Leaves most of the model in the program's own file, of which all processes share one copy. */
static void use_weights(struct block *block, const unsigned char *octets, size_t slots)
{
    block->rarity = (uint8_t *)octets;
    block->weights = (int8_t *)octets + slots;
    block->row = block->outputs;
}

static void copy_weights(void *mem, struct block *block, const unsigned char *octets, size_t slots)
{
    block->rarity = talloc_memdup(mem, octets, slots);
    block->row = block->stride;
    block->weights = talloc_zero_size(mem, slots * block->row);
    for (size_t slot = 0; slot < slots; slot++)
        memcpy(block->weights + slot * block->row, octets + slots + slot * block->outputs, block->outputs);
}

static void take_arrays(struct reader *in, void *mem, const struct model *model, struct block *block)
{
    size_t slots = (size_t)block->buckets * BUCKET;
    const unsigned char *octets;

    block->scale = talloc_zero_array(mem, float, (unsigned)block->stride);
    block->signals = talloc_zero_size(mem, model->n_signals * block->stride * sizeof(float));
    for (size_t i = 0; i < block->outputs; i++)
        block->scale[i] = take_float(in);
    for (size_t signal = 0; signal < model->n_signals; signal++)
        for (size_t i = 0; i < block->outputs; i++)
            block->signals[signal * block->stride + i] = take_float(in);
    octets = take(in, slots * (2 + 1 + block->outputs));
    if (!octets)
        return;
    block->marks = talloc_array(mem, uint16_t, (unsigned)slots);
    for (size_t slot = 0; slot < slots; slot++)
        block->marks[slot] = (uint16_t)(octets[2 * slot] | octets[2 * slot + 1] << 8);
    if (in->stays && (size_t)(in->end - in->at) + CHECKSUM >= block->stride - block->outputs)
        use_weights(block, octets + slots * 2, slots);
    else
        copy_weights(mem, block, octets + slots * 2, slots);
}

static void take_block(struct reader *in, void *mem, const struct model *model, struct block *block)
{
    enum { BUCKETS_MOST = 1 << 22 };

    block->n_signals = model->n_signals;
    rarity_table(block->rarities);
    block->order = take_number(in);
    block->by_length = block->order & BY_LENGTH;
    block->order &= ~(uint32_t)BY_LENGTH;
    block->buckets = take_number(in);
    block->outputs = take_number(in);
    if (block->outputs > OUTPUTS_MOST || block->buckets > BUCKETS_MOST ||
        (block->outputs > 0 && block->buckets == 0)) {
        in->is_short = true;
        return;
    }
    block->stride = (block->outputs + LANES - 1) / LANES * LANES;
    for (enum model_head head = 0; head < HEADS && !in->is_short; head++)
        take_head(in, mem, block, &block->heads[head]);
    if (!in->is_short)
        take_arrays(in, mem, model, block);
}

/* The recipe's lines, up to the empty one. */
static const char *take_recipe(struct reader *in, void *mem)
{
    const unsigned char *start = in->at;
    const unsigned char *end = memmem(start, (size_t)(in->end - start), "\n\n", 2);

    if (!end) {
        in->is_short = true;
        return "";
    }
    in->at = end + 2;
    return talloc_strndup(mem, (const char *)start, (size_t)(end + 1 - start));
}

static bool is_whole(const void *octets, size_t size)
{
    const unsigned char *end = (const unsigned char *)octets + size - 4;
    struct reader sum = { end, end + 4, false, false };

    return size > sizeof form + 4 && memcmp(octets, form, sizeof form - 1) == 0 &&
           take_number(&sum) == checksum(octets, size - 4);
}

static struct model *open_model(void *mem, const void *octets, size_t size, bool stays, size_t signals,
                                uint32_t kind, const char **error)
{
    struct model *model = talloc_zero(mem, struct model);
    struct reader in = { (const unsigned char *)octets + sizeof form - 1,
                         (const unsigned char *)octets + size - 4, false, stays };

    *error = "it is no model, or damaged";
    if (is_whole(octets, size)) {
        model->recipe = take_recipe(&in, model);
        model->n_signals = take_number(&in);
        model->kind = take_number(&in);
        if (model->n_signals != signals || model->kind != kind) {
            *error = "it was trained by another version of the program: train it again";
            in.is_short = true;
        }
        for (size_t i = 0; i < BLOCKS && !in.is_short; i++)
            take_block(&in, model, model, &model->blocks[i]);
        if (!in.is_short && in.at == in.end)
            return model;
    }
    talloc_free(model);
    return NULL;
}

struct model *model_open(void *mem, const void *octets, size_t size, size_t signals, uint32_t kind,
                         const char **error)
{
    return open_model(mem, octets, size, false, signals, kind, error);
}

struct model *model_open_in_place(void *mem, const void *octets, size_t size, size_t signals, uint32_t kind,
                                  const char **error)
{
    return open_model(mem, octets, size, true, signals, kind, error);
}
