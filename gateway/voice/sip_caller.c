#include "gateway/voice/sip_caller.h"

#include <ctype.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/voice/phone.h"
#include "gateway/voice/sip_private.h"

enum { USER_MOST = 64, NAME_MOST = 80 };

/* "+8613834500025" of "sip:%2B8613834500025;npdi@pbx" and of "tel:+8613834500025;phone-context=x"; "" none.
 */
static const char *user_of(void *mem, const struct pl *uri)
{
    char *text = talloc_strndup(mem, uri->p ? uri->p : "", uri->l), *user = strchr(text, ':');
    char *at = user ? strrchr(user, '@') : NULL;
    char plain[USER_MOST + 1];
    struct pl escaped;

    if (!user || (!at && strncasecmp(text, "tel:", 4) != 0))
        return "";
    if (at)
        *at = '\0';
    user[1 + strcspn(user + 1, ":;?")] = '\0';
    pl_set_str(&escaped, user + 1);
    if (re_snprintf(plain, sizeof plain, "%H", uri_user_unescape, &escaped) < 0)
        return "";
    return talloc_strdup(mem, plain);
}

struct finding {
    void *mem;
    const char *phone;
};

static bool take_asserted(const struct sip_hdr *header, const struct sip_msg *message, void *arg)
{
    struct finding *finding = arg;
    struct sip_addr address;

    (void)message;
    if (sip_addr_decode(&address, &header->val) == 0)
        finding->phone = phone_of(finding->mem, user_of(finding->mem, &address.auri));
    return *finding->phone != '\0';
}

const char *sip_caller(void *mem, const struct sip_msg *message)
{
    const struct sip_hdr *privacy = sip_msg_hdr(message, SIP_HDR_PRIVACY);
    struct finding asserted = { mem, "" };

    if (privacy && pl_strcasecmp(&privacy->val, "none") != 0)
        return "";
    if (!sip_msg_hdr(message, SIP_HDR_P_ASSERTED_IDENTITY))
        return phone_of(mem, user_of(mem, &message->from.auri));
    sip_msg_hdr_apply(message, true, SIP_HDR_P_ASSERTED_IDENTITY, take_asserted, &asserted);
    return asserted.phone;
}

/* text with all that is not printable ASCII as "?", and not too long. */
static const char *plain(void *mem, const struct pl *text)
{
    size_t n = text->p ? text->l : 0;
    char *copy = talloc_strndup(mem, n ? text->p : "", n < NAME_MOST ? n : NAME_MOST);

    for (char *at = copy; *at; at++)
        if (!isascii((unsigned char)*at) || !isgraph((unsigned char)*at))
            *at = '?';
    return copy;
}

const char *sip_called(void *mem, const struct sip_msg *message)
{
    const char *user = plain(mem, &message->uri.user), *phone = phone_of(mem, user);

    if (*phone)
        return phone;
    return strspn(user, "+0123456789*#") == strlen(user) && strlen(user) <= 20 ? user : "";
}

const char *sip_call_name(void *mem, const struct sip_msg *message)
{
    return talloc_asprintf(mem, "%s %llx%04x", plain(mem, &message->callid), (unsigned long long)clock_now(),
                           (unsigned)rand_u16());
}
