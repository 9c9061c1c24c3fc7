/*
 * The province's figures by county: restricted cases are in none of them.
 */
#ifndef GATEWAY_CENTRE_FIGURES_H
#define GATEWAY_CENTRE_FIGURES_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "store/centre/centre.h"

/* Below so many cases a share says nothing of a county: it is not calculated, and nobody is compared by it.
 */
enum { FIGURES_FEWEST = 20 };

/* One county's counts. The caller releases it. */
struct json_object *figures_of_county(const struct centre_figures *figures);

/*
 * {"from","to","counties":[...],"together":{...}}, counties by their codes and never ranked: each has its
 * counts and, of at least FIGURES_FEWEST, shares in percent: open_percent (of all cases), overdue_percent (of
 * open ones), closed_percent (of all), content_percent (of rated ones). since 0 and until INT64_MAX: without
 * limit. The caller releases it. NULL: the store failed.
 */
struct json_object *figures_read(struct store *store, void *mem, int64_t since, int64_t until, int64_t now);

/* The same in Prometheus' text format, and how the centre and its counties' links are. False: the store
 * failed. */
bool figures_write_metrics(struct store *store, void *mem, int64_t now, FILE *out);

#endif
