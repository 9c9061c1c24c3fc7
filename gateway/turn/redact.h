/*
 * Takes out of free text what would tell who somebody is: for public boards, and for reporters who asked to
 * stay anonymous. Cases restricted under art. 30 (guarded: they accuse an official) never reach these
 * functions for a board: the store leaves them out of every board (store/reports.h).
 */
#ifndef GATEWAY_TURN_REDACT_H
#define GATEWAY_TURN_REDACT_H

#include <stdbool.h>
#include <stddef.h>

#include "store/reports.h"

/*
 * The latest progress, a cadre's words, for a public board. "" unless the case is 民生 (a need that many
 * share) and its reporter did not ask to stay anonymous. Numbers of five digits or more become asterisks. The
 * reporter's name, and what looks like the name of another person (李二狗家), become 某某. "" if the
 * reporter's name may still stand there in another form. Clipped to so many UTF-16 units. From mem.
 */
const char *redact_progress(void *mem, const struct board_case *case_, size_t units);

/* What a cadre said when the case ended, by the same rules. */
const char *redact_result(void *mem, const struct board_case *case_, size_t units);

/* The reporter's words by the same rules; "" also if they seem to say who the reporter is or lives (我叫,
 * 家住). */
const char *redact_text(void *mem, const struct board_case *case_, size_t units);

/*
 * The reporter's words for another program on this machine, by the same rules but whatever the class: numbers
 * of three digits or more, the name, and what follows 我叫 are masked. NULL: the name may still stand there.
 * From mem.
 */
const char *redact_for_programs(void *mem, const char *name, const char *words);

/*
 * The reporter's words for those who work on the case: if the reporter asked to stay anonymous, numbers of
 * seven digits or more (telephones) become asterisks. From mem, or the words themselves.
 */
const char *redact_for_handlers(void *mem, bool is_anonymous, const char *words);

#endif
