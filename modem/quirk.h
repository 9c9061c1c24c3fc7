/*
 * What certain makes and models need beyond the standard: rows of a table, each with its reason.
 */
#ifndef MODEM_QUIRK_H
#define MODEM_QUIRK_H

#include <stdbool.h>

struct quirk {
    const char *maker, *model; /* beginnings, in either case; NULL: any */
    const char *start;         /* commands at start, "|" between them; an error is no harm */
    const char *reports_in;    /* where a report announced by +CDSI really lies */
    bool has_heartbeat;        /* ^BOOT comes regularly and means nothing by itself */
    const char *why;
};

/* The first row that fits; never NULL. */
const struct quirk *quirk_find(const char *maker, const char *model);

#endif
