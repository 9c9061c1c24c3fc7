#include "modem/pdu/wap_push.h"

#include <string.h>

#include "modem/pdu/octets.h"

enum { PDU_TYPE_PUSH = 0x06, MMS_MESSAGE = 0x3E }; /* WSP tables 34 and 40 */

static const char mms_message[] = "application/vnd.wap.mms-message";

/* WSP 8.1.2: seven bits an octet, the top bit tells that more follow. */
static void skip_uintvar(struct octets *octets)
{
    while (octets_one(octets, "no number") & 0x80)
        continue;
}

/* WSP 8.4.2.24: a media type may stand behind the length of it and its parameters. */
static void skip_value_length(struct octets *octets)
{
    if (octets->left == 0 || octets->next[0] > 31)
        return;
    if (octets_one(octets, "no length") == 31)
        skip_uintvar(octets);
}

bool wap_push_is_mms(const uint8_t *data, size_t n)
{
    struct octets octets = octets_of(data, n);

    octets_one(&octets, "no transaction");
    if (octets_one(&octets, "no type") != PDU_TYPE_PUSH)
        return false;
    skip_uintvar(&octets);
    skip_value_length(&octets);
    if (octets.why != NULL || octets.left == 0)
        return false;
    if (octets.next[0] & 0x80)
        return (octets.next[0] & 0x7F) == MMS_MESSAGE;
    return octets.left >= sizeof(mms_message) && memcmp(octets.next, mms_message, sizeof(mms_message)) == 0;
}
