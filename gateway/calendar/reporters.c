#include "gateway/calendar/reporters.h"

#include <string.h>

#include "gateway/case/joined.h"

bool reporters_each(struct turn *turn, const struct case_ *case_,
                    void (*tell)(void *arg, const struct case_ *case_, const struct case_ *own), void *arg)
{
    struct case_ *joined;
    size_t n;

    if (!joined_cases(turn, case_, &joined, &n))
        return false;
    tell(arg, case_, case_);
    for (size_t i = 0; i < n; i++)
        if (strcmp(joined[i].reporter, case_->reporter) != 0)
            tell(arg, case_, &joined[i]);
    return true;
}
