/*
 * Pictures drawn lately: all cases of their span are read to draw them, so who asks within a minute gets
 * those that were drawn for somebody else. What is drawn at once is drawn anew each time.
 */
#ifndef GATEWAY_REPORT_PICTURES_KEPT_H
#define GATEWAY_REPORT_PICTURES_KEPT_H

#include "gateway/report/pictures.h"

struct pictures_kept;

/* What is drawn within at_once_us is not kept. */
struct pictures_kept *pictures_kept_new(void *mem, int64_t at_once_us);

/* As pictures_json. Any thread. */
struct json_object *pictures_kept_find(struct pictures_kept *kept, void *mem, struct store *store,
                                       const struct pictures_query *query);

#endif
