/*
 * How long each thing may take: by class of urgency, in hours, calendar or working days, as the configuration
 * has it.
 */
#ifndef GATEWAY_TURN_TIME_LIMITS_H
#define GATEWAY_TURN_TIME_LIMITS_H

#include "gateway/config.h"
#include "store/cases.h"

enum term {
    TERM_ACCEPT,    /* until somebody has taken it on */
    TERM_FINISH,    /* from then on */
    TERM_RETURN,    /* in which a wrong unit gives it back */
    TERM_EXTENSION, /* all extensions together */
    TERM_REVIEW,    /* in which 复查 is asked, and in which it is answered */
    TERM_TELL       /* from accepting until the reporter hears of progress */
};

/* The class a case is of: "normal", "urgent", or one of the configuration's own. */
const char *term_grade(const struct config *config, const struct case_ *case_);
/* The class of this name, as people type it (紧急, 普通); NULL when there is none. */
const char *term_grade_typed(const struct config *config, const char *word);

/* Written with hours: such cases are watched at any hour of any day. */
bool term_is_fast(const struct config *config, const char *grade);

/* The moment a term ends that begins at from: of days the last second. 0: there is no such term. */
int64_t term_end(const struct config *config, enum term term, const char *grade, int64_t from);

/* About how many seconds it is; 0: there is none. */
int64_t term_seconds(const struct config *config, enum term term, const char *grade);

#endif
