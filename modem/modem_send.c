#include "modem/modem_private.h"

#include "modem/pdu/hex.h"

enum { PDU_OCTETS = 200, BUSY_TRIES = 8, BUSY_PAUSE_MS = 500, DAMAGED_TRIES = 4, INVALID_PDU = 304 };

/* The SIM or the modem is busy: nothing was sent, and trying again soon will help. */
static bool is_busy(int code)
{
    return code == 14 || code == 314 || code == 515;
}

/* A PDU that the modem calls invalid was damaged on the cable. */
static bool is_tried_again(struct modem *modem, int code, int tries)
{
    if (code == INVALID_PDU)
        return tries < DAMAGED_TRIES;
    return is_busy(code) && tries < BUSY_TRIES && at_pause(modem->at, BUSY_PAUSE_MS);
}

static enum modem_sent send_once(struct modem *modem, const char *hex, size_t tpdu_length, int *reference,
                                 int *code)
{
    switch (at_send(modem->at, tpdu_length, hex, modem->settings.command_timeout_ms,
                    modem->settings.send_timeout_ms, reference, code)) {
    case AT_SENT:
        return MODEM_SENT;
    case AT_DOUBTFUL:
        modem_fail_at(modem);
        if (*code == 0)
            *code = MODEM_NO_CODE;
        return MODEM_UNKNOWN;
    case AT_UNANSWERED:
        modem->unknown_sends++;
        modem_fail_at(modem);
        return MODEM_UNKNOWN;
    case AT_REFUSED:
        break;
    }
    modem_fail_at(modem);
    return MODEM_REFUSED;
}

enum modem_sent modem_send(struct modem *modem, const uint8_t *pdu, size_t length, int *reference, int *code)
{
    char hex[2 * PDU_OCTETS + 1];
    enum modem_sent sent;

    *reference = -1;
    *code = 0;
    if (length < 2 || length > PDU_OCTETS || (size_t)pdu[0] + 1 >= length) {
        modem_fail(modem, "not a PDU");
        return MODEM_REFUSED;
    }
    if (!modem_is_usable(modem))
        return MODEM_REFUSED;
    hex_write(pdu, length, hex);
    for (int i = 1;; i++) {
        sent = send_once(modem, hex, length - 1 - pdu[0], reference, code);
        if (sent != MODEM_REFUSED || !is_tried_again(modem, *code, i))
            return sent;
    }
}
