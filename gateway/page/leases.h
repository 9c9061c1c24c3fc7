/*
 * Who has a case open on the page now: shown to the others, renewed while the page stays open. It forbids
 * nothing.
 */
#ifndef GATEWAY_PAGE_LEASES_H
#define GATEWAY_PAGE_LEASES_H

#include "gateway/page/visit.h"

enum { LEASE_SECONDS = 90 };

struct leases *leases_new(void *mem);

/* The visitor has the case open now; adds who else has, as "others", to the page's data. */
void leases_take(struct visit *visit, const struct case_ *case_);

/* The same for a stream, without data. */
void leases_renew(struct leases *leases, int64_t case_id, const char *phone, int64_t now);

#endif
