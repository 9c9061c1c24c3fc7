/*
 * The two signatures that Chinese clouds put on a request; both cover its body and some of its headers.
 */
#ifndef GATEWAY_PROVIDER_SIGNATURE_H
#define GATEWAY_PROVIDER_SIGNATURE_H

#include "gateway/provider/provider.h"

/*
 * Aliyun's ACS3-HMAC-SHA256: adds the x-acs headers and Authorization, which signs them, host, and
 * Content-Type if there is one. now is in unix seconds. The request must have its url and body.
 */
void signature_acs3(void *mem, struct web_request *request, const char *action, const char *version,
                    const char *key_id, const char *secret, int64_t now, const char *nonce);

/*
 * Tencent's TC3-HMAC-SHA256: adds X-TC-Action, X-TC-Timestamp and Authorization, which signs the action, host
 * and Content-Type.
 */
void signature_tc3(void *mem, struct web_request *request, const char *service, const char *action,
                   const char *key_id, const char *secret, int64_t now);

#endif
