/*
 * The voice line over SIP: a trunk to the office's PBX, or a number registered with it. UDP and IPv4, PCMA
 * and PCMU, keys as RFC 4733 events or tones. One thread carries all calls, with a tick of 20 ms.
 */
#ifndef GATEWAY_VOICE_SIP_LINE_H
#define GATEWAY_VOICE_SIP_LINE_H

#include <stdio.h>

#include "gateway/desk/desk.h"

struct sip_line;

/* What is wrong with the configuration so that it cannot start on any machine; NULL: nothing. From mem. */
const char *sip_line_check(void *mem, const struct config *config);
/* Listens at config->voice_listen. NULL: *error, from mem. */
struct sip_line *sip_line_start(void *mem, const struct config *config, struct desk *desk,
                                const char **error);
/* Tells the line that an outgoing call may be due. May be called on any thread. */
void sip_line_wake(struct sip_line *line);
/* Ends all calls and files their recordings, as if the callers had hung up. sip_line_wake may still be called
 * afterwards; the line is freed with mem. */
void sip_line_stop(struct sip_line *line);
/* For /metrics, in Prometheus' text format; line is a struct sip_line. From any thread. */
void sip_line_write_metrics(FILE *out, void *line);

#endif
