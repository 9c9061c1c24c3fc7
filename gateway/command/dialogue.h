/*
 * Dialogue files: who says what, and what each then hears. The demonstration plays one, and so do the tests.
 *
 *     # a comment
 *     王婶 = 13934567001             who is who
 *     王婶 > 村里的自来水停了三天    texts the gateway; a line that begins with spaces goes on
 *     王婶 < *{number}*              gets a text like this, next of those not yet matched
 *     王婶 < -                       and nothing more
 *     @ 2026-12-01 09:00             the calendar moves
 *     @ month 09:00                  to the first day of the next month, @ quarter to the last of this
 * quarter say ...                        shown to whoever watches
 *
 * In a pattern * stands for anything; {name} for a run of digits, kept and put in where {name} stands later.
 * A name that is known already must be the same again.
 */
#ifndef GATEWAY_COMMAND_DIALOGUE_H
#define GATEWAY_COMMAND_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

enum dialogue_kind { DIALOGUE_SAYS, DIALOGUE_HEARS, DIALOGUE_SILENCE, DIALOGUE_DAY, DIALOGUE_NOTE };

struct dialogue_step {
    enum dialogue_kind kind;
    int line;        /* of the file */
    const char *who; /* as written */
    const char *phone;
    const char *words; /* text, pattern, date or note */
};

/* Reads a whole file's text. NULL: *error names the line. Steps hang from mem. */
struct dialogue_step *dialogue_read(void *mem, const char *text, size_t *n, const char **error);

/* The names and what they stand for. */
struct dialogue_names;
struct dialogue_names *dialogue_names_new(void *mem);

/* words with every known {name} put in; from mem. */
char *dialogue_fill(void *mem, const struct dialogue_names *names, const char *words);

/* Whether a text fits a pattern; keeps the names of one that does. */
bool dialogue_matches(struct dialogue_names *names, const char *pattern, const char *text);

/*
 * The moment that the words of an @ line mean when the calendar shows today (UTC of the place): "YYYY-MM-DD
 * HH:MM", from mem. Moves *today there.
 */
char *dialogue_moment(void *mem, const char *words, struct tm *today);

#endif
