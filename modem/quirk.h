/*
 * What certain makes and models need beyond the standard: a table whose rows give their reasons.
 */
#ifndef MODEM_QUIRK_H
#define MODEM_QUIRK_H

#include <stdbool.h>

enum quirk_sound {
    QUIRK_CARD = 1, /* a sound card of the same USB device */
    QUIRK_PORT      /* a serial port of the same USB device: 16-bit samples at 8 kHz */
};

/* How the sound of calls comes to this machine. Commands are separated by "|"; NULL: none. */
struct quirk_voice {
    enum quirk_sound sound;
    int interface;      /* of the port; USB interfaces count from 0 */
    const char *start;  /* once: notices of keys and calls; errors are ignored */
    const char *before; /* before each answer; each must be taken */
    /* of a card, in their place: its sound by a serial port instead; NULL: not so */
    const char *port_start, *port_before;
    const char *connected; /* once the call is connected; a refusal at the first try is the sign of a fault */
    const char *ended;     /* sent after each call; errors are ignored */
    const char *reset;     /* cures that fault, and restarts the modem */
    const char *asks, *says; /* a question before each answer, and how its answer must begin */
    double gain_in, gain_out;
    bool is_experimental; /* from documents and others' drivers alone */
};

struct quirk {
    const char *maker, *model; /* in either case; the model begins so; NULL: any */
    const char *start;         /* commands at the start, "|" between them; errors are ignored; NULL: none */
    const char
        *reports_in;   /* the storage that really holds a report announced by +CDSI; NULL: as announced */
    const char *clock; /* commands that let its clock follow the network's; NULL: AT+CTZU=1, 27.007 8.41 */
    const struct quirk_voice *voice; /* NULL: calls have no sound here */
    bool has_heartbeat;              /* ^BOOT comes regularly and does not mean a restart */
    const char *why;
};

/* The first row that fits; the last fits every modem. makers: all that may name the maker, such as the
 * answers to AT+CGMI and ATI; model: the answer to AT+CGMM. */
const struct quirk *quirk_find(const char *makers, const char *model);

#endif
