/*
 * Recordings until somebody has written down what they say (听写). Nobody can know whom such a recording
 * accuses, so it counts as restricted (art. 30): only the county's clerks and who is on duty for the county
 * may listen. One whose caller pressed 9 is for the discipline office alone (for supervisors where it has
 * nobody). That nobody has written it down yet is a state with a clock: the county's duty officer hears of
 * every recording at once, at any hour; each ten minutes the next person does, in office hours the clerks
 * first; when all were told twice, the operator each half an hour.
 */
#ifndef GATEWAY_CASE_HEARING_H
#define GATEWAY_CASE_HEARING_H

#include "gateway/case/action.h"
#include "gateway/turn/turn.h"
#include "store/recordings.h"

/* Whether somebody may listen to a recording of this case now. False: the store failed. */
bool hearing_may(struct turn *turn, const struct case_ *case_, const struct recording *recording,
                 const struct person *person, bool *is_so);

/* Starts the clock of a recording that came: tells who is told at once, and sets ring_at. The caller writes
 * it back. */
bool hearing_begin(struct turn *turn, const struct case_ *case_, struct recording *recording);

/* Takes the step that somebody listens. Sets action->refusal where they may not. After that the clock runs an
 * hour until the next person is told: it still has to be written down. */
bool hearing_listen(struct turn *turn, struct action *action, struct recording *recording);

/* Tells the next person about recordings whose ring_at has come: the oldest is named, the others counted. */
bool hearing_ring_next(struct turn *turn, struct recording *recordings, size_t n);

/* A transcriber heard of danger in a recording that nobody has written down: whoever may listen is told at
 * once, without its words. */
bool hearing_warn(struct turn *turn, const struct case_ *case_, const struct recording *recording);

/* How long a recording has been waiting; 0 where the clock was set back since. */
int64_t hearing_minutes(int64_t now, const struct recording *recording);

/* Effects of ACT_WRITE_DOWN and ACT_SEND_UP. */
bool hearing_write_down(struct turn *turn, struct action *action);
bool hearing_send_up(struct turn *turn, struct action *action);

#endif
