/*
 * How long each thing may take: by class of urgency, in hours, calendar or working days, as the configuration
 * has it.
 */
#ifndef GATEWAY_TURN_TIME_LIMITS_H
#define GATEWAY_TURN_TIME_LIMITS_H

#include "gateway/config.h"
#include "store/cases.h"

enum time_limit {
    LIMIT_ACCEPT,    /* until somebody has taken it on */
    LIMIT_FINISH,    /* from then on */
    LIMIT_RETURN,    /* in which a wrong unit gives it back */
    LIMIT_EXTENSION, /* all extensions together */
    LIMIT_REVIEW,    /* in which 复查 is asked, and in which it is answered */
    LIMIT_TELL       /* from accepting until the reporter hears of progress */
};

/* The class a case is of: "normal", "urgent", or one of the configuration's own. */
const char *urgency_class_of(const struct config *config, const struct case_ *case_);
/* The class of this name, as people type it (紧急, 普通); NULL when there is none. */
const char *urgency_class_typed(const struct config *config, const char *word);

/* Written with hours: such cases are watched at any hour of any day. */
bool time_limit_is_fast(const struct config *config, const char *urgency_class);

/* The moment a term ends that begins at from: of days the last second. 0: there is no such term. */
int64_t time_limit_end(const struct config *config, enum time_limit limit, const char *urgency_class,
                       int64_t from);

/* About how many seconds it is; 0: there is none. */
int64_t time_limit_seconds(const struct config *config, enum time_limit limit, const char *urgency_class);

#endif
