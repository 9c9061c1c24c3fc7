/*
 * Opens what a subcommand works on: the configuration that -c names, and its store.
 */
#ifndef GATEWAY_COMMAND_COMMAND_STORE_H
#define GATEWAY_COMMAND_COMMAND_STORE_H

#include <stdbool.h>

#include "gateway/config.h"
#include "store/store.h"

/* config_read, with what is wrong in the language of subcommands. */
struct config *command_read_config(void *mem, const char *path, struct config_problem **problems, size_t *n);

/* The configuration named by -c, or the default, from mem. Sets the process's time zone. NULL after printing
 * every error (exit with EXIT_WRONG_USE). */
struct config *command_config(void *mem);
/* The same, and logs the warnings. */
struct config *command_config_warned(void *mem);
/* The same for the file at path. */
struct config *command_config_at(void *mem, const char *path);

/* The configuration's store, from mem; NULL after printing why. A reader never creates the database. */
struct store *command_store(void *mem, const struct config *config, bool writes);

/* Both of them. Returns EXIT_SUCCESS, or how the subcommand exits after it was said why. */
int command_open(void *mem, bool writes, const struct config **config, struct store **store);

/* Begins a transaction, waiting up to STORE_COMMAND_BUSY_MS for a running gateway. False after printing why.
 */
bool command_begin(struct store *store);

/* As root: gives up root for the owner of the store's folder, as whom the service works, so that it can use
 * what is made from now on. Else, or where root owns the folder, does nothing. False after printing why. */
bool command_become_owner(const struct config *config);

/* Tells a running gateway that the store has changed. */
void command_knock(const struct config *config);

#endif
