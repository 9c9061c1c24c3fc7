/*
 * How long each thing may take, by class of urgency: in hours, calendar days or working days, from the
 * configuration.
 */
#ifndef GATEWAY_TURN_TIME_LIMITS_H
#define GATEWAY_TURN_TIME_LIMITS_H

#include "gateway/config.h"
#include "store/cases.h"

enum time_limit {
    LIMIT_ACCEPT,    /* from its arrival until somebody accepts the case */
    LIMIT_FINISH,    /* from then until it is finished */
    LIMIT_RETURN,    /* for a wrong unit to return the case */
    LIMIT_EXTENSION, /* all extensions together */
    LIMIT_REVIEW,    /* to ask for 复查, and again to answer it */
    LIMIT_TELL       /* from accepting until the reporter must hear of progress */
};

/* The class of a case: "normal", "urgent", or the name of one in the configuration. */
const char *urgency_class_of(const struct config *config, const struct case_ *case_);
/* The class that people mean by a word (紧急, 普通, or a configured name); NULL: none. */
const char *urgency_class_typed(const struct config *config, const char *word);

/* Whether cases of the class are checked hourly on any day: urgent ones, and those with hours to accept. */
bool time_limit_is_fast(const struct config *config, const char *urgency_class);

/* The last moment of a limit that begins at from; days end with their last second. 0: no such limit. */
int64_t time_limit_end(const struct config *config, enum time_limit limit, const char *urgency_class,
                       int64_t from);

/* The last moment to which extensions may put off a case in hand. */
int64_t time_limit_longest(const struct config *config, const struct case_ *case_);

/* The limit in seconds, a working day counted as a calendar day; 0: no such limit. */
int64_t time_limit_seconds(const struct config *config, enum time_limit limit, const char *urgency_class);

#endif
