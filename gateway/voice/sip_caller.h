/*
 * What an INVITE says of who calls whom. Other people wrote it: what comes back is safe to store and to show.
 */
#ifndef GATEWAY_VOICE_SIP_CALLER_H
#define GATEWAY_VOICE_SIP_CALLER_H

struct sip_msg;

/* In E.164: the peer's assertion (RFC 3325, the first that is a number), else From, each as sip: or tel:. ""
 * where the caller withholds the number (RFC 3323) or has none. From mem. */
const char *sip_caller(void *mem, const struct sip_msg *message);
/* The number that was called, in E.164 or as the PBX has it; "" when it is neither. From mem. */
const char *sip_called(void *mem, const struct sip_msg *message);
/* A name for the call that no other has: a PBX may begin its Call-IDs anew when it starts. From mem. */
const char *sip_call_name(void *mem, const struct sip_msg *message);

#endif
