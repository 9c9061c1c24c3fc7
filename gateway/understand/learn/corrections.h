/*
 * Learns from what people corrected: a small model beside the program's own, which says only where it should
 * answer otherwise, and names of places that no list has.
 */
#ifndef GATEWAY_UNDERSTAND_LEARN_CORRECTIONS_H
#define GATEWAY_UNDERSTAND_LEARN_CORRECTIONS_H

#include "gateway/understand/understand.h"

enum correction_kind {
    CORRECTED_CLASS,     /* 改类: class and topic; what has a class is a complaint */
    CORRECTED_PLACE,     /* 改地 */
    CORRECTED_COMPLAINT, /* 非诉求 */
    CORRECTED_ACCUSES    /* 无涉, 举报 */
};

struct correction {
    int64_t id; /* of the label, growing */
    int64_t case_id;
    int64_t day; /* of the label: any number that differs by day */
    enum correction_kind kind;
    const char *text; /* "": it teaches nothing */
    const char *reporter;
    const char *topic, *category; /* CORRECTED_CLASS */
    bool is_so;                   /* CORRECTED_COMPLAINT, CORRECTED_ACCUSES */
    int64_t place;                /* the unit that the text speaks of, as people said or the case has it; 0 */
    const char *actor;            /* who said so */
    int64_t unit;                 /* the actor's */
};

/* A person's corrections of a day that count at most, and the newest corrections that count at all. */
enum { CORRECTIONS_A_DAY = 30, CORRECTIONS_MOST = 5000 };

/* What was tried and found. */
struct corrected {
    const void *octets; /* what was learned, for understanding_use_learned; from mem. NULL: nothing better */
    size_t size;
    const struct place_name *places; /* names that were learned, from mem */
    size_t n_places;
    size_t counted;             /* corrections that were not beyond a limit */
    size_t held;                /* held-back cases on which it was tried */
    size_t better, worse;       /* of these, read better and worse than by what is used now */
    size_t right, right_before; /* answers on them */
    size_t people;
};

/*
 * corrections in order of id. used_up_to: the last correction from which the model in use was learned; 0:
 * none.
 *
 * A correction counts where the program or the corrections of other people lead to the same answer, so that
 * nobody teaches alone; a person counts at most as much as all others together, so does a unit beside others.
 * What is learned is better only where more of the held-back cases are read better than worse, by a sign test
 * (p < .05), and where no held-back accusation is missed that was heard before.
 */
void corrections_learn(const struct understanding *understanding, void *mem,
                       const struct correction *corrections, size_t n, int64_t used_up_to,
                       struct corrected *corrected);

/* The exact sign test, on both sides: whether so many better of all that changed are hardly chance. */
bool corrections_are_no_chance(size_t better, size_t worse);

#endif
