/* One slot read by AT+CMGR, and whether what was read is whole. */
#include "modem/modem_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "modem/pdu.h"

static char *upper(void *mem, const char *text)
{
    char *copy = talloc_strdup(mem, text);

    for (char *c = copy; c && *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return copy;
}

/* The line that follows the head, or stands in it, is the PDU. A line that only looks a little like one is
 * kept too. */
static void take_lines(void *mem, const struct at_reply *reply, struct reading *reading, bool *found)
{
    struct at_message_head head;

    for (size_t i = 0; i < reply->n; i++) {
        if (at_answers(reply->lines[i], "+CMGR")) {
            if (at_read_message_head(reply->lines[i], &head)) {
                reading->stat = head.stat;
                reading->length = head.length;
            }
            *found = true;
            if (*head.pdu)
                reading->pdu = upper(mem, head.pdu);
        } else if (*found && !reading->pdu && strlen(reply->lines[i]) >= 16) {
            reading->pdu = upper(mem, reply->lines[i]);
        }
    }
}

bool modem_read_slot(struct modem *modem, void *mem, int index, struct reading *reading, bool *found)
{
    void *turn = talloc_new(NULL);
    struct at_reply reply;
    bool done;

    *reading = (struct reading){ .index = index, .stat = -1, .length = -1 };
    *found = false;
    done = at_command(modem->at, turn, modem->settings.command_timeout_ms, &reply, "AT+CMGR=%d", index);
    if (done)
        take_lines(mem, &reply, reading, found);
    else if (reply.code == 321 || reply.code == 21 || reply.code == 22)
        done = true;
    else
        modem_fail_at(modem);
    talloc_free(turn);
    return done;
}

/* 27.005 3.1 <length>: octets of the TPDU, without the SMSC's, whose own length octet stands first. */
static bool has_right_length(const struct reading *reading)
{
    char first[3] = { reading->pdu[0], reading->pdu[1] };
    long smsc = strtol(first, NULL, 16);

    return reading->length < 0 || (long)(strlen(reading->pdu) / 2) == 1 + smsc + reading->length;
}

bool modem_is_sound(void *mem, const struct reading *reading, struct sms **sms, const char **why)
{
    *sms = NULL;
    if (!reading->pdu)
        *why = "no PDU came";
    else if (!at_is_hex(reading->pdu, 4))
        *why = "not hexadecimal";
    else if (!has_right_length(reading))
        *why = "not as long as announced";
    else
        *sms = pdu_decode(mem, reading->pdu, true, false, why);
    return *sms != NULL;
}
