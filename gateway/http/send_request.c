#include "gateway/http/send_request.h"

#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/provider/fields.h"
#include "gateway/turn/notify.h"
#include "gateway/turn/sanitise.h"
#include "modem/pdu/segment.h"
#include "store/tokens.h"

enum { PARTS_MOST = 255, AHEAD_MOST = 366 * 24 * 3600 };

/* Characters of a written number. Words around it or an extension behind it are refused. */
#define NUMBER_CHARACTERS "0123456789+-(). "

const char *send_request_check(void *mem, const struct config *config, struct send_request *sending)
{
    const char *words = sending->text, *parts[3];
    char not_before[24];

    if (!sending->to || !*sending->to)
        return "to is missing";
    if (sending->not_before > clock_now() + AHEAD_MOST)
        return "not_before is more than a year ahead";
    if (sending->to[strspn(sending->to, NUMBER_CHARACTERS)] != '\0')
        return "to is not a phone number";
    sending->to = provider_addressee(mem, sending->to);
    if (!sending->to)
        return "to is not a phone number";
    if (!words || *sanitise_text(mem, words, true) == '\0')
        return "text is missing";
    words = talloc_asprintf(mem, "%s%s", config->signature ? config->signature : "", words);
    if (segment_count(words, NULL) > PARTS_MOST)
        return "text is longer than 255 parts";
    snprintf(not_before, sizeof not_before, "%lld", (long long)sending->not_before);
    parts[0] = sending->to;
    parts[1] = sending->text;
    parts[2] = not_before;
    sending->hash = key_of(mem, parts, 3);
    return NULL;
}

static bool queue_notice(struct turn *turn, struct send_request *sending)
{
    const struct notify what = {
        .to = sending->to, .name = "send", .priority = PRIORITY_NOTICE, .not_before = sending->not_before
    };

    return notify_words(turn, &what, sending->text, &sending->notice_id);
}

/* If the key was used before, reports the notice of that time. */
static bool send_once(struct turn *turn, struct send_request *sending)
{
    int64_t earlier = -1;
    bool is_same = false;

    if (sending->key && !store_find_idempotency_key(turn->store, sending->token_id, sending->key,
                                                    sending->hash, &earlier, &is_same))
        return false;
    sending->is_repeated = earlier >= 0 && is_same;
    sending->is_other = earlier >= 0 && !is_same;
    sending->notice_id = earlier > 0 ? earlier : 0;
    if (earlier >= 0)
        return true;
    return queue_notice(turn, sending) &&
           (!sending->key || store_note_idempotency_key(turn->store, sending->token_id, sending->key,
                                                        sending->hash, sending->notice_id, turn->now));
}

struct sendings {
    struct send_request *all;
    size_t n;
};

static bool send_each(struct turn *turn, void *arg)
{
    struct sendings *sendings = arg;

    for (size_t i = 0; i < sendings->n; i++)
        if (!send_once(turn, &sendings->all[i]))
            return false;
    return true;
}

bool send_request_do(struct desk *desk, struct send_request *all, size_t n)
{
    struct sendings sendings = { all, n };

    return desk_do(desk, send_each, &sendings);
}
