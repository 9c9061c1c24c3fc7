/* Shared by orders.c, which has the table of orders, and by staff.c, gifts.c and transfers.c, which carry out
 * some of them. */
#ifndef GATEWAY_CENTRE_DOING_H
#define GATEWAY_CENTRE_DOING_H

#include <json-c/json.h>

#include "gateway/desk/desk.h"

struct doing {
    int64_t id, at;
    const char *kind;
    struct json_object *body;
    void *mem;       /* for why */
    const char *why; /* why it was not carried out; NULL: it was */
};

/* orders.c. The phone that the order names, in E.164, from doing->mem; NULL, and why, if it is none. */
const char *orders_phone(struct doing *doing, const char *name);

/* staff.c. Inside the order's transaction. */
bool staff_unit(struct turn *turn, struct doing *doing);
bool staff_person(struct turn *turn, struct doing *doing);

/* gifts.c. Inside the order's transaction. */
bool gifts_template(struct turn *turn, struct doing *doing);
bool gifts_model(struct turn *turn, struct doing *doing);

/* transfers.c. Files the copy of another county's case as an event, which opens a case. False: the store
 * failed. */
bool transfers_file(struct desk *desk, struct doing *doing);

/* transfers.c. Called inside the order's transaction. The same order may come again. */
bool transfers_answer(struct turn *turn, struct doing *doing);  /* "transfer": it was filed before */
bool transfers_linked(struct turn *turn, struct doing *doing);  /* "linked" */
bool transfers_refused(struct turn *turn, struct doing *doing); /* "transfer refused" */

#endif
