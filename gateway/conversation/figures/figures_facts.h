/*
 * The figures that answer a question, as data for templates; the caller releases them with json_object_put.
 * Every function returns false when the store failed.
 */
#ifndef GATEWAY_CONVERSATION_FIGURES_FIGURES_FACTS_H
#define GATEWAY_CONVERSATION_FIGURES_FIGURES_FACTS_H

#include <json-c/json.h>

#include "gateway/conversation/figures/figures_span.h"
#include "gateway/conversation/talk.h"

/* Who asks, and what. */
struct asker {
    struct talk *talk;
    struct figure_question question;
    struct figures_span span;
    const char *topic; /* NULL: any */
    int64_t scope;     /* the unit that they oversee or work for; 0: the county */
    bool is_above;     /* they oversee it */
};

/* Counts all cases of a unit and of those below it; 0: the county's. */
bool figures_of_unit(const struct asker *asker, int64_t unit, struct json_object **facts);

/* Counts the cases that somebody has in hand, and those they answered. */
bool figures_of_person(const struct asker *asker, const struct person *person, struct json_object **facts);

/* Whether a topic can be asked about: what accuses officials is in no figure. */
bool figures_ask_about(const char *topic);

/* Which units or topics have most or least; by a rate only those of 20 cases or more are ranked. */
bool figures_ranking(const struct asker *asker, struct json_object **facts);

#endif
