#include "modem/emulator/client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <talloc.h>
#include <unistd.h>

#include "modem/emulator/clock.h"

enum { REPLY_MS = 10000, RETRY_MS = 10 };

struct event {
    struct event *next;
    json_object *object;
};

struct emulator_client {
    int fd;
    char *error;
    char *in; /* what came of a line so far */
    size_t n, size;
    struct event *events, **events_end;
    json_object *reply;
};

static bool fail(struct emulator_client *client, const char *why)
{
    talloc_free(client->error);
    client->error = talloc_strdup(client, why);
    return false;
}

static void hang_up(struct emulator_client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
    fail(client, "the emulator is gone");
}

static int drop_event(struct event *event)
{
    json_object_put(event->object);
    return 0;
}

static int drop_client(struct emulator_client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    json_object_put(client->reply);
    return 0;
}

static void keep(struct emulator_client *client, const char *line)
{
    json_object *object = json_tokener_parse(line);
    struct event *event;

    if (json_object_object_get(object, "event") == NULL) {
        json_object_put(client->reply);
        client->reply = object;
        return;
    }
    event = talloc_zero(client, struct event);
    event->object = object;
    talloc_set_destructor(event, drop_event);
    *client->events_end = event;
    client->events_end = &event->next;
}

static void keep_lines(struct emulator_client *client)
{
    char *line = client->in, *end;

    while ((end = memchr(line, '\n', client->n - (size_t)(line - client->in))) != NULL) {
        *end = '\0';
        keep(client, line);
        line = end + 1;
    }
    client->n -= (size_t)(line - client->in);
    memmove(client->in, line, client->n);
}

/* Takes what has come, waiting up to timeout_ms for something. */
static bool receive(struct emulator_client *client, int timeout_ms)
{
    struct pollfd readable = { .fd = client->fd, .events = POLLIN };
    ssize_t n;

    if (client->fd < 0 || poll(&readable, 1, timeout_ms) <= 0)
        return false;
    if (client->size - client->n < 4096) {
        client->size += 65536;
        client->in = talloc_realloc(client, client->in, char, client->size);
    }
    n = recv(client->fd, client->in + client->n, client->size - client->n, 0);
    if (n <= 0) {
        hang_up(client);
        return false;
    }
    client->n += (size_t)n;
    keep_lines(client);
    return true;
}

static int try_connect(const char *device)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int n = snprintf(address.sun_path, sizeof address.sun_path, "%s.control", device);
    int fd;

    if (n < 0 || (size_t)n >= sizeof address.sun_path)
        return -1;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

struct emulator_client *emulator_connect(void *mem, const char *device, int timeout_ms)
{
    int64_t until = emulator_now_ms() + timeout_ms;
    struct emulator_client *client;
    int fd = try_connect(device);

    while (fd < 0 && emulator_now_ms() < until) {
        poll(NULL, 0, RETRY_MS);
        fd = try_connect(device);
    }
    if (fd < 0)
        return NULL;
    client = talloc_zero(mem, struct emulator_client);
    client->fd = fd;
    client->events_end = &client->events;
    talloc_set_destructor(client, drop_client);
    return client;
}

static bool write_line(struct emulator_client *client, const char *request)
{
    char *line = talloc_asprintf(client, "%s\n", request);
    size_t done = 0, n = strlen(line);

    while (done < n && client->fd >= 0) {
        ssize_t sent = send(client->fd, line + done, n - done, MSG_NOSIGNAL);

        if (sent < 0)
            hang_up(client);
        else
            done += (size_t)sent;
    }
    talloc_free(line);
    return n > 0 && done == n;
}

json_object *emulator_ask(struct emulator_client *client, json_object *request)
{
    int64_t until = emulator_now_ms() + REPLY_MS;
    json_object *reply;

    json_object_put(client->reply);
    client->reply = NULL;
    if (write_line(client, json_object_to_json_string_ext(request, JSON_C_TO_STRING_PLAIN))) {
        while (client->reply == NULL && client->fd >= 0 && emulator_now_ms() < until)
            receive(client, (int)(until - emulator_now_ms()));
    }
    json_object_put(request);
    reply = client->reply;
    client->reply = NULL;
    return reply;
}

static bool is_done(struct emulator_client *client, json_object *reply)
{
    json_object *why = json_object_object_get(reply, "error");
    bool ok = reply != NULL && json_object_get_boolean(json_object_object_get(reply, "ok"));

    if (!ok)
        fail(client, why ? json_object_get_string(why) : "no answer from the emulator");
    json_object_put(reply);
    return ok;
}

bool emulator_request(struct emulator_client *client, const char *request)
{
    json_object *parsed = json_tokener_parse(request);

    if (parsed == NULL)
        return fail(client, "not a JSON object");
    return is_done(client, emulator_ask(client, parsed));
}

static json_object *new_request(const char *command)
{
    json_object *request = json_object_new_object();

    json_object_object_add(request, "cmd", json_object_new_string(command));
    return request;
}

bool emulator_text(struct emulator_client *client, const char *from, const char *text)
{
    json_object *request = new_request("text");

    json_object_object_add(request, "from", json_object_new_string(from));
    json_object_object_add(request, "text", json_object_new_string(text));
    return is_done(client, emulator_ask(client, request));
}

bool emulator_watch(struct emulator_client *client, const char *number)
{
    json_object *request = new_request("watch");

    if (number != NULL)
        json_object_object_add(request, "number", json_object_new_string(number));
    return is_done(client, emulator_ask(client, request));
}

static char *take_string(void *mem, json_object *object, const char *key)
{
    json_object *value = json_object_object_get(object, key);

    return talloc_strdup(mem, value ? json_object_get_string(value) : "");
}

bool emulator_next(struct emulator_client *client, void *mem, int timeout_ms,
                   struct emulator_delivery *delivery)
{
    int64_t until = emulator_now_ms() + timeout_ms;
    struct event *event;

    while (client->events == NULL && client->fd >= 0) {
        int64_t left = until - emulator_now_ms();

        if (!receive(client, left > 0 ? (int)left : 0) && left <= 0)
            break;
    }
    event = client->events;
    if (event == NULL)
        return false;
    client->events = event->next;
    if (event->next == NULL)
        client->events_end = &client->events;
    delivery->to = take_string(mem, event->object, "to");
    delivery->text = take_string(mem, event->object, "text");
    delivery->at = take_string(mem, event->object, "at");
    delivery->parts = json_object_get_int(json_object_object_get(event->object, "parts"));
    talloc_free(event);
    return true;
}

long emulator_stat(struct emulator_client *client, const char *name)
{
    json_object *reply = emulator_ask(client, new_request("stats")), *value;
    long n = json_object_object_get_ex(reply, name, &value) ? (long)json_object_get_int64(value) : -1;

    json_object_put(reply);
    return n;
}

int emulator_client_fd(const struct emulator_client *client)
{
    return client->fd;
}

bool emulator_client_is_connected(const struct emulator_client *client)
{
    return client->fd >= 0;
}

const char *emulator_client_error(const struct emulator_client *client)
{
    return client->error ? client->error : "";
}
