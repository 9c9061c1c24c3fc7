#include "gateway/turn/leave.h"

#include <string.h>
#include <talloc.h>

#include "gateway/turn/cache.h"

enum { MOST_HOPS = 3 };

static const struct leave *find(const struct leave *leaves, size_t n, const char *phone)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(leaves[i].phone, phone) == 0)
            return &leaves[i];
    return NULL;
}

/* The person's own phone when the chain of stand-ins does not reach somebody at work. */
static const char *follow(const struct turn *turn, const struct leave *leaves, size_t n, const char *phone)
{
    const char *at = phone;

    for (int hops = 0; hops <= MOST_HOPS; hops++) {
        const struct leave *leave = find(leaves, n, at);

        if (!leave || turn->now < leave->since || turn->now >= leave->until)
            return at;
        at = leave->stand_in;
    }
    return phone;
}

bool leave_stand_in(struct turn *turn, const char *phone, const char **acts)
{
    const struct leave *leaves;
    size_t n;

    if (!cache_leaves(turn, &leaves, &n))
        return false;
    *acts = follow(turn, leaves, n, phone);
    return true;
}

bool leave_absent(struct turn *turn, const char *phone, const char *absent[MOST_ABSENT], size_t *n)
{
    const struct leave *leaves;
    size_t all;

    *n = 0;
    if (!cache_leaves(turn, &leaves, &all))
        return false;
    for (size_t i = 0; i < all && *n < MOST_ABSENT; i++)
        if (strcmp(leaves[i].phone, phone) != 0 &&
            strcmp(follow(turn, leaves, all, leaves[i].phone), phone) == 0)
            absent[(*n)++] = leaves[i].phone;
    return true;
}

bool leave_of(struct turn *turn, const char *phone, const struct leave **leave)
{
    const struct leave *leaves;
    size_t n;

    if (!cache_leaves(turn, &leaves, &n))
        return false;
    *leave = find(leaves, n, phone);
    return true;
}

bool leave_put(struct turn *turn, const struct leave *leave)
{
    cache_forget_leaves(turn);
    return store_put_leave(turn->store, leave);
}

bool leave_drop(struct turn *turn, const char *phone)
{
    cache_forget_leaves(turn);
    return store_drop_leave(turn->store, phone);
}
