/* Reads one slot by AT+CMGR, and checks that the message read is complete. */
#include "modem/modem_private.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "modem/pdu/pdu.h"

bool modem_read_slot(struct modem *modem, void *mem, int index, struct at_message *reading, bool *found)
{
    void *turn = talloc_new(NULL);
    struct at_reply reply;
    struct at_messages messages = { 0 };
    bool done;

    *reading = (struct at_message){ .index = index, .stat = -1, .length = -1 };
    *found = false;
    done = at_command(modem->at, turn, modem->settings.command_timeout_ms, &reply, "AT+CMGR=%d", index);
    if (done)
        at_read_messages(mem, reply.lines, reply.n, &messages);
    if (messages.n > 0) {
        *reading = messages.messages[0];
        reading->index = index;
        *found = true;
    } else if (done) {
        /* Lines without a head: the slot is damaged, not empty. */
        *found = reply.n > 0;
    }
    if (!done && (reply.code == 321 || reply.code == 21 || reply.code == 22))
        done = true;
    else if (!done)
        modem_fail_at(modem);
    talloc_free(turn);
    return done;
}

/* 27.005 3.1 <length>: octets of the TPDU, without the SMSC's, whose own length octet stands first. */
static bool has_right_length(const struct at_message *reading)
{
    char first[3] = { reading->pdu[0], reading->pdu[1] };
    long smsc = strtol(first, NULL, 16);

    return reading->length < 0 || (long)(strlen(reading->pdu) / 2) == 1 + smsc + reading->length;
}

bool modem_is_sound(void *mem, const struct at_message *reading, struct sms **sms, const char **why)
{
    *sms = NULL;
    if (!reading->pdu)
        *why = "no PDU came";
    else if (!at_is_hex(reading->pdu, 4))
        *why = "not hexadecimal";
    else if (!has_right_length(reading))
        *why = "its length is not the one announced";
    else
        *sms = pdu_decode(mem, reading->pdu, true, false, why);
    return *sms != NULL;
}

struct sms *modem_decode_damaged(void *mem, const struct at_message *reading, const char **why)
{
    const char *error = NULL;
    struct sms *sms = reading->pdu ? pdu_decode_damaged(mem, reading->pdu, &error) : NULL;

    if (!sms && error)
        *why = error;
    return sms;
}
