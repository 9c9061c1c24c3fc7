/*
 * What a modem's refusal of a text means: for this text, for the SIM, or for the whole line.
 */
#ifndef GATEWAY_LINE_REFUSAL_H
#define GATEWAY_LINE_REFUSAL_H

enum refusal {
    REFUSAL_PASSING, /* may be accepted later */
    REFUSAL_FINAL,   /* this text never will be */
    REFUSAL_OF_SIM,  /* the network refuses the sender, or this sender to this recipient; another number will
                        tell which */
    REFUSAL_OF_LINE  /* nothing can be sent now */
};

/* What the code of a +CMS ERROR means for a text that was certainly not sent. */
enum refusal refusal_of(int code);

#endif
