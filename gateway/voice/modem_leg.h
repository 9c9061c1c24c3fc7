/*
 * A call on a modem: the same engine as for SIP, on the sound of one modem. Each call has a thread, which the
 * frames that come from the modem drive; the line's thread, which talks to the modem, begins and ends it.
 */
#ifndef GATEWAY_VOICE_MODEM_LEG_H
#define GATEWAY_VOICE_MODEM_LEG_H

#include "gateway/desk/desk.h"

/* The prompts and errands of a modem's calls; one for each line. */
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

/* From mem. Reads the prompts, and renders those without sound. */
struct modem_legs *modem_legs_start(void *mem, const struct config *config, struct desk *desk);
/* Every leg must have ended. Carries out what they still want. */
void modem_legs_stop(struct modem_legs *legs);

/* Opens the sound; nothing flows yet. NULL: *why, from mem. */
struct modem_leg *modem_leg_open(void *mem, struct modem_legs *legs, const struct modem_leg_wish *wish,
                                 const char **why);
/* The caller is connected. */
void modem_leg_begin(struct modem_leg *leg);

/* From the line's thread: the modem says that this key was pressed. */
void modem_leg_key(struct modem_leg *leg, char key);

enum modem_leg_end {
    MODEM_LEG_GOES_ON,
    MODEM_LEG_SAID, /* all has been said: hang up */
    MODEM_LEG_MUTE, /* nothing came from the modem for 6 s: hang up */
    MODEM_LEG_GONE  /* its sound is gone */
};
enum modem_leg_end modem_leg_ended(const struct modem_leg *leg);

/* Whatever it does: what was said is filed as when a caller hangs up. Takes some 100 ms. Frees the leg. One
 * that was not begun leaves nothing. */
void modem_leg_end(struct modem_leg *leg);

#endif
