/*
 * What texts may say of a case, as data for templates. Words for states, topics and classes are the
 * templates': here they are flags, {"state": {"in_hand": true}}.
 */
#ifndef GATEWAY_TURN_FACTS_H
#define GATEWAY_TURN_FACTS_H

#include <json-c/json.h>

#include "gateway/turn/turn.h"
#include "store/cases.h"

/* Room for free text in UTF-16 units: what others wrote as a hint, and whole answers. */
enum { CLIP_HINT = 16, CLIP_TEXT = 18, CLIP_CALENDAR = 60, CLIP_WORDS = 80 };

/*
 * number, state, topic, category, urgent, guarded, place (township and village), unit, handler (a name), text
 * (clipped), received, accept_by, finish_by, rating. The caller's to put back.
 */
bool facts_of_case(struct turn *turn, const struct case_ *case_, struct json_object **facts);

/* The same members for people nobody looks up: number, state and stage alone. */
struct json_object *facts_in_brief(const struct case_ *case_);

/* number, state, topic, and the village or unit it is about by its short name: for lists. False: failed. */
bool facts_of_listed(struct turn *turn, const struct case_ *case_, struct json_object **facts);

/* facts may be NULL: a new object. Strings are clipped to units (0: as they are). Returns facts. */
struct json_object *facts_text(struct json_object *facts, const char *name, const char *text, size_t units);
struct json_object *facts_number(struct json_object *facts, const char *name, int64_t number);
struct json_object *facts_flag(struct json_object *facts, const char *name, bool is_set);
/* {"water": true}, for sections; spaces become underlines. */
struct json_object *facts_choice(struct json_object *facts, const char *name, const char *choice);
/* {"year": 2026, "month": 12, "day": 1, "date": "2026-12-01"}; nothing for 0. */
struct json_object *facts_date(struct json_object *facts, const char *name, int64_t at);

#endif
