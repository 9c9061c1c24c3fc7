#include <stddef.h>

#include "store/schema/steps.h"

/*
 * The queues of the operator's page, each by an index in its order: what is asked of a case is in the index,
 * so that only cases that are shown are read. Those that every text enters are older ones with more columns;
 * the others are small. SQLite would rather find cases by their state and sort them than read them in order,
 * so the index that counts them begins with another column. Who stepped back is asked of each case.
 */
static const char queues[] =
    "DROP INDEX cases_by_state;"
    "CREATE INDEX cases_by_state ON cases (is_guarded, state);"
    "DROP INDEX cases_open;"
    "CREATE INDEX cases_open ON cases (received_at, id, unit, place, confidence)"
    " WHERE state IN ('new', 'in hand');"
    "DROP INDEX cases_new;"
    "CREATE INDEX cases_new ON cases (received_at, id, unit, place, returned_at, confidence)"
    " WHERE state = 'new';"
    "DROP INDEX cases_to_accept;"
    "CREATE INDEX cases_to_accept ON cases (accept_by, id, unit, place, is_guarded, returned_at, handler)"
    " WHERE state = 'new';"
    "DROP INDEX cases_due;"
    "CREATE INDEX cases_due ON cases (finish_by, id, unit, place, is_guarded, handler)"
    " WHERE state = 'in hand';"
    "CREATE INDEX cases_in_hand ON cases (handler, received_at) WHERE state = 'in hand';"
    "CREATE INDEX cases_urgent ON cases (received_at, id, unit, place)"
    " WHERE urgency = 'urgent' AND state IN ('new', 'in hand');"
    "CREATE INDEX cases_returned ON cases (received_at) WHERE returned_at IS NOT NULL AND state = 'new';"
    "CREATE INDEX cases_without_place ON cases (received_at) WHERE place IS NULL AND state = 'new';"
    "CREATE INDEX cases_rated_badly ON cases (received_at, id, unit, place) WHERE rating >= 3;"
    "CREATE INDEX notices_unsent ON notices (id) WHERE state IN ('FAILED', 'UNKNOWN');"
    "CREATE INDEX steps_recused ON steps (case_id, actor) WHERE kind = 'recused';";

const char *const schema_queues[] = { queues, NULL };
