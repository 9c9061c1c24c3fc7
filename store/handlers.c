#include "store/records.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { HANDLERS = 1024 };

struct handlers {
    struct store *store;
    struct handler *at[HANDLERS]; /* direct-mapped by number; a collision evicts */
    bool is_failed;
};

static bool take_handler(const struct row *row, void *arg)
{
    struct handler *handler = arg;

    handler->name = talloc_strdup(handler, row_text(row, 0));
    handler->works_in = row_number(row, 1);
    return false;
}

static struct handler *find_handler(struct handlers *handlers, int64_t number, const char *otherwise)
{
    struct handler *handler = talloc(handlers, struct handler);
    const char *phone = number ? talloc_asprintf(handler, "+%lld", (long long)number) : otherwise;

    *handler = (struct handler){ .number = number, .name = "" };
    handlers->is_failed |=
        !sql_each(handlers->store, "SELECT name, " STORE_WORKING_UNIT(people) " FROM people WHERE phone = $1",
                  VALUES(as_text(phone)), take_handler, handler);
    return handler;
}

const struct handler *handlers_find(struct handlers *handlers, int64_t number, const char *otherwise)
{
    static const struct handler nobody = { .name = "" };
    struct handler **at = &handlers->at[number % HANDLERS];

    if (number == 0 && !*otherwise)
        return &nobody;
    if (number == 0 || !*at || (*at)->number != number) {
        talloc_free(*at);
        *at = find_handler(handlers, number, otherwise);
    }
    return *at;
}

bool handlers_failed(const struct handlers *handlers)
{
    return handlers->is_failed;
}

bool handlers_read(struct store *store, const char *text, struct values values, row_function *hand, void *arg,
                   struct handlers **handlers)
{
    bool is_done;

    *handlers = talloc_zero(NULL, struct handlers);
    (*handlers)->store = store;
    is_done = sql_each(store, text, values, hand, arg) && !handlers_failed(*handlers);
    talloc_free(*handlers);
    return is_done;
}

int64_t handlers_number(const char *phone)
{
    return phone[0] == '+' && strspn(phone + 1, "0123456789") == strlen(phone + 1) && phone[1] != '0' &&
                   strlen(phone) < 20
               ? strtoll(phone + 1, NULL, 10)
               : 0;
}
