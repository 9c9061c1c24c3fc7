/*
 * Numbers of callers, as PBXs and keys give them.
 */
#ifndef GATEWAY_VOICE_PHONE_H
#define GATEWAY_VOICE_PHONE_H

/* In E.164, from mem; "" when the words are no subscriber's number: anonymous, an extension, a short code. */
const char *phone_of(void *mem, const char *words);

#endif
