#include "tests/support/http_support.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/http/token.h"
#include "gateway/log.h"
#include "templates/words.h"
#include "tests/support/support.h"

static void give_up(const char *why)
{
    fprintf(stderr, "%s\n", why);
    abort();
}

static void start(struct http_world *world)
{
    const char *error = NULL;

    world->desk = desk_start(world, world->config, world->words, &error);
    if (!world->desk)
        give_up(error);
    world->server = http_server_start(world, world->config, world->desk, &error);
    if (!world->server)
        give_up(error);
    world->port = http_server_port(world->server);
}

static void stop(struct http_world *world)
{
    http_server_stop(world->server);
    desk_stop(world->desk);
}

static struct http_world *open_world(const char *directory, const char *listen, const char *http_extra,
                                     const char *extra)
{
    struct http_world *world = talloc_zero(NULL, struct http_world);
    struct config_problem *problems;
    const char *error = NULL;
    char *text;
    size_t n;

    log_quiet(true);
    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    world->directory = directory ? talloc_strdup(world, directory) : temporary_directory(world);
    text = talloc_asprintf(world,
                           "quiet_hours = off\nstore { url = \"sqlite:%s/x.db\" }\n"
                           "http { listen = \"%s\"\n%s }\n%s\n",
                           world->directory, listen, http_extra, extra);
    world->config = config_read_text(world, "test.conf", text, strlen(text), &problems, &n);
    for (size_t i = 0; !world->config && i < n; i++)
        fprintf(stderr, "%s\n", problems[i].text);
    world->words = world->config ? words_open(world, NULL, &error) : NULL;
    if (!world->words)
        give_up(error ? error : "a configuration that is none");
    start(world);
    world->store = store_open_reader(world, world->config->store_url, &error);
    if (!world->store)
        give_up(error);
    return world;
}

struct http_world *http_world_open_at(const char *listen, const char *http_extra, const char *extra)
{
    return open_world(NULL, listen, http_extra, extra);
}

struct http_world *http_world_open_in(const char *directory, const char *extra)
{
    return open_world(directory, "127.0.0.1:0", "", extra);
}

struct http_world *http_world_open(const char *http_extra, const char *extra)
{
    return http_world_open_at("127.0.0.1:0", http_extra, extra);
}

void http_world_restart(struct http_world *world)
{
    stop(world);
    start(world);
}

void http_world_close(struct http_world *world)
{
    stop(world);
    talloc_free(world);
}

int http_connect(const struct http_world *world)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)world->port),
                                   .sin_addr = { htonl(INADDR_LOOPBACK) } };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        give_up("cannot connect");
    return fd;
}

bool http_send(int fd, const char *text)
{
    return http_send_octets(fd, text, strlen(text));
}

bool http_send_octets(int fd, const void *octets, size_t length)
{
    const char *text = octets;

    while (length > 0) {
        ssize_t n = send(fd, text, length, MSG_NOSIGNAL);

        if (n <= 0)
            return false;
        text += n;
        length -= (size_t)n;
    }
    return true;
}

/* Up to the empty line, octet by octet; NULL at the end of the connection. */
static char *read_head(void *mem, int fd)
{
    char *head = talloc_size(mem, 65536);
    size_t n = 0;

    while (n < 65535 && recv(fd, head + n, 1, 0) == 1) {
        head[++n] = '\0';
        if (n >= 4 && strcmp(head + n - 4, "\r\n\r\n") == 0)
            return head;
    }
    return NULL;
}

const char *reply_header(void *mem, const struct reply *reply, const char *name)
{
    const char *line = reply->head;

    while ((line = strstr(line, "\r\n")) && line[2]) {
        line += 2;
        if (strncasecmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':') {
            const char *value = line + strlen(name) + 1;

            value += strspn(value, " ");
            return talloc_strndup(mem, value, strcspn(value, "\r"));
        }
    }
    return NULL;
}

struct reply http_reply(void *mem, int fd)
{
    struct reply reply = { .head = read_head(mem, fd), .body = "" };
    const char *length;

    if (!reply.head || sscanf(reply.head, "HTTP/1.%*d %d", &reply.status) != 1)
        return (struct reply){ 0, "", "" };
    length = reply_header(mem, &reply, "Content-Length");
    if (length) {
        size_t n = (size_t)atol(length), have = 0;
        char *body = talloc_zero_size(mem, n + 1);

        while (have < n) {
            ssize_t got = recv(fd, body + have, n - have, 0);

            if (got <= 0)
                break;
            have += (size_t)got;
        }
        reply.body = body;
    }
    return reply;
}

struct reply http_ask(const struct http_world *world, void *mem, const char *method, const char *path,
                      const char *headers, const char *body)
{
    int fd = http_connect(world);
    struct reply reply = { 0, "", "" };
    char *text = talloc_asprintf(mem, "%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n%s", method, path,
                                 headers ? headers : "");

    if (body)
        text = talloc_asprintf_append(text, "Content-Length: %zu\r\n", strlen(body));
    text = talloc_asprintf_append(text, "\r\n%s", body ? body : "");
    if (http_send(fd, text) || true)
        reply = http_reply(mem, fd);
    close(fd);
    return reply;
}

struct reply http_post(const struct http_world *world, void *mem, const char *path, const char *headers,
                       const void *body, size_t length)
{
    int fd = http_connect(world);
    struct reply reply = { 0, "", "" };
    char *head = talloc_asprintf(mem,
                                 "POST %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n%s"
                                 "Content-Length: %zu\r\n\r\n",
                                 path, headers ? headers : "", length);

    if ((http_send(fd, head) && http_send_octets(fd, body, length)) || true)
        reply = http_reply(mem, fd);
    close(fd);
    return reply;
}

struct adding {
    struct token token;
};

static bool add_token(struct turn *turn, void *arg)
{
    struct adding *adding = arg;

    return store_add_token(turn->store, &adding->token);
}

const char *http_token(struct http_world *world, void *mem, const char *scopes)
{
    struct adding adding = { { .name = talloc_asprintf(mem, "token %d", ++world->n_tokens),
                               .scopes = scopes } };
    const char *text = token_new(mem, &adding.token.hash);

    if (!text || !desk_do(world->desk, add_token, &adding))
        give_up("no token could be made");
    return text;
}
