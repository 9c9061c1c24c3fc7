#include "gateway/command/report.h"

#include "gateway/command/arguments.h"
#include "gateway/command/command.h"
#include "gateway/command/print/unit_names.h"
#include "gateway/turn/dates.h"

bool report_span(const char *from, const char *to, int64_t *since, int64_t *until)
{
    struct date date;

    *since = 0;
    *until = INT64_MAX;
    if (from && !argument_time(from, since))
        return command_wrong_use("--from: invalid date '%s' (expected 2026-12-01)", from), false;
    if (!to)
        return true;
    if (date_parse(to, &date))
        *until = date_moment(date_plus(date, 1), 0);
    else if (!argument_time(to, until))
        return command_wrong_use("--to: invalid date '%s' (expected 2026-12-31)", to), false;
    return *since < *until || (command_wrong_use("--to %s is before --from %s", to, from), false);
}

bool report_unit(void *mem, struct store *store, const char *name, int64_t *id)
{
    int64_t *ids;
    size_t n;

    *id = 0;
    if (!name)
        return true;
    unit_names_find(unit_names_open(mem, store), mem, name, &ids, &n);
    if (n != 1)
        return command_failed(n ? "%s may be several units: write the code" : "there is no unit %s", name),
               false;
    *id = ids[0];
    return true;
}
