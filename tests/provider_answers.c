/* What the providers' documents say they answer. */
#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/fields.h"
#include "tests/provider_server.h"

static bool is(const struct server_request *request, const char *behaviour)
{
    return strcmp(request->behaviour, behaviour) == 0;
}

static struct server_answer json(int status, const char *body)
{
    return (struct server_answer){ status, body, "application/json" };
}

static struct server_answer twilio(void *mem, struct server_request *request)
{
    const char *authorization = server_header(mem, request, "Authorization");

    /* AC1:sesame */
    if (authorization && strcmp(authorization, "Basic QUMxOnNlc2FtZQ==") != 0)
        request->trouble = "not these credentials";
    if (strcmp(request->method, "GET") == 0)
        return json(200, request->number > 1 ? "{\"messages\":[],\"next_page_uri\":null}"
                                             : "{\"messages\":[{\"sid\":\"SM9\",\"direction\":\"inbound\","
                                               "\"from\":\"+8613800138000\",\"to\":\"+15005550006\","
                                               "\"body\":\"水管坏了\",\"date_sent\":"
                                               "\"Mon, 23 Nov 2026 20:01:40 +0000\"},"
                                               "{\"sid\":\"SM8\",\"direction\":\"outbound-api\"}],"
                                               "\"next_page_uri\":null}");
    if (is(request, "refused"))
        return json(400, "{\"code\":21211,\"message\":\"Invalid 'To' Phone Number\",\"status\":400}");
    if (is(request, "inside"))
        return json(200, "{\"sid\":null,\"code\":21610,\"message\":\"Attempt to send to unsubscribed "
                         "recipient\"}");
    return json(201, talloc_asprintf(mem,
                                     "{\"sid\":\"SM%032zx\",\"status\":\"queued\",\"error_code\":null,"
                                     "\"error_message\":null}",
                                     request->number));
}

static struct server_answer plain(void *mem, struct server_request *request)
{
    (void)mem;
    if (is(request, "refused") || is(request, "inside"))
        return (struct server_answer){ 200, "403: refused", "text/plain" };
    return (struct server_answer){ 202, "0: Accepted for delivery", "text/plain" };
}

static const struct {
    const char *path;
    struct server_answer (*answer)(void *mem, struct server_request *request);
} pages[] = {
    { "/2010-04-01/Accounts/", twilio },
    { "/", plain },
};

struct server_answer provider_answer(void *mem, struct server_request *request)
{
    size_t i = 0;

    while (strncmp(request->path, pages[i].path, strlen(pages[i].path)) != 0)
        i++;
    return pages[i].answer(mem, request);
}
