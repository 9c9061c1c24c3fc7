/*
 * How long each thing may take: by urgency, in calendar or working days, as the configuration has it.
 */
#ifndef GATEWAY_DESK_TERMS_H
#define GATEWAY_DESK_TERMS_H

#include "gateway/config.h"
#include "store/cases.h"

enum term {
    TERM_ACCEPT,    /* until somebody has taken it on; in hours when it is urgent */
    TERM_FINISH,    /* from then on */
    TERM_RETURN,    /* in which a wrong unit gives it back */
    TERM_EXTENSION, /* all extensions together */
    TERM_REVIEW     /* in which 复查 is asked, and in which it is answered */
};

/* The moment a term ends that begins at from: of days the last second. */
int64_t term_end(const struct config *config, enum term term, enum case_urgency urgency, int64_t from);

#endif
