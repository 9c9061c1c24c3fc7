/* The verbs of `xiangyin centre` and their common functions. */
#ifndef GATEWAY_COMMAND_CENTRE_CENTRE_COMMAND_H
#define GATEWAY_COMMAND_CENTRE_CENTRE_COMMAND_H

#include "gateway/command/command_store.h"
#include "store/centre/centre.h"

/* centre.c. Opens the centre's store; it and its configuration are from mem. NULL after printing why. */
struct store *centre_command_store(void *mem, const struct config **config);

/* centre.c. Runs work in one transaction, which may be repeated. False after printing why. */
bool centre_command_do(struct store *store, bool (*work)(struct store *store, void *arg), void *arg);

/* centre.c. The county's feed, from mem; NULL after printing why. */
struct feed *centre_command_feed(void *mem, struct store *store, const char *gateway);

/* centre.c. Reads the recovery key from a file ("-": standard input), from mem; *key is NULL if file is NULL.
 * False after printing why. */
bool centre_command_key(void *mem, const char *file, const char **key);

/* feeds.c */
int centre_add(void *mem, int argc, char **argv);
int centre_list(void *mem, int argc, char **argv);
int centre_report(void *mem, int argc, char **argv);
int centre_reader(void *mem, int argc, char **argv);
/* orders.c */
int centre_order(void *mem, int argc, char **argv);
int centre_list_orders(void *mem, int argc, char **argv);
/* images.c */
int centre_back_up(void *mem, int argc, char **argv);
int centre_take_over(void *mem, int argc, char **argv);
int centre_epoch(void *mem, int argc, char **argv);
int centre_adopt(void *mem, int argc, char **argv);
int centre_blank(void *mem, int argc, char **argv);
/* counties.c: run at the county. Twenty hex digits of a key's hash, which people compare; "" for "". From
 * mem. */
const char *centre_fingerprint(void *mem, const char *key);
int centre_list_counties(void *mem, int argc, char **argv);
int centre_trust(void *mem, int argc, char **argv);
/* key.c: run at the county */
int centre_key(void *mem, int argc, char **argv);

#endif
