/*
 * Builds a store from a journal: equal, row for row, to the one that wrote it, but for the tables that no
 * journal holds. Rows are added in order of the chain; the last of each thing stands.
 */
#ifndef STORE_UPKEEP_IMAGE_H
#define STORE_UPKEEP_IMAGE_H

#include "store/journal/journal.h"

struct image;

/*
 * Begins a new store (0600) at path, which must not exist. private_key opens what is sealed; NULL: that stays
 * out. NULL: *error says why, from mem. Freed with talloc_free; without image_finish the file goes again.
 */
struct image *image_begin(void *mem, const char *path, const char *private_key, const char **error);

/* False: *error. */
bool image_add(struct image *image, const struct journal_row *row, const char **error);

/* Whether a store can be made of the rows so far. False: *error says what is missing. */
bool image_is_whole(const struct image *image, const char **error);

/* What becomes of the image of a box that another takes the place of. */
struct image_takeover {
    int64_t epoch;
    struct journal_point end; /* with which row the new box's journal goes on */
    const char *recovery_key;
    int64_t now;
};

struct image_result {
    int64_t rows;     /* in the store */
    int64_t sealed;   /* things left out because the key is missing */
    int64_t doubtful; /* notices that became UNKNOWN */
};

/* Writes the rows. takeover NULL: exactly as they were. */
bool image_finish(struct image *image, const struct image_takeover *takeover, struct image_result *result,
                  const char **error);

#endif
