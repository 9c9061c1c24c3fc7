/*
 * Drafts: words that somebody wrote and has not filed yet, kept in the store by person, case and command.
 */
#ifndef GATEWAY_PAGE_DRAFTING_H
#define GATEWAY_PAGE_DRAFTING_H

#include "gateway/page/visit.h"

enum { DRAFT_SECONDS = 30 * 86400 };

/* Keeps the form's words for a case (0: a new one) and command; empty words delete the draft. */
bool drafting_keep(struct visit *visit, int64_t case_id, const char *command, const char *words);

/* Deletes the draft of these words, which are filed now; what was written since in another window stays. */
bool drafting_drop(struct visit *visit, int64_t case_id, const char *command, const char *words);

/* Keeps the words of a form whose session has expired, if the session's own browser sent it. */
void drafting_rescue(struct visit *visit, const struct session *session);

/* POST draft: command, case, words; answers 204. */
void drafting_take(struct visit *visit);

/* GET list/drafts: the visitor's drafts. */
void drafting_list(struct visit *visit);

#endif
