/*
 * What certain makes and models need beyond the standard: a table whose rows give their reasons.
 */
#ifndef MODEM_QUIRK_H
#define MODEM_QUIRK_H

#include <stdbool.h>

struct quirk {
    const char *maker, *model; /* how the names begin, in either case; NULL: any */
    const char *start;         /* commands at the start, "|" between them; errors are ignored; NULL: none */
    const char
        *reports_in;    /* the storage that really holds a report announced by +CDSI; NULL: as announced */
    bool has_heartbeat; /* ^BOOT comes regularly and does not mean a restart */
    const char *why;
};

/* The first row that fits; the last fits every modem. */
const struct quirk *quirk_find(const char *maker, const char *model);

#endif
