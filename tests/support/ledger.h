/*
 * Eleven cases of one small county, one of them guarded, whose figures can be counted by hand: for reports,
 * bulletins, letters and exports. Their reporters' names and numbers are easy to look for.
 */
#ifndef TESTS_SUPPORT_LEDGER_H
#define TESTS_SUPPORT_LEDGER_H

#include "tests/support/world.h"

/* What must stand in nothing that is public. */
extern const char *const ledger_secrets[]; /* ends with NULL */

/* Fills a store; times are of autumn 2026, in Asia/Shanghai. */
void ledger_fill(void *mem, struct store *store);

/* A temporary folder with xiangyin.conf and a store that has it; from mem, and gone with it. */
const char *ledger_folder(void *mem);

/* A world that has it, at 2026-11-20 09:00. */
struct world *ledger_new(void *mem);

int64_t ledger_unit(struct world *world, const char *code);

#endif
