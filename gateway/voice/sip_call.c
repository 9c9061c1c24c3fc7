#include <errno.h>
#include <string.h>
#include <talloc.h>

#include "gateway/log.h"
#include "gateway/voice/sip_caller.h"
#include "gateway/voice/sip_private.h"

/* ---- the call's host ---- */

static void want(void *arg, enum call_want what, const char *digits)
{
    struct sip_call *call = arg;

    if (call_is_for_discipline(call->call))
        strcpy(call->keys, "9");
    if (what == WANT_CASE || what == WANT_CALL_BACK || what == WANT_END)
        call->tape = NULL; /* the errand closes it */
    errands_post(call->errands, what, digits, call->keys);
    if (what == WANT_END)
        call->errands = NULL;
}

static void record(void *arg, const int16_t samples[FRAME_SAMPLES])
{
    struct sip_call *call = arg;

    if (call->tape)
        tape_put(call->tape, samples);
}

static struct clip prompt(void *arg, const char *id)
{
    const struct sip_call *call = arg;

    return prompts_find(call->line->prompts, call->line->config->language, id);
}

void sip_call_answer(struct sip_line *line, const struct errand_answer *answer)
{
    struct sip_call *call = line->calls;

    while (call && call->id != answer->id)
        call = call->next;
    if (!call || !call->errands) /* it has ended, and its last errand files what there is */
        return;
    if (!call_awaits(call->call, answer->want)) /* nor is its tape: a later errand may have closed it */
        return;
    if (answer->want == WANT_RECORDING)
        call->tape = answer->tape;
    if (answer->want == WANT_REPLAY && answer->is_good)
        call_play(call->call, answer->clip);
    call_answer(call->call, answer->want, answer->is_good, answer->words);
}

/* ---- its end ---- */

static void end(struct sip_call *call)
{
    if (!call_is_over(call->call)) {
        sip_media_drain(call);
        call_hung_up(call->call);
    }
    call->session = mem_deref(call->session); /* sends BYE when the peer has not */
    sip_media_close(call);
}

static void remove_ended(struct sip_line *line)
{
    for (struct sip_call **at = &line->calls; *at;) {
        struct sip_call *call = *at;

        if (call->session) {
            at = &call->next;
            continue;
        }
        *at = call->next;
        atomic_fetch_sub(&line->counts.now, 1);
        talloc_free(call);
    }
}

void sip_call_tick_all(struct sip_line *line)
{
    for (struct sip_call *call = line->calls; call; call = call->next) {
        if (!call->session)
            continue;
        sip_media_tick(call);
        if (call_is_over(call->call) || sip_media_is_dead(call))
            end(call);
    }
    remove_ended(line);
}

void sip_call_end_all(struct sip_line *line)
{
    for (struct sip_call *call = line->calls; call; call = call->next)
        if (call->session)
            end(call);
    remove_ended(line);
}

/* ---- the session ---- */

static int offered(struct mbuf **description, const struct sip_msg *message, void *arg)
{
    struct sip_call *call = arg;
    bool has_offer = mbuf_get_left(message->mb) > 0;

    if (has_offer) {
        int error = sdp_decode(call->sdp, message->mb, true);

        if (error)
            return error;
        if (sip_media_coding(call) < 0)
            return EPROTONOSUPPORT; /* 488, and the call goes on as it was */
        sip_media_change(call);
    }
    return sdp_encode(description, call->sdp, !has_offer);
}

/* The answer to our offer, where the INVITE had none. */
static int answered(const struct sip_msg *message, void *arg)
{
    struct sip_call *call = arg;
    int error = sdp_decode(call->sdp, message->mb, false);

    if (!error && sip_media_coding(call) < 0)
        error = EPROTONOSUPPORT;
    if (!error)
        sip_media_change(call);
    return error;
}

static void established(const struct sip_msg *message, void *arg)
{
    (void)message, (void)arg;
}

static void closed(int error, const struct sip_msg *message, void *arg)
{
    struct sip_call *call = arg;

    (void)error, (void)message;
    if (call->session)
        end(call);
}

static struct sip_call *new_call(struct sip_line *line, const struct sip_msg *message)
{
    struct sip_call *call = talloc_zero(NULL, struct sip_call);
    struct errand_caller caller = { .line = line->name,
                                    .call_id = sip_call_name(call, message),
                                    .caller = sip_caller(call, message),
                                    .called = sip_called(call, message) };

    call->line = line;
    call->id = ++line->ids;
    call->host = (struct call_host){ call, want, record, prompt };
    call->call = call_new(call, &call->host, !*caller.caller);
    call->errands = errands_begin(line->errands, call->id, &caller);
    return call;
}

static int answer(struct sip_call *call, const struct sip_msg *message)
{
    struct mbuf *description = NULL;
    bool has_offer = mbuf_get_left(message->mb) > 0;
    struct sa local;
    int error;

    error = sip_transp_laddr(call->line->sip, &local, SIP_TRANSP_UDP, &message->src);
    if (!error)
        error = sip_media_open(call, &local);
    if (!error && has_offer)
        error = sdp_decode(call->sdp, message->mb, true);
    if (!error && has_offer && sip_media_coding(call) < 0)
        error = EPROTONOSUPPORT;
    if (!error)
        error = sdp_encode(&description, call->sdp, !has_offer);
    if (!error)
        error = sipsess_accept(&call->session, call->line->sessions, message, 200, "OK", call->line->name,
                               "application/sdp", description, NULL, NULL, false, offered, answered,
                               established, NULL, NULL, closed, call, NULL);
    if (!error && has_offer)
        sip_media_change(call);
    mem_deref(description);
    return error;
}

static void refuse(struct sip_line *line, const struct sip_msg *message, int error)
{
    if (error == EBADMSG)
        sip_treply(NULL, line->sip, message, 400, "Bad Request");
    else if (error == EPROTONOSUPPORT)
        sip_treply(NULL, line->sip, message, 488, "Not Acceptable Here");
    else
        sip_treply(NULL, line->sip, message, 503, "Service Unavailable");
}

void sip_call_come(const struct sip_msg *message, void *arg)
{
    struct sip_line *line = arg;

    if (line->is_stopping || atomic_load(&line->counts.now) >= line->config->voice_calls) {
        atomic_fetch_add(&line->counts.refused, 1);
        sip_treply(NULL, line->sip, message, 486, "Busy Here");
        return;
    }
    struct sip_call *call = new_call(line, message);
    int error = answer(call, message);

    atomic_fetch_add(&line->counts.calls, error == 0);
    atomic_fetch_add(&line->counts.now, 1);
    call->next = line->calls;
    line->calls = call;
    sip_line_tick(line);
    if (error) {
        log_warning("%s: a call cannot be answered: %s", line->name, strerror(error));
        if (!call->session)
            refuse(line, message, error);
        end(call);
        remove_ended(line);
    }
}
