/*
 * What the store knows of who calls. Phones are E.164; "" withheld.
 */
#ifndef GATEWAY_VOICE_TOLD_CALLER_H
#define GATEWAY_VOICE_TOLD_CALLER_H

#include "gateway/desk/desk.h"

/* The language that the caller has chosen, from mem. False: none. */
bool caller_language(void *mem, struct desk *desk, const char *phone, const char **language);

/* The phone of the first officer on duty whom the line may call and who is not the caller, from mem. False:
 * there is none. */
bool caller_officer(void *mem, struct desk *desk, const char *phone, const char **officer);

/* Whether a call-back to this phone waits and is due soon. */
bool caller_is_called_back(struct desk *desk, const char *phone);

/* Whether a text of this template was written to this phone since then. */
bool caller_was_texted(struct desk *desk, const char *phone, const char *name, int64_t since);

#endif
