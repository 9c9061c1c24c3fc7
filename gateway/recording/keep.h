/*
 * The files of recordings, in one folder (0700) beside the database. A file is written as NAME.part, synced,
 * renamed and the folder synced: under its own name it is always whole.
 */
#ifndef GATEWAY_RECORDING_KEEP_H
#define GATEWAY_RECORDING_KEEP_H

#include "gateway/config.h"

/* From mem; NULL: the store is in memory and no folder is configured, so no recording can be kept. */
const char *keep_folder(void *mem, const struct config *config);

/* The path of a file in the folder, and of its beginning while it is written. */
const char *keep_path(void *mem, const struct config *config, const char *file);
const char *keep_part_path(void *mem, const struct config *config, const char *file);

/* Makes the folder if need be. NULL: something can be kept there; else why not, from mem: too little of the
 * disk is free, say. */
const char *keep_is_ready(void *mem, const struct config *config, size_t octets);

/* A name that no other recording has, such as "20261201T090000-1f0c9a7e5b3d2468.wav". NULL: no randomness. */
const char *keep_new_name(void *mem, int64_t at, const char *extension);

/* Writes the whole file and keeps it. NULL, or what is wrong, from mem: nothing is left behind then. */
const char *keep_write(void *mem, const struct config *config, const char *file, const void *octets,
                       size_t length);
/* Keeps a .part that somebody else has written and closed. NULL, or what is wrong, from mem. */
const char *keep_part(void *mem, const struct config *config, const char *file);

/* Writes the real length into the header of a .part that a killed program left. False: errno says why. */
bool keep_tell_length(void *mem, const struct config *config, const char *file);

/* All octets of a file, from mem; NULL with errno set. */
void *keep_read(void *mem, const struct config *config, const char *file, size_t *length);

/* Deletes the file and its .part, and syncs the folder. True also when there was none. */
bool keep_remove(const struct config *config, const char *file);

#endif
