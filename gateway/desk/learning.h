/*
 * Learns at night from what people corrected: a thread of its own, of low priority, once a night.
 */
#ifndef GATEWAY_DESK_LEARNING_H
#define GATEWAY_DESK_LEARNING_H

#include "gateway/desk/desk.h"
#include "store/learned/lessons.h"

struct learning;

/* NULL: *error says why. */
struct learning *learning_start(void *mem, const struct config *config, struct desk *desk,
                                const char **error);
/* Waits for the night's work to end. */
void learning_stop(struct learning *learning);

/* Labels that must have come since it last tried. */
enum { LEARNING_LABELS_LEAST = 20 };

/* Whether it should try now: between two and five at night, enough new labels, and not tried since
 * yesterday's night. False: the store failed. */
bool learning_is_due(struct store *store, int64_t now, bool *is_due);

/* Learns from all labels in the store, which it only reads. False: *error says why, from mem. */
bool learning_try(void *mem, struct store *store, const struct config *config, int64_t now,
                  struct learned_model *made, const char **error);

/* Whether the result is better than the model in use. */
bool learning_is_better(const struct learned_model *made);

/* A job: keeps a struct learned_model. If it is better, it is used from now on; each case that newly taught
 * it gets a step, and the operator is told. */
bool learning_keep(struct turn *turn, void *made);

#endif
