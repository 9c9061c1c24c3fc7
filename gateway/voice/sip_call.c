#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/log.h"
#include "gateway/voice/sip_caller.h"
#include "gateway/voice/sip_private.h"

enum { CALLS_OF_ONE = 2 }; /* at once by one number */

void sip_call_answer(struct sip_line *line, const struct errand_answer *answer)
{
    struct sip_call *call = line->calls;

    while (call && call->id != answer->id)
        call = call->next;
    if (call && answering_take(&call->answering, answer) && !sip_out_ring_officer(call, answer->words))
        call_answer(call->call, WANT_OFFICER, false, "");
}

/* ---- its end ---- */

void sip_call_end(struct sip_call *call)
{
    if (!call_is_over(call->call)) {
        sip_media_drain(call);
        call_hung_up(call->call);
    }
    call->session = mem_deref(call->session); /* sends BYE when the peer has not */
    sip_media_close(call);
    atomic_fetch_sub(&call->line->counts.now, !call->is_counted_out);
    call->is_counted_out = true;
    sip_out_part(call);
    sip_out_report(call);
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
        talloc_free(call);
    }
}

void sip_call_tick_all(struct sip_line *line)
{
    for (struct sip_call *call = line->calls; call; call = call->next) {
        if (!call->session)
            continue;
        if (call->is_up)
            sip_media_tick(call);
        if (call->reason != REASON_CALLER)
            sip_out_tick(call);
        if (call->session && (call_is_over(call->call) || (call->is_up && sip_media_is_dead(call))))
            sip_call_end(call);
    }
    remove_ended(line);
}

void sip_call_end_all(struct sip_line *line)
{
    for (struct sip_call *call = line->calls; call; call = call->next)
        if (call->session)
            sip_call_end(call);
    remove_ended(line);
}

/* ---- the session ---- */

int sip_call_offered(struct mbuf **description, const struct sip_msg *message, void *arg)
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
int sip_call_answered(const struct sip_msg *message, void *arg)
{
    struct sip_call *call = arg;
    int error = sdp_decode(call->sdp, message->mb, false);

    if (!error && sip_media_coding(call) < 0)
        error = EPROTONOSUPPORT;
    if (!error)
        sip_media_change(call);
    return error;
}

void sip_call_established(const struct sip_msg *message, void *arg)
{
    struct sip_call *call = arg;

    (void)message;
    call->is_up = true;
}

void sip_call_closed(int error, const struct sip_msg *message, void *arg)
{
    struct sip_call *call = arg;
    int status = message && !message->req ? message->scode : 0;
    bool is_lines_fault = error || status == 401 || status == 403 || status == 407 || status >= 500;

    call->is_unplaced = !call->is_up && is_lines_fault && status != 600 && status != 603;
    if (call->session)
        sip_call_end(call);
}

struct sip_call *sip_call_new(struct sip_line *line, enum call_reason reason,
                              const struct errand_caller *caller, const char *language)
{
    struct sip_call *call = talloc_zero(NULL, struct sip_call);

    call->line = line;
    call->id = ++line->ids;
    call->reason = reason;
    call->why = "nobody answered";
    answering_begin(&call->answering, call, line->config, line->errands, line->prompts,
                    &(struct answering_wish){ .reason = reason,
                                              .id = call->id,
                                              .caller = caller,
                                              .language = language,
                                              .may_ring = line->dialer != NULL });
    call->call = call->answering.call;
    atomic_fetch_add(&line->counts.now, 1);
    call->next = line->calls;
    line->calls = call;
    sip_line_tick(line);
    return call;
}

/* A call from a caller; its greeting waits a moment for the caller's language. */
static struct sip_call *new_caller(struct sip_line *line, const struct sip_msg *message, const char *phone)
{
    void *mem = talloc_new(NULL);
    struct errand_caller caller = { .line = line->name,
                                    .call_id = sip_call_name(mem, message),
                                    .caller = phone,
                                    .called = sip_called(mem, message) };
    struct sip_call *call = sip_call_new(line, REASON_CALLER, &caller, "");

    snprintf(call->caller, sizeof call->caller, "%s", phone);
    call->is_up = true;
    if (*phone)
        answering_ask_language(&call->answering);
    talloc_free(mem);
    return call;
}

/* The reason to refuse a caller, with *status; NULL: the call is taken. */
static const char *refusal(const struct sip_line *line, const char *phone, uint16_t *status)
{
    int now = 0;

    *status = 486;
    if (line->is_stopping || atomic_load(&line->counts.now) >= line->config->voice_calls)
        return "Busy Here";
    for (const struct sip_call *call = line->calls; *phone && call; call = call->next)
        now += call->session && strcmp(call->caller, phone) == 0;
    if (now >= CALLS_OF_ONE)
        return "Busy Here";
    *status = 603;
    for (size_t i = 0; *phone && i < line->n_blocked; i++)
        if (strcmp(line->blocked[i], phone) == 0)
            return "Decline";
    return NULL;
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
                               sip_dialog_type(call, message), description, NULL, NULL, false,
                               sip_call_offered, sip_call_answered, sip_call_established, sip_dialog_info,
                               NULL, sip_call_closed, call, NULL);
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

/* Whether the peer requires an extension that we do not support (RFC 3261, 8.2.2.3). */
static bool needs_more(const struct sip_hdr *header, const struct sip_msg *message, void *arg)
{
    (void)message, (void)arg;
    return pl_strcasecmp(&header->val, "timer") != 0;
}

static bool has_refused(struct sip_line *line, const struct sip_msg *message)
{
    const struct sip_hdr *more = sip_msg_hdr_apply(message, true, SIP_HDR_REQUIRE, needs_more, NULL);

    if (more)
        sip_treplyf(NULL, NULL, line->sip, message, false, 420, "Bad Extension",
                    "Unsupported: %r\r\nContent-Length: 0\r\n\r\n", &more->val);
    return more;
}

void sip_call_come(const struct sip_msg *message, void *arg)
{
    struct sip_line *line = arg;

    if (has_refused(line, message))
        return;

    void *mem = talloc_new(NULL);
    const char *phone = sip_caller(mem, message);
    uint16_t status;
    const char *why = refusal(line, phone, &status);

    if (why) {
        atomic_fetch_add(&line->counts.refused, 1);
        sip_treply(NULL, line->sip, message, status, why);
        talloc_free(mem);
        return;
    }
    struct sip_call *call = new_caller(line, message, phone);
    int error = answer(call, message);

    talloc_free(mem);
    atomic_fetch_add(&line->counts.calls, error == 0);
    if (error) {
        log_warning("%s: a call cannot be answered: %s", line->name, strerror(error));
        if (!call->session)
            refuse(line, message, error);
        sip_call_end(call);
        remove_ended(line);
    }
}
