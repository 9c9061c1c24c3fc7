/*
 * A call on a modem: the engine of SIP calls, with the sound of one modem. Each call has its own thread,
 * paced by the frames from the modem; the line's thread, which talks to the modem, begins and ends the call.
 */
#ifndef GATEWAY_VOICE_MODEM_LEG_H
#define GATEWAY_VOICE_MODEM_LEG_H

#include "gateway/desk/desk.h"

/* The prompts and errands of one line's calls. */
struct modem_legs;
struct modem_leg;

struct modem_leg_wish {
    const char *line;
    const char *call_id; /* unique on the line */
    const char *caller;  /* E.164; "" withheld */
    const char *called;  /* "" not known */
    const char *sound;   /* a name for sound_port_open */
    double gain_in, gain_out;
    /* Called once, on the leg's thread: the call is over on this side. */
    void (*over)(void *arg);
    void *arg;
};

/* Reads the prompts and renders those without sound. From mem. */
struct modem_legs *modem_legs_start(void *mem, const struct config *config, struct desk *desk);
/* Carries out the errands that are left. Every leg must have ended. */
void modem_legs_stop(struct modem_legs *legs);

/* Opens the sound without starting it. NULL: *why, from mem. */
struct modem_leg *modem_leg_open(void *mem, struct modem_legs *legs, const struct modem_leg_wish *wish,
                                 const char **why);
/* Starts the sound: the caller is connected. */
void modem_leg_begin(struct modem_leg *leg);

/* Passes on a key that the modem reported. Call it on the line's thread. */
void modem_leg_key(struct modem_leg *leg, char key);

enum modem_leg_end {
    MODEM_LEG_GOES_ON,
    MODEM_LEG_SAID, /* the conversation is over: hang up */
    MODEM_LEG_MUTE, /* nothing came from the modem for 6 s: hang up */
    MODEM_LEG_GONE  /* its sound is gone */
};
enum modem_leg_end modem_leg_ended(const struct modem_leg *leg);

/* Ends the leg in any state and frees it. Files what was recorded, as when a caller hangs up; a leg that was
 * not begun leaves nothing. Takes about 100 ms. */
void modem_leg_end(struct modem_leg *leg);

#endif
