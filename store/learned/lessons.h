/*
 * What people said a case is, beside what the gateway had said of its text, and the models that were learned
 * from that. Times are seconds since 1970 UTC; what is found is allocated from mem.
 */
#ifndef STORE_LEARNED_LESSONS_H
#define STORE_LEARNED_LESSONS_H

#include "store/store.h"

/* What a label is about. */
#define LABEL_CLASS "class"         /* topic and category */
#define LABEL_PLACE "place"         /* value: the id of the unit */
#define LABEL_COMPLAINT "complaint" /* value: "no" */
#define LABEL_ACCUSES "accuses"     /* value: "yes" or "no" */

/* What a person said the case is: a correction, or the same as the gateway said. */
struct case_label {
    int64_t id, case_id, at;
    const char *kind, *value;
    const char *actor;                         /* phone; "operator" */
    int64_t unit;                              /* the actor's; 0 none */
    const char *topic, *category;              /* of LABEL_CLASS; else as the case has them */
    const char *said_topic, *said_category;    /* what the gateway had said of the text; "" nothing */
    int topic_confidence, category_confidence; /* percent */
};

/* Gives the label its id. */
bool store_add_label(struct store *store, struct case_label *label);
/* The newest of a case and kind; NULL none. */
bool store_last_label(struct store *store, void *mem, int64_t case_id, const char *kind,
                      struct case_label **label);
/* Takes back what a person said of the case since a time. */
bool store_drop_labels(struct store *store, int64_t case_id, const char *actor, int64_t since);

/* A case's newest label of a kind, and its text; "": erased. */
struct labelled_case {
    struct case_label label;
    const char *text, *reporter;
    int64_t place;
};

/* Labels of a kind (NULL: of all) given in [since, until), one a case and kind, in order of id; cases
 * restricted under art. 30 only with with_guarded, but always what says whether they accuse. The item lives
 * during the call. */
bool store_each_labelled(struct store *store, const char *kind, int64_t since, int64_t until,
                         bool with_guarded, bool (*each)(const struct labelled_case *labelled, void *arg),
                         void *arg);
/* The cases that have labels of ids in (after_id, last_id], in order. From mem. */
bool store_labelled_cases(struct store *store, void *mem, int64_t after_id, int64_t last_id, int64_t **ids,
                          size_t *n);

/* How many labels there are behind an id. */
bool store_count_labels(struct store *store, int64_t after_id, int64_t *n);
/* Forgets all labels; the cases keep what they are. *n: how many. */
bool store_forget_labels(struct store *store, int64_t *n);

/* A model that was learned beside the shipped one. */
struct learned_model {
    int64_t id, made_at;
    int64_t used_at; /* when it was taken into use last; 0: it is not in use */
    int64_t labels, last_label;
    int64_t held, better, worse; /* held-back cases, and of them those read better and worse than before */
    int64_t right, right_before; /* answers on held-back cases */
    const char *base;            /* the shipped model it belongs to */
    const char *octets;          /* in hex; "" in lists, and where nothing better was found */
    const char *places;          /* names that were learned, a line each: name, tab, the unit's id; "" none */
};

/* Adds it and gives it its id. */
bool store_add_model(struct store *store, struct learned_model *model);
/* With octets. NULL: the shipped model alone is in use. */
bool store_model_in_use(struct store *store, void *mem, struct learned_model **model);
bool store_model(struct store *store, void *mem, int64_t id, struct learned_model **model);
/* All, by id, without octets. */
bool store_models(struct store *store, void *mem, struct learned_model **models, size_t *n);
/* Takes the model of this id into use, 0: the shipped one alone. */
bool store_use_model(struct store *store, int64_t id, int64_t at);

#endif
