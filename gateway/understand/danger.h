/*
 * Whether a text tells of danger to life or health now, and of which kind. The words are in
 * templates/lexicon/danger.txt; what was (去年着火), is only feared (怕着火), is denied (没着火) or talked
 * about (消防演练) is no danger.
 */
#ifndef GATEWAY_UNDERSTAND_DANGER_H
#define GATEWAY_UNDERSTAND_DANGER_H

#include "gateway/understand/text/normalise.h"

/* Where several weigh the same, the first counts. Injury, illness and need count only where nothing else is
 * told. */
enum danger {
    DANGER_NONE,
    DANGER_SELF_HARM,
    DANGER_CHILDREN, /* somebody harms a child */
    DANGER_HOME,     /* violence at home */
    DANGER_FIRE,
    DANGER_GAS,
    DANGER_POISON,
    DANGER_DROWNING,
    DANGER_TRAPPED,
    DANGER_COLLAPSE,
    DANGER_VIOLENCE,
    DANGER_THREAT,
    DANGER_MISSING,
    DANGER_INJURY,
    DANGER_ILLNESS,
    DANGER_HAZARD, /* live wires, floods, rockfall and the like */
    DANGER_NEED,   /* hunger, cold, and cries for help that do not say why */
    DANGER_LIKELY, /* no word of danger stands in it, but a model is sure: subject.c */
    DANGERS
};

/* "fire", "gas" ...: the kinds of the table, and the names of their sections in templates; "" for none. */
const char *danger_name(enum danger danger);

struct danger_found {
    enum danger kind;
    enum danger hint;  /* where kind is none: of which its words would be, were they more */
    bool is_hurt;      /* somebody is hurt or ill besides: 120 is named as well */
    bool is_dismissed; /* none, though words of danger stand in it: what was, is feared, denied or talked
                          about */
};

struct danger_words;

/* directory as in wordfile_text. NULL: *error says why (from mem or a constant string). */
struct danger_words *danger_words_new(void *mem, const char *directory, const char **error);

/* A kind of word as danger.txt names it: of danger, or one that helps or hinders; -1: there is none. */
int danger_kind(const char *name);
const char *danger_kind_name(int kind);

/* Adds a word as people write it; it goes before one of the same letters. Only before other threads use the
 * words. False: the word is too long, or there are too many. */
bool danger_words_add(struct danger_words *words, const struct normaliser *normaliser, int kind,
                      const char *word, int weight);

/* DANGER_NONE where the text tells of none. mem is used during the call alone. */
void danger_read(const struct danger_words *words, void *mem, const struct normal *normal,
                 struct danger_found *found);

#endif
