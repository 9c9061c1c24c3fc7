/*
 * Who has a case open on the page now. Others who open it see the names; nothing is locked. The lease is
 * renewed while the page stays open.
 */
#ifndef GATEWAY_PAGE_LEASES_H
#define GATEWAY_PAGE_LEASES_H

#include "gateway/page/visit.h"

enum { LEASE_SECONDS = 90 };

/* Empty. Any thread may use it. */
struct leases *leases_new(void *mem);

/* Notes that the visitor has the case open; adds whoever else has, as "others", to the page's data. */
void leases_take(struct visit *visit, const struct case_ *case_);

/* The same for a live stream; adds no data. now: seconds. */
void leases_renew(struct leases *leases, int64_t case_id, const char *phone, int64_t now);

#endif
