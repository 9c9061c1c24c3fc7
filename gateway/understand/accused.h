/*
 * Whom a text speaks of: persons by name in any form of naming.h or by title, and bodies by name.
 */
#ifndef GATEWAY_UNDERSTAND_ACCUSED_H
#define GATEWAY_UNDERSTAND_ACCUSED_H

#include "gateway/understand/understand.h"

/* A case's text, read once: its lines, each behind its own greeting. Lives as long as the understanding. */
struct accused_text;

/* From mem; keeps no pointer into text. */
struct accused_text *accused_read(const struct understanding *understanding, void *mem, const char *text);

/* Whether the text means this person. */
bool accused_person(const struct accused_text *text, const struct person *person);

/*
 * Whether the text speaks of this body by its name, or by a name that its duty goes by (纪委 for
 * "discipline"), other than to ask it to act (请县纪委来查).
 */
bool accused_unit(const struct accused_text *text, const struct unit *unit);

#endif
