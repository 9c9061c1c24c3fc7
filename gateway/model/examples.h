/*
 * Texts with their labels, as a model is trained and tried on them.
 */
#ifndef GATEWAY_MODEL_EXAMPLES_H
#define GATEWAY_MODEL_EXAMPLES_H

#include "gateway/model/model_private.h"

/* A text once more, without what the lists of words tell of it: learned from, and never asked about. */
enum { PART_WITHOUT_WORDS = -1 };

/* A text, or a part of one: the model shall understand short texts too. */
struct example {
    const uint32_t *symbols;
    size_t n;
    const float *signals;
    int labels[HEADS];  /* -1: none is known */
    int set;            /* the file it came from */
    uint64_t row;       /* a hash of the whole text: a fold has all parts of it, or none */
    int part;           /* 0: whole; 1: its first characters; 2: those that follow; or above */
    float weight;       /* what it counts beside the others; 0: 1 */
    const float *prior; /* what another model says, by output; this one learns only the difference. NULL: 0 */
};

/* A rule that answers 1 by itself when its signal is not 0, and how many false alarms rule and model may make
 * together: a share of the texts whose label is 0. */
struct rule {
    int signal;
    float false_alarms;
    float least; /* below this chance of the model the rule is not believed */
};

struct examples {
    struct example *list;
    size_t n;
    size_t n_signals;
    size_t apart; /* 1 + the signal that no head learns from; 0: they learn from all */
    uint32_t kind;
    const char *labels[HEADS][LABELS_MOST];
    size_t n_labels[HEADS];
    struct rule rules[HEADS]; /* of urgent and accuses */
    int like; /* what will be asked is like the texts of this set and those behind it: settings and
                 confidence are fitted to them, figures are theirs */
};

/* The index of a label of this head, which is added when new; -1: there are LABELS_MOST others. Labels of
 * urgent and accuses are "0" and "1". The name is copied to mem. */
int examples_label(struct examples *examples, void *mem, enum model_head head, const char *label);

/* Adds an example; it keeps its pointers. */
void examples_add(struct examples *examples, void *mem, const struct example *example);

/* The sequences of all examples, each with a number; rare ones are left out. */
struct vocabulary {
    size_t n;
    uint32_t *hashes;  /* [sequence] */
    uint8_t *orders;   /* [sequence]: its length */
    uint32_t *holders; /* [sequence]: how many whole texts hold it */
    size_t texts;      /* whole ones */
    size_t *from;      /* [example + 1]: where its sequences begin in: */
    uint32_t *sequence;
    float *root; /* the square root of how often it stands in the example */
};

/* least: the whole texts that must hold a sequence. */
struct vocabulary *vocabulary_new(void *mem, const struct examples *examples, uint32_t least);

#endif
