/* Shared by rows.c, which keeps the journals' rows, and transfers.c, which acts on some of them. */
#ifndef STORE_CENTRE_CENTRE_PRIVATE_H
#define STORE_CENTRE_CENTRE_PRIVATE_H

#include <json-c/json.h>

#include "store/centre/centre.h"

/* rows.c. A member of a row's body; "" if missing. It lives as long as the body. */
const char *centre_text_of(struct json_object *body, const char *name);

/* transfers.c. Gives an order for what a row of the table "transfers" asks or answers. */
bool centre_follow_transfer(struct store *store, const char *gateway, const struct journal_row *row);

#endif
