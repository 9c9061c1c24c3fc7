#include <errno.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/turn/calling.h"
#include "gateway/voice/sip_private.h"

enum { RING_MOST_MS = 45000 };

int sip_out_authenticate(char **user, char **password, const char *realm, void *arg)
{
    const struct sip_line *line = arg;
    int error = str_dup(user, sip_trunk_user(line));

    (void)realm;
    if (!line->config->voice_password)
        return EAUTH;
    return error ? error : str_dup(password, line->config->voice_password);
}

/* Sends the INVITE, in which nothing tells why we call. */
static int invite(struct sip_call *call, const char *phone)
{
    struct sip_line *line = call->line;
    void *mem = talloc_new(NULL);
    struct mbuf *description = NULL;
    char trunk[64];
    struct sa local;
    int error;

    re_snprintf(trunk, sizeof trunk, "%J", &line->trunk);
    error = sip_transp_laddr(line->sip, &local, SIP_TRANSP_UDP, &line->trunk);
    if (!error)
        error = sip_media_open(call, &local);
    if (!error)
        error = sdp_encode(&description, call->sdp, true);
    if (!error)
        error = sipsess_connect(
            &call->session, line->sessions,
            talloc_asprintf(mem, "sip:%s@%s", calling_dialled(mem, line->config, phone), trunk), NULL,
            talloc_asprintf(mem, "sip:%s@%s", sip_trunk_user(line), trunk), sip_trunk_user(line), NULL, 0,
            "application/sdp", description, sip_out_authenticate, line, false, sip_call_offered,
            sip_call_answered, NULL, sip_call_established, sip_dialog_info, NULL, sip_call_closed, call,
            NULL);
    mem_deref(description);
    talloc_free(mem);
    return error;
}

static bool ring(struct sip_call *call, const char *phone)
{
    int error = invite(call, phone);

    atomic_fetch_add(&call->line->counts.placed, error == 0);
    if (!error)
        return true;
    log_warning("%s: a call cannot be made: %s", call->line->name, strerror(error));
    call->is_unplaced = true;
    sip_call_end(call); /* the next tick takes it off the list */
    return false;
}

void sip_out_place(struct sip_line *line, struct call_out *out)
{
    static const enum call_reason reasons[] = {
        [CALL_OF_NEWS] = REASON_NEWS, [CALL_BACK] = REASON_CALL_BACK, [CALL_OF_ALARM] = REASON_ALARM
    };
    void *mem = talloc_new(NULL);
    struct errand_caller caller = { .line = line->name,
                                    .call_id = talloc_asprintf(mem, "out %lld %d", (long long)out->notices[0],
                                                               out->attempts),
                                    .caller = out->to,
                                    .called = "",
                                    .reason = reasons[out->purpose],
                                    .cases = out->cases,
                                    .n_cases = out->n };
    struct sip_call *call = sip_call_new(line, caller.reason, &caller, out->language);

    call->out = out;
    ring(call, out->to);
    talloc_free(mem);
}

bool sip_out_ring_officer(struct sip_call *caller, const char *phone)
{
    struct sip_call *call = sip_call_new(caller->line, REASON_OFFICER, NULL, "");

    if (!ring(call, phone))
        return false;
    call->other = caller;
    caller->other = call;
    return true;
}

/* Connects the two once the officer has pressed the key; ends the call if the caller waits no longer. */
static void join(struct sip_call *call)
{
    struct sip_call *caller = call->other;

    bool is_awaited = caller && call_awaits(caller->call, WANT_OFFICER);

    if (is_awaited && call_is_joined(call->call))
        call_answer(caller->call, WANT_OFFICER, true, "");
    else if (!caller || (!is_awaited && !call_is_joined(caller->call)))
        sip_call_end(call);
}

void sip_out_tick(struct sip_call *call)
{
    call->ring_ms += call->is_up ? 0 : FRAME_MS;
    if (call->reason == REASON_OFFICER)
        join(call);
    else if (call->ring_ms > RING_MOST_MS)
        sip_call_end(call);
}

void sip_out_part(struct sip_call *call)
{
    struct sip_call *other = call->other;

    if (!other)
        return;
    call->other = other->other = NULL;
    if (call->reason == REASON_OFFICER && call_awaits(other->call, WANT_OFFICER))
        call_answer(other->call, WANT_OFFICER, false, "");
    else
        call_part(other->call);
}

void sip_out_report(struct sip_call *call)
{
    struct call_out *out = call->out;
    bool is_heard = out && (call_is_heard(call->call) || (out->purpose == CALL_BACK && call->is_up));

    if (!out)
        return;
    call->out = NULL;
    dialer_ended(call->line->dialer, out,
                 is_heard            ? CALL_END_HEARD
                 : call->is_unplaced ? CALL_END_NOT_PLACED
                                     : CALL_END_UNHEARD,
                 call->is_up ? "answered, but no key was pressed" : call->why);
}
