/*
 * Puts texts for people into the outbox: renders the template, chooses the line, keeps quiet hours.
 *
 * Cases restricted under art. 30 (guarded: they accuse an official) get no special treatment here: whoever
 * calls notify has decided that the recipient may know of the case.
 */
#ifndef GATEWAY_TURN_NOTIFY_H
#define GATEWAY_TURN_NOTIFY_H

#include <json-c/json.h>

#include "gateway/turn/turn.h"
#include "store/cases.h"
#include "store/notices.h"
#include "store/people.h"

struct notify {
    const char *to;
    const char *name;              /* of the template: "received", "closed" ... */
    struct json_object *data;      /* what the template is filled with; notify releases it */
    enum notice_priority priority; /* PRIORITY_ANSWER ignores quiet hours and STOP */
    const char *line;              /* the line to prefer; NULL: the person's last, else by number prefix */
    int64_t case_id, step_id, event_id;
    int64_t not_before; /* 0: now */
    bool is_on_page; /* shown on the operator's page that asked for it: no text goes out, unless it is a code
                      */
    bool is_danger;  /* danger to life or health: at any hour, whoever is muted or said STOP */
    bool is_operators; /* an operator's own text: goes to anybody at any hour */
    /*
     * The case they reported that this tells of: STOP silences it for cadres too, and whoever has the number
     * after them does not get it. NULL: it tells of none.
     */
    const struct case_ *own_case;
    const struct person *person; /* the owner of "to", if the caller knows; NULL: looked up */
};

/*
 * Renders the text in the person's language, puts the signature in front, and adds it to the outbox. What a
 * template says inside {{#room}} is left out where the text would take more than one message with it.
 * News of their own case goes as a call to landlines and to people who do not read (calling.h), where calls
 * can go out. Automatic senders (short codes, names), other landlines and muted people get nothing. Villagers
 * who said STOP get only answers; cadres who did still hear of their duties, only not of their own appeals.
 * Nobody told: *notice_id is 0 and the result true. notice_id may be NULL. False: turn_error says why.
 */
bool notify(struct turn *turn, const struct notify *request, int64_t *notice_id);

/* The same with finished words (an operator's own text); data is not used. */
bool notify_words(struct turn *turn, const struct notify *request, const char *words, int64_t *notice_id);

/*
 * Why news of this case cannot go to whoever reported it: "no_phone" (they left no number), "new_owner" (of
 * their number, perhaps), "stopped" (they said STOP), "no_texts" (a landline where nobody is called). NULL:
 * it goes. False: turn_error says why.
 */
bool notify_unreached(struct turn *turn, const struct case_ *case_, const char **why);

/*
 * Adds a call of this name ("call-back", "alarm-call") to whom may be called, at not_before; at night only
 * what danger makes ring. words: what the call is for, for lists. *notice_id: 0 where calls cannot go there.
 */
bool notify_call(struct turn *turn, const struct notify *request, const char *words, int64_t *notice_id);

/*
 * The words to keep once a notice no longer needs its text (sent, failed, cancelled): one-time codes, and
 * those by which a case is asked after, become asterisks. store_blank_notice stores them. From mem; NULL: all
 * words may stay.
 */
const char *notify_kept_words(void *mem, const struct notice *notice);

/* When the quiet hours end that at lies in; 0: in none. */
int64_t notify_quiet_until(const struct config *config, int64_t at);

/* The first moment, from at on, outside the quiet hours. */
int64_t notify_after_quiet(const struct config *config, int64_t at);

#endif
