#include "gateway/provider/provider.h"

#include <string.h>
#include <talloc.h>

#include "gateway/provider/digest.h"

enum { KEY_MOST = 200, FROM_MOST = 64, AHEAD_MOST = 24 * 3600, BEHIND_MOST = 30 * 24 * 3600 };

extern const struct provider_kind generic_provider, twilio_provider, vonage_provider, africastalking_provider,
    infobip_provider, aliyun_provider, tencent_provider;

const struct provider_kind *const provider_kinds[] = { &generic_provider, &twilio_provider,
                                                       &vonage_provider,  &africastalking_provider,
                                                       &infobip_provider, &aliyun_provider,
                                                       &tencent_provider, NULL };

const struct provider_kind *provider_kind_find(const char *name)
{
    for (const struct provider_kind *const *kind = provider_kinds; *kind; kind++)
        if (strcmp((*kind)->name, name) == 0)
            return *kind;
    return NULL;
}

bool provider_is_signed(const struct provider_config *provider)
{
    const struct provider_kind *kind = provider_kind_find(provider->kind);

    return provider->signature_header || (kind && kind->is_signed);
}

bool provider_sends(const struct provider_config *provider)
{
    const struct provider_kind *kind = provider_kind_find(provider->kind);

    return provider->sends && kind && kind->build && (provider->url || kind != &generic_provider);
}

bool provider_polls(const struct provider_config *provider)
{
    const struct provider_kind *kind = provider_kind_find(provider->kind);

    return provider->receives && provider->poll_seconds > 0 && kind && kind->polls &&
           (provider->poll_url || kind != &generic_provider);
}

bool provider_complete_event(void *mem, struct event *event, const char *line, int64_t now)
{
    const char *key = event->external_id;

    if (!key || !event->from || strlen(event->from) > FROM_MOST)
        return false;
    if (strlen(key) > KEY_MOST)
        event->external_id = key_of(mem, &key, 1);
    event->line = line;
    event->received_at = now;
    if (event->at <= now - BEHIND_MOST || event->at > now + AHEAD_MOST)
        event->at = now;
    return true;
}

const char *provider_hook_url(void *mem, const struct config *config, const struct provider_config *provider)
{
    size_t length = config->http_public_url ? strlen(config->http_public_url) : 0;

    if (length == 0 || !provider->receives)
        return NULL;
    length -= config->http_public_url[length - 1] == '/';
    return talloc_asprintf(mem, "%.*s/hook/%s%s%s", (int)length, config->http_public_url, provider->name,
                           provider->hook_key ? "/" : "", provider->hook_key ? provider->hook_key : "");
}
