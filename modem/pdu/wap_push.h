/*
 * WAP pushes that come as short messages: WAP-230 (WSP) 8.2.4.
 */
#ifndef MODEM_PDU_WAP_PUSH_H
#define MODEM_PDU_WAP_PUSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WAP_PUSH_PORT 2948
#define WAP_PUSH_SECURE_PORT 2949

/* Whether a push says it is an MMS (application/vnd.wap.mms-message), which waits to be fetched. */
bool wap_push_is_mms(const uint8_t *data, size_t n);

#endif
