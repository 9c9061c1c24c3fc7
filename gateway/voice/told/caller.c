#include "gateway/voice/told/caller.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/responsible.h"
#include "gateway/turn/calling.h"
#include "store/notices.h"
#include "store/people.h"

enum { SOON_SECONDS = 3600 };

/* What is asked of the desk, and its answer. */
struct asking {
    void *mem;
    const char *phone, *found;
    bool is_called_back;
    const char *name; /* of a template */
    int64_t since, n_texts;
};

static bool find_language(struct turn *turn, void *arg)
{
    struct asking *asking = arg;
    struct person *person;

    if (!store_person(turn->store, turn->mem, asking->phone, &person))
        return false;
    asking->found = person ? talloc_strdup(asking->mem, person->language) : "";
    return true;
}

bool caller_language(void *mem, struct desk *desk, const char *phone, const char **language)
{
    struct asking asking = { .mem = mem, .phone = phone };

    if (!*phone || !desk_do(desk, find_language, &asking) || !*asking.found)
        return false;
    *language = asking.found;
    return true;
}

static bool find_officer(struct turn *turn, void *arg)
{
    struct asking *asking = arg;
    struct person *people;
    size_t n;

    asking->found = NULL;
    if (!responsible_for_county(turn, &people, &n))
        return false;
    for (size_t i = 0; i < n && !asking->found; i++)
        if (calling_may(turn->config, people[i].phone) && strcmp(people[i].phone, asking->phone) != 0)
            asking->found = talloc_strdup(asking->mem, people[i].phone);
    return true;
}

bool caller_officer(void *mem, struct desk *desk, const char *phone, const char **officer)
{
    struct asking asking = { .mem = mem, .phone = phone };

    if (!desk_do(desk, find_officer, &asking) || !asking.found)
        return false;
    *officer = asking.found;
    return true;
}

static bool find_call_back(struct turn *turn, void *arg)
{
    struct asking *asking = arg;
    struct notice *notice;

    if (!store_last_notice(turn->store, turn->mem, asking->phone, "call-back", &notice))
        return false;
    asking->is_called_back = notice && (notice->state == NOTICE_READY || notice->state == NOTICE_CLAIMED) &&
                             notice->due_at < turn->now + SOON_SECONDS;
    return true;
}

bool caller_is_called_back(struct desk *desk, const char *phone)
{
    struct asking asking = { .phone = phone };

    return *phone && desk_do(desk, find_call_back, &asking) && asking.is_called_back;
}

static bool count_texts(struct turn *turn, void *arg)
{
    struct asking *asking = arg;

    return store_count_notices_to(turn->store, asking->phone, asking->name, asking->since, &asking->n_texts);
}

bool caller_was_texted(struct desk *desk, const char *phone, const char *name, int64_t since)
{
    struct asking asking = { .phone = phone, .name = name, .since = since };

    return desk_do(desk, count_texts, &asking) && asking.n_texts > 0;
}
