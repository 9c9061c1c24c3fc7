/*
 * What certain makes and models need beyond the standard: a table whose rows give their reasons.
 */
#ifndef MODEM_QUIRK_H
#define MODEM_QUIRK_H

#include <stdbool.h>

struct quirk {
    const char *maker, *model; /* in either case; the model begins so; NULL: any */
    const char *start;         /* commands at the start, "|" between them; errors are ignored; NULL: none */
    const char
        *reports_in;    /* the storage that really holds a report announced by +CDSI; NULL: as announced */
    const char *clock;  /* commands that let its clock follow the network's; NULL: AT+CTZU=1, 27.007 8.41 */
    bool has_heartbeat; /* ^BOOT comes regularly and does not mean a restart */
    const char *why;
};

/* The first row that fits; the last fits every modem. makers: all that may name the maker, such as the
 * answers to AT+CGMI and ATI; model: the answer to AT+CGMM. */
const struct quirk *quirk_find(const char *makers, const char *model);

#endif
