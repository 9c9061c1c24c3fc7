#include "gateway/line/refusal.h"

#include <stddef.h>

/*
 * What a +CMS ERROR code means for a text that was certainly not sent: 24.011 annex E.2 to
 * 127, 23.040 9.2.3.22 (TP-FCS) to 255, 27.005 3.2.5 above. All others are temporary: 21 rejected, 27 out of
 * order, 38 to 47 network troubles, 127, 192 centre busy, 194 centre failure, 208 to 255, 300 to 304 and 320
 * to 322 of the modem.
 */
static const struct {
    int from, to;
    enum refusal refusal;
} refusals[] = {
    { 1, 1, REFUSAL_FINAL },       /* unassigned number */
    { 8, 10, REFUSAL_OF_SIM },     /* barred */
    { 28, 30, REFUSAL_FINAL },     /* unidentified or unknown subscriber, facility rejected */
    { 50, 69, REFUSAL_OF_SIM },    /* not subscribed, not implemented */
    { 81, 111, REFUSAL_FINAL },    /* protocol errors */
    { 128, 143, REFUSAL_FINAL },   /* TP-PID errors: telematic interworking, type 0, replacing */
    { 144, 159, REFUSAL_FINAL },   /* TP-DCS errors: alphabet, class */
    { 160, 191, REFUSAL_FINAL },   /* command or TPDU not supported */
    { 193, 193, REFUSAL_OF_SIM },  /* no subscription with the centre */
    { 195, 199, REFUSAL_FINAL },   /* invalid or barred recipient, duplicate, validity not supported */
    { 305, 305, REFUSAL_FINAL },   /* invalid text mode parameter; 304, invalid PDU: a bad cable, it passes */
    { 310, 318, REFUSAL_OF_LINE }, /* SIM missing, locked, wrong, busy */
    { 330, 331, REFUSAL_OF_LINE }, /* SMSC unknown, no network service */
};

enum refusal refusal_of(int code)
{
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (code >= refusals[i].from && code <= refusals[i].to)
            return refusals[i].refusal;
    return REFUSAL_PASSING;
}
