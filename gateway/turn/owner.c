#include "gateway/turn/owner.h"

bool owner_is_past(const struct person *person, int64_t received_at)
{
    return received_at < person->owner_since;
}

bool owner_of_phone_is_past(struct turn *turn, const char *phone, int64_t received_at, bool *is_past)
{
    struct person *person;

    if (!store_person(turn->store, turn->mem, phone, &person))
        return false;
    *is_past = person && owner_is_past(person, received_at);
    return true;
}
