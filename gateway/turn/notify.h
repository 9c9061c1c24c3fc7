/*
 * A step in a case becomes texts for the people it concerns: template -> outbox.
 */
#ifndef GATEWAY_TURN_NOTIFY_H
#define GATEWAY_TURN_NOTIFY_H

#include <json-c/json.h>

#include "gateway/turn/turn.h"
#include "store/notices.h"
#include "store/people.h"

struct notify {
    const char *to;
    const char *name;              /* of the text: "received", "closed" ... */
    struct json_object *data;      /* what the text may hold; consumed */
    enum notice_priority priority; /* PRIORITY_ANSWER ignores quiet hours and STOP */
    const char *line;              /* line to prefer; NULL: the person's last, else by route */
    int64_t case_id, step_id, event_id;
    int64_t not_before;          /* 0: now */
    bool is_operators;           /* an operator's own: goes to anybody at any hour */
    const struct person *person; /* who "to" is, where the caller has it; NULL: looked up */
};

/*
 * Renders in the person's language, signature in front, and puts it in the outbox. Automatic senders (short
 * codes, names) and muted people get nothing, people who said STOP only answers: *notice_id is then 0.
 * notice_id may be NULL.
 */
bool notify(struct turn *turn, const struct notify *what, int64_t *notice_id);

/* The same with words already made (an operator's own text). */
bool notify_words(struct turn *turn, const struct notify *what, const char *words, int64_t *notice_id);

/*
 * What may be kept of a notice's words once it needs them no more (sent, failed, cancelled): one-time codes
 * become asterisks; store_blank_notice puts it in place. NULL: all of it may stay.
 */
const char *notify_kept_words(void *mem, const struct notice *notice);

/* The first moment from at on that is not in the quiet hours. */
int64_t notify_after_quiet(const struct config *config, int64_t at);

#endif
