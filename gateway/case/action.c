#include "gateway/case/action.h"

const char *refusal_name(enum refusal refusal)
{
    static const char *const names[] = {
        [NOT_REFUSED] = NULL,
        [REFUSED_NO_SUCH_CASE] = "no-such-case",
        [REFUSED_MAY_NOT] = "may-not",
        [REFUSED_ACCEPT_FIRST] = "accept-first",
        [REFUSED_NOT_NOW] = "not-now",
        [REFUSED_NOT_YET] = "not-yet",
        [REFUSED_DONE_BEFORE] = "done-before",
        [REFUSED_WORDS_MISSING] = "words-missing",
        [REFUSED_GUARDED] = "guarded",
        [REFUSED_CAME_FROM] = "came-from",
        [REFUSED_LESS_URGENT] = "less-urgent",
        [REFUSED_TOO_LONG] = "too-long",
        [REFUSED_TOO_LATE] = "too-late",
        [REFUSED_TOO_LATE_TO_APPEAL] = "too-late-to-appeal",
        [REFUSED_TOO_LATE_TO_RETURN] = "too-late-to-return",
        [REFUSED_UNDER_REVIEW] = "under-review",
        [REFUSED_REVIEW_IS_FINAL] = "review-is-final",
        [REFUSED_NO_REVIEW] = "no-review",
        [REFUSED_OTHERS_NUMBER] = "others-number",
        [REFUSED_LOCKED] = "locked",
    };

    return names[refusal];
}

const char *escalation_name(enum escalation escalation)
{
    static const char *const names[] = {
        [NOT_ESCALATED] = NULL,
        [ESCALATED_UNREPORTED] = "unreported",
        [ESCALATED_AGAIN] = "again",
    };

    return names[escalation];
}
