/*
 * What a text may say about a case, as data for templates. The words for states, topics and classes stand in
 * the templates; here they are flags: {"state": {"in_hand": true}}.
 *
 * A guarded case is restricted under art. 30: it accuses an official. These functions do not withhold
 * anything because of that: "guarded" is a flag like any other, and the caller decides who may receive the
 * facts.
 */
#ifndef GATEWAY_TURN_FACTS_H
#define GATEWAY_TURN_FACTS_H

#include <json-c/json.h>

#include "gateway/turn/turn.h"
#include "store/cases.h"

/* The longest free text of each use, in UTF-16 units. */
enum { CLIP_HINT = 16, CLIP_TEXT = 18, CLIP_CALENDAR = 60, CLIP_ANSWER = 66, CLIP_WORDS = 75 };

/*
 * number, state, late (a day that was promised has passed: of accept_by or finish_by; take_late, finish_late,
 * review_late, ask_late: of take_by, finish_by, review_by, ask_by), topic, category, urgent, guarded,
 * unheard, anonymous, place (township and village), village (its short name alone), unit, handler (a name),
 * text (clipped, and with redact_for_handlers), received and the other dates, rating. Until a case was first
 * accepted, accept_by is what its reporter was told; afterwards it is take_by. The caller releases it with
 * json_object_put. False: turn_error says why; *facts is NULL.
 */
bool facts_of_case(struct turn *turn, const struct case_ *case_, struct json_object **facts);

/* The same without what this text ("received") never uses: most use few of them. text NULL: all. */
bool facts_for_text(struct turn *turn, const char *text, const struct case_ *case_,
                    struct json_object **facts);

/* Only number and state: for lists, and without reading the store. */
struct json_object *facts_in_brief(const struct case_ *case_);

/* number, state, topic, and place, the short name of its village: for lists. False: turn_error says why. */
bool facts_of_listed(struct turn *turn, const struct case_ *case_, struct json_object **facts);

/*
 * Each adds one member and returns facts; facts NULL makes a new object. The name is not copied and must live
 * as long as the facts. A text is sanitised and clipped to so many UTF-16 units (0: neither); NULL is "".
 */
struct json_object *facts_text(struct json_object *facts, const char *name, const char *text, size_t units);
struct json_object *facts_number(struct json_object *facts, const char *name, int64_t number);
struct json_object *facts_flag(struct json_object *facts, const char *name, bool is_set);
/* {"water": true}, for sections; spaces become underscores. At most 31 octets. */
struct json_object *facts_choice(struct json_object *facts, const char *name, const char *choice);
/* {"mostly": true} for 2: the rating of a case, 1 to 4; adds nothing when it is 0. */
struct json_object *facts_rating(struct json_object *facts, int rating);
/* {"year": 2026, "month": 12, "day": 1, "date": "2026-12-01"}; adds nothing when at is 0. */
struct json_object *facts_date(struct json_object *facts, const char *name, int64_t at);

#endif
