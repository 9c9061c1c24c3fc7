/* The messages in the answer to AT+CMGL or AT+CMGR: each head with the PDU that follows it. */
#ifndef MODEM_AT_MESSAGES_H
#define MODEM_AT_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>

struct at_message {
    int index;  /* -1 from +CMGR */
    int stat;   /* -1 unknown */
    int length; /* as announced, -1 unknown */
    char *pdu;  /* upper-case hex as received, perhaps damaged; NULL when none came */
};

struct at_messages {
    struct at_message *messages;
    size_t n;
    bool has_orphans; /* a line that belongs to no head: something was damaged */
};

/* Reads the n lines of an answer. What *messages points to is allocated from mem. Damage is reported, never
 * refused.
 */
void at_read_messages(void *mem, char *const *lines, size_t n, struct at_messages *messages);

#endif
