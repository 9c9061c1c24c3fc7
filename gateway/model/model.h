/*
 * A linear model of short texts: sequences of characters, hashed, and what the program's rules found in the
 * text give each label a score. It is built once and never changed, so any thread may use it. Scoring is in
 * model.c, the file's form in model_file.c, explanations in model_explain.c.
 */
#ifndef GATEWAY_MODEL_MODEL_H
#define GATEWAY_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a model can be asked. Urgent and accuses have the labels "0" and "1", the others free ones. */
enum model_head { HEAD_TOPIC, HEAD_CATEGORY, HEAD_URGENT, HEAD_ACCUSES, HEAD_INTENT, HEADS };

extern const char *const model_head_names[HEADS]; /* the columns' names in files of examples */

enum { MODEL_SIGNALS_MOST = 128, MODEL_LABELS_MOST = 64 };

struct model_text {
    const uint32_t *symbols; /* code points of normalised text */
    size_t n;
    const float *signals;     /* findings of the rules, as many as the model was trained with; mostly 0 */
    const uint32_t *hashes;   /* of its sequences, from model_text_hashes; NULL: none are made yet */
    size_t n_hashes, longest; /* longest: the longest sequences among them */
};

struct model_answer {
    const char *label; /* the model's; NULL: the model has no such head */
    int index;         /* of the label; for urgent and accuses 1 when the chance is at least the threshold */
    float confidence;  /* the chance that label is right; for urgent and accuses the chance of "1" */
    bool is_corrected; /* what was learned beside the model changed the label */
};

struct model;

/*
 * octets: a file that xiangyin train wrote; they are copied. signals: how many the caller can give, kind:
 * which ones (a number that changes with their meaning). NULL: *error says why (from mem or a constant
 * string).
 */
struct model *model_open(void *mem, const void *octets, size_t size, size_t signals, uint32_t kind,
                         const char **error);

/* The same of octets that outlive the model and do not change: it leaves its weights there. */
struct model *model_open_in_place(void *mem, const void *octets, size_t size, size_t signals, uint32_t kind,
                                  const char **error);

/* Makes the hashes of a text that both the subject and the intent of this model will be asked of. From mem.
 */
void model_text_hashes(const struct model *model, void *mem, struct model_text *text);

/* Whether the model was trained for it. */
bool model_has(const struct model *model, enum model_head head);

/* The labels of a head; returns how many. */
size_t model_labels(const struct model *model, enum model_head head, const char *const **labels);

/* The margins of all labels of the heads that share this head's block, in order; returns how many. outputs
 * has room for MODEL_OUTPUTS_MOST. */
enum { MODEL_OUTPUTS_MOST = 128 };
size_t model_outputs(const struct model *model, enum model_head head, void *mem,
                     const struct model_text *text, float *outputs);

/* Whether what was learned beside a model has its labels. */
bool model_is_beside(const struct model *learned, const struct model *model);

/* Whether a sequence of one to three symbols is among those that tell what a text is about. */
bool model_knows(const struct model *model, const uint32_t *symbols, size_t n);

/* What the file says of how it was made: lines of text. */
const char *model_recipe(const struct model *model);
/* Adds a line to it. */
void model_remark(struct model *model, const char *line);

/* Answers what the text is about (all heads but the intent) where the model knows. mem: for texts of more
 * than some 200 characters only. */
void model_ask_subject(const struct model *model, void *mem, const struct model_text *text,
                       struct model_answer answers[HEADS]);

/* The same of a model with what was learned beside it (model_learned.h); NULL: nothing was. */
void model_ask_corrected(const struct model *model, const struct model *learned, void *mem,
                         const struct model_text *text, struct model_answer answers[HEADS]);

/* What speaks for each label of the intent, as margins: above 0 where the label is likelier than all others
 * together. Returns how many there are, 0 when the model knows no intents; scores has room for
 * MODEL_LABELS_MOST. learned: what was learned beside the model; NULL: nothing was. */
size_t model_intent_scores(const struct model *model, const struct model *learned, void *mem,
                           const struct model_text *text, const char *const **labels, float *scores);

/* One reason for a label: symbols [from, to) of the text, or a signal (then from and to are 0). */
struct model_reason {
    size_t from, to;
    int signal; /* -1: symbols */
    float weight;
};

/* The reasons that spoke most for the head's answer, strongest first, at most `most`; overlapping sequences
 * are joined. learned: as above. */
size_t model_explain(const struct model *model, const struct model *learned, void *mem,
                     const struct model_text *text, enum model_head head, struct model_reason *reasons,
                     size_t most);

/* model_file.c: the octets of the model's file, from mem. */
const void *model_octets(void *mem, const struct model *model, size_t *size);

#endif
