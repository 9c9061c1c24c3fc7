#include <string.h>
#include <talloc.h>

#include "gateway/http/open311/asked.h"
#include "gateway/turn/facts.h"
#include "gateway/understand/lexicon.h"

/* When this interface last changed. */
#define CHANGESET "2026-11-01T00:00:00+08:00"

static const char *base_url(struct exchange *exchange)
{
    const struct config *config = exchange->server->config;
    const char *host = exchange_header(exchange, "Host"), *set = config->http_public_url;

    if (set)
        return talloc_asprintf(exchange, "%.*s/open311/v2/",
                               (int)(strlen(set) - (set[strlen(set) - 1] == '/')), set);
    return talloc_asprintf(exchange, "http%s://%s/open311/v2/", config->http_certificate ? "s" : "",
                           host ? host : "localhost");
}

static struct json_object *endpoint(struct asked *asked)
{
    struct json_object *endpoint = json_object_new_object(), *formats = json_object_new_array();

    asked_add(endpoint, "specification", "http://wiki.open311.org/GeoReport_v2");
    asked_add(endpoint, "url", base_url(asked->exchange));
    asked_add(endpoint, "changeset", CHANGESET);
    asked_add(endpoint, "type", "production");
    json_object_array_add(formats, json_object_new_string("text/xml"));
    json_object_array_add(formats, json_object_new_string("application/json"));
    json_object_object_add(endpoint, "formats", formats);
    return endpoint;
}

static const char *about(struct asked *asked, const char *what)
{
    struct json_object *facts = facts_flag(NULL, what, true);

    facts_text(facts, "county", asked->exchange->server->config->county, 0);
    return asked_words(asked, "open311", facts);
}

void open311_discovery(struct asked *asked)
{
    struct json_object *discovery = json_object_new_object(), *endpoints = json_object_new_array();

    asked_add(discovery, "changeset", CHANGESET);
    asked_add(discovery, "contact", about(asked, "contact"));
    asked_add(discovery, "key_service", about(asked, "key_service"));
    json_object_array_add(endpoints, endpoint(asked));
    json_object_object_add(discovery, "endpoints", endpoints);
    asked_answer(asked, 200, "discovery", discovery);
}

const char *open311_service_name(struct asked *asked, const char *code)
{
    enum topic topic;

    return topic_parse(code, &topic) ? asked_words(asked, "topic", facts_choice(NULL, "topic", code)) : NULL;
}

static struct json_object *service(struct asked *asked, const char *code)
{
    struct json_object *service = json_object_new_object(), *facts = facts_flag(NULL, "service", true);

    facts_choice(facts, "topic", code);
    asked_add(service, "service_code", code);
    asked_add(service, "service_name", open311_service_name(asked, code));
    asked_add(service, "description", asked_words(asked, "open311", facts));
    json_object_object_add(service, "metadata", json_object_new_boolean(false));
    asked_add(service, "type", "realtime");
    return service;
}

/* Always lists all services, because clients drop those that a list leaves out. */
static void list(struct asked *asked)
{
    struct json_object *services = json_object_new_array();

    for (int topic = 0; topic < TOPICS; topic++)
        json_object_array_add(services, service(asked, topic_name((enum topic)topic)));
    asked_answer(asked, 200, "services", services);
}

void open311_services(struct asked *asked)
{
    struct json_object *definition;

    if (!*asked->id) {
        list(asked);
        return;
    }
    if (!open311_service_name(asked, asked->id)) {
        asked_refuse(asked, 404, "there is no service with this service_code");
        return;
    }
    definition = json_object_new_object();
    asked_add(definition, "service_code", asked->id);
    json_object_object_add(definition, "attributes", json_object_new_array());
    asked_answer(asked, 200, "service_definition", definition);
}
