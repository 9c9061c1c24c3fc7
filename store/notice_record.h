/*
 * A notice as a row. Known to store/ alone.
 */
#ifndef STORE_NOTICE_RECORD_H
#define STORE_NOTICE_RECORD_H

#include "store/notices.h"
#include "store/record.h"

#define NOTICE_COLUMNS                                                                                   \
    "id, recipient, text, name, line, state, priority, due_at, lease_until, attempts, parts, reference," \
    " case_id, step_id, event_id, created_at, sent_at, settled_at, why, data"

extern const struct record notice_record;

#endif
