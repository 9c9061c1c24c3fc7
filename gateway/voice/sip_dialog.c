#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/voice/sip_private.h"

enum { BODY_MOST = 256 };

/* ---- session timers ---- */

/* The headers of an answer that lets the peer refresh the session, or "", from mem. Only if the peer
 * refreshes, because we never do; without the header a session does not expire (RFC 4028, 9). */
static const char *timer_headers(void *mem, const struct sip_msg *message)
{
    const struct sip_hdr *expires = sip_msg_hdr(message, SIP_HDR_SESSION_EXPIRES);
    struct pl seconds, refresher = PL_INIT;

    if (!expires || !sip_msg_hdr_has_value(message, SIP_HDR_SUPPORTED, "timer") ||
        re_regex(expires->val.p, expires->val.l, "[0-9]+", &seconds) != 0)
        return "";
    if (re_regex(expires->val.p, expires->val.l, "refresher=[a-z]+", &refresher) == 0 &&
        pl_strcasecmp(&refresher, "uac") != 0)
        return "";
    return talloc_asprintf(mem, "Session-Expires: %u;refresher=uac\r\nRequire: timer\r\nSupported: timer\r\n",
                           pl_u32(&seconds));
}

const char *sip_dialog_type(void *mem, const struct sip_msg *message)
{
    const char *timer = timer_headers(mem, message);
    size_t length = strlen(timer);

    return length == 0
               ? "application/sdp"
               : talloc_asprintf(mem, "application/sdp\r\n%.*s", (int)(length - strlen("\r\n")), timer);
}

/* ---- UPDATE ---- */

static struct sip_call *find(const struct sip_line *line, const struct sip_msg *message)
{
    struct sip_call *call = line->calls;

    while (call && !(call->session && call->is_up && sip_dialog_cmp(sipsess_dialog(call->session), message)))
        call = call->next;
    return call;
}

static void agree(struct sip_call *call, const struct sip_msg *message, struct mbuf *description)
{
    void *mem = talloc_new(NULL);
    struct sip_contact contact;

    sip_contact_set(&contact, call->line->name, &message->dst, message->tp);
    sip_treplyf(NULL, NULL, call->line->sip, message, true, 200, "OK", "%H%s%sContent-Length: %zu\r\n\r\n%b",
                sip_contact_print, &contact, timer_headers(mem, message),
                description ? "Content-Type: application/sdp\r\n" : "",
                description ? mbuf_get_left(description) : (size_t)0,
                description ? mbuf_buf(description) : NULL,
                description ? mbuf_get_left(description) : (size_t)0);
    talloc_free(mem);
}

void sip_dialog_updated(struct sip_line *line, const struct sip_msg *message)
{
    struct sip_call *call = find(line, message);
    struct mbuf *description = NULL;

    if (!call)
        sip_treply(NULL, line->sip, message, 481, "Call/Transaction Does Not Exist");
    else if (!sip_dialog_rseq_valid(sipsess_dialog(call->session), message))
        sip_treply(NULL, line->sip, message, 500, "Server Internal Error");
    else if (mbuf_get_left(message->mb) > 0 && sip_call_offered(&description, message, call) != 0)
        sip_treply(NULL, line->sip, message, 488, "Not Acceptable Here");
    else
        agree(call, message, description);
    mem_deref(description);
}

/* ---- INFO ---- */

/* The key in "Signal=5\r\nDuration=160", "Signal=11" or "5"; 0: none. */
static char key_of(const struct sip_msg *message)
{
    static const char keys[] = "0123456789*#ABCD";
    size_t length = mbuf_get_left(message->mb);
    char text[BODY_MOST + 1], *at;

    if (!msg_ctype_cmp(&message->ctyp, "application", "dtmf-relay") &&
        !msg_ctype_cmp(&message->ctyp, "application", "dtmf"))
        return 0;
    snprintf(text, sizeof text, "%.*s", (int)(length < BODY_MOST ? length : BODY_MOST),
             (const char *)mbuf_buf(message->mb));
    at = strcasestr(text, "signal");
    at = at ? at + strlen("signal") : text;
    at += strspn(at, " \t\r\n=");
    if (at[0] == '1' && (at[1] == '0' || at[1] == '1'))
        return at[1] == '0' ? '*' : '#';
    return *at && strchr(keys, toupper((unsigned char)*at)) ? (char)toupper((unsigned char)*at) : 0;
}

void sip_dialog_info(struct sip *sip, const struct sip_msg *message, void *arg)
{
    struct sip_call *call = arg;
    char key = key_of(message);

    if (!key) {
        sip_treply(NULL, sip, message, 415, "Unsupported Media Type");
        return;
    }
    sip_treply(NULL, sip, message, 200, "OK");
    if (call->is_up)
        call_key_notice(call->call, key);
}
