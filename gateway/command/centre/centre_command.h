/* Verbs of `xiangyin centre`, and what they share. */
#ifndef GATEWAY_COMMAND_CENTRE_CENTRE_COMMAND_H
#define GATEWAY_COMMAND_CENTRE_CENTRE_COMMAND_H

#include "gateway/command/command_store.h"
#include "store/centre/centre.h"

/* centre.c. The centre's store and its configuration, from mem; NULL after printing why. */
struct store *centre_command_store(void *mem, const struct config **config);

/* centre.c. Runs the work in one transaction. False after printing why. */
bool centre_command_do(struct store *store, bool (*work)(struct store *store, void *arg), void *arg);

/* centre.c. The county; NULL after printing why. */
struct feed *centre_command_feed(void *mem, struct store *store, const char *gateway);

/* centre.c. The recovery key in a file ("-": standard input), from mem; NULL for NULL. False after printing
 * why. */
bool centre_command_key(void *mem, const char *file, const char **key);

/* feeds.c */
int centre_add(void *mem, int argc, char **argv);
int centre_list(void *mem, int argc, char **argv);
int centre_order(void *mem, int argc, char **argv);
int centre_report(void *mem, int argc, char **argv);
/* images.c */
int centre_back_up(void *mem, int argc, char **argv);
int centre_take_over(void *mem, int argc, char **argv);
int centre_adopt(void *mem, int argc, char **argv);
/* key.c: at the county */
int centre_key(void *mem, int argc, char **argv);

#endif
