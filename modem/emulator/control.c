/* The control socket: requests a line each, and what the phones receive for those who watch. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "modem/emulator/parts.h"

enum { LINE_LIMIT = 1 << 20, UNREAD_LIMIT = 1 << 26 };

struct client {
    struct client *next;
    int fd;
    bool watches, is_gone;
    char number[32]; /* "" watches every phone */
    struct text in, out;
};

int request_int(json_object *object, const char *key, int otherwise)
{
    json_object *value;

    return json_object_object_get_ex(object, key, &value) ? json_object_get_int(value) : otherwise;
}

bool request_bool(json_object *object, const char *key)
{
    return json_object_get_boolean(json_object_object_get(object, key));
}

const char *request_text(json_object *object, const char *key)
{
    json_object *value = json_object_object_get(object, key);

    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

static const char *control_text(struct emulator *emulator, struct client *client, json_object *request,
                                json_object *reply)
{
    (void)client;
    return network_text(emulator, request, reply);
}

static const char *control_release(struct emulator *emulator, struct client *client, json_object *request,
                                   json_object *reply)
{
    (void)client;
    (void)reply;
    network_release(emulator, request_int(request, "window", 1));
    return NULL;
}

static const char *control_flood(struct emulator *emulator, struct client *client, json_object *request,
                                 json_object *reply)
{
    (void)client;
    (void)reply;
    return network_flood(emulator, request);
}

static const char *control_store(struct emulator *emulator, struct client *client, json_object *request,
                                 json_object *reply)
{
    const char *pdu = request_text(request, "pdu"), *name = request_text(request, "storage");
    struct emulated_storage *storage = storage_named(emulator, name ? name : "SM");
    struct carried *message;
    int index;

    (void)client;
    if (storage == NULL || pdu == NULL || !network_is_pdu(pdu))
        return "needs a pdu and an existing storage";
    message = network_carry(emulator, pdu, false, NULL);
    index = storage_add(emulator, storage, pdu, message->length, request_int(request, "stat", 0) & 3);
    talloc_free(message);
    if (index == 0)
        return "every slot is taken";
    json_object_object_add(reply, "index", json_object_new_int(index));
    return NULL;
}

static const char *control_watch(struct emulator *emulator, struct client *client, json_object *request,
                                 json_object *reply)
{
    const char *number = request_text(request, "number");

    (void)emulator;
    (void)reply;
    client->watches = true;
    snprintf(client->number, sizeof client->number, "%s", number ? number : "");
    return NULL;
}

static const char *control_call(struct emulator *emulator, struct client *client, json_object *request,
                                json_object *reply)
{
    const char *from = request_text(request, "from");

    (void)client;
    (void)reply;
    if (!network_is_there(emulator))
        return "the modem is not reachable";
    calls_begin(emulator, from ? from : "", request_int(request, "rings", 3),
                request_int(request, "interval_ms", 1000));
    voice_call(emulator, request);
    return NULL;
}

static const char *control_voice(struct emulator *emulator, struct client *client, json_object *request,
                                 json_object *reply)
{
    (void)client;
    (void)reply;
    return voice_open(emulator, request);
}

static const char *control_report(struct emulator *emulator, struct client *client, json_object *request,
                                  json_object *reply)
{
    (void)client;
    (void)reply;
    return network_set_policy(emulator, request);
}

static const char *control_ussd(struct emulator *emulator, struct client *client, json_object *request,
                                json_object *reply)
{
    const char *answer = request_text(request, "answer");

    (void)client;
    (void)reply;
    if (answer == NULL || strlen(answer) > 200)
        return "needs an answer of at most 200 octets";
    talloc_free(emulator->ussd);
    emulator->ussd = talloc_strdup(emulator, answer);
    emulator->ussd_dcs = request_int(request, "dcs", 15);
    return NULL;
}

static const char *control_fault(struct emulator *emulator, struct client *client, json_object *request,
                                 json_object *reply)
{
    (void)client;
    (void)reply;
    return faults_request(emulator, request);
}

static const char *control_stats(struct emulator *emulator, struct client *client, json_object *request,
                                 json_object *reply)
{
    const struct counters *counters = &emulator->counters;
    const struct {
        const char *name;
        unsigned long n;
    } all[] = { { "commands", counters->commands }, { "read", counters->read },
                { "written", counters->written },   { "sent", counters->sent },
                { "refused", counters->refused },   { "stored", counters->stored },
                { "spooled", emulator->spool.n },   { "held", emulator->held.n },
                { "deleted", counters->deleted },   { "reports", counters->reports },
                { "resets", counters->resets },     { "dialled", counters->dialled },
                { "rings", counters->rings },       { "handed", counters->handed },
                { "calls", emulator->call != NULL } };

    (void)client;
    (void)request;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        json_object_object_add(reply, all[i].name, json_object_new_int64((int64_t)all[i].n));
    return NULL;
}

static json_object *describe_slot(const struct emulated_storage *storage, int index)
{
    const struct slot *slot = &storage->slots[index - 1];
    json_object *described = json_object_new_object();

    json_object_object_add(described, "storage", json_object_new_string(storage->name));
    json_object_object_add(described, "index", json_object_new_int(index));
    json_object_object_add(described, "stat", json_object_new_int(slot->stat));
    json_object_object_add(described, "pdu", json_object_new_string(slot->hex));
    return described;
}

static const char *control_slots(struct emulator *emulator, struct client *client, json_object *request,
                                 json_object *reply)
{
    json_object *slots = json_object_new_array();

    (void)client;
    (void)request;
    for (size_t i = 0; i < STORAGES; i++) {
        for (int index = 1; index <= emulator->storages[i].size; index++) {
            if (emulator->storages[i].slots[index - 1].hex != NULL)
                json_object_array_add(slots, describe_slot(&emulator->storages[i], index));
        }
    }
    json_object_object_add(reply, "slots", slots);
    return NULL;
}

static const char *control_quit(struct emulator *emulator, struct client *client, json_object *request,
                                json_object *reply)
{
    (void)client;
    (void)request;
    (void)reply;
    emulator->quit = true;
    return NULL;
}

/* What a request does; it says why it cannot, or NULL. */
static const struct control {
    const char *name;
    const char *(*run)(struct emulator *emulator, struct client *client, json_object *request,
                       json_object *reply);
} controls[] = {
    { "text", control_text },   { "release", control_release },
    { "flood", control_flood }, { "store", control_store },
    { "watch", control_watch }, { "call", control_call },
    { "voice", control_voice }, { "report", control_report },
    { "ussd", control_ussd },   { "fault", control_fault },
    { "stats", control_stats }, { "slots", control_slots },
    { "quit", control_quit },   { NULL, NULL },
};

static void send_out(struct client *client)
{
    while (client->out.n > 0 && !client->is_gone) {
        ssize_t n = send(client->fd, client->out.octets, client->out.n, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n < 0) {
            client->is_gone = errno != EAGAIN && errno != EINTR;
            break;
        }
        text_take(&client->out, (size_t)n);
    }
    if (client->out.n > UNREAD_LIMIT)
        client->is_gone = true;
}

static void put_json(struct client *client, json_object *object)
{
    const char *line =
        json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

    text_add(client, &client->out, line, strlen(line));
    text_add(client, &client->out, "\n", 1);
}

static void answer(struct emulator *emulator, struct client *client, const char *line)
{
    json_object *request = json_tokener_parse(line), *reply = json_object_new_object();
    const char *name = json_object_is_type(request, json_type_object) ? request_text(request, "cmd") : NULL;
    const struct control *control = controls;
    const char *why = "unknown cmd";

    json_object_object_add(reply, "ok", json_object_new_boolean(true));
    while (control->name != NULL && (name == NULL || strcmp(control->name, name) != 0))
        control++;
    if (control->name != NULL)
        why = control->run(emulator, client, request, reply);
    if (why != NULL) {
        json_object_object_add(reply, "ok", json_object_new_boolean(false));
        json_object_object_add(reply, "error", json_object_new_string(why));
    }
    put_json(client, reply);
    json_object_put(reply);
    json_object_put(request);
}

static void answer_lines(struct emulator *emulator, struct client *client)
{
    char *end, *line = client->in.octets;
    size_t left = client->in.n;

    while (left > 0 && (end = memchr(line, '\n', left)) != NULL) {
        *end = '\0';
        answer(emulator, client, line);
        left -= (size_t)(end + 1 - line);
        line = end + 1;
    }
    text_take(&client->in, client->in.n - left);
    if (client->in.n > LINE_LIMIT)
        client->is_gone = true;
}

static void receive(struct emulator *emulator, struct client *client)
{
    char octets[4096];
    ssize_t n = recv(client->fd, octets, sizeof octets, MSG_DONTWAIT);

    if (n > 0) {
        text_add(client, &client->in, octets, (size_t)n);
        answer_lines(emulator, client);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        client->is_gone = true;
    }
}

static void welcome(struct emulator *emulator)
{
    int fd = accept4(emulator->listener, NULL, NULL, SOCK_CLOEXEC);
    struct client *client;

    if (fd < 0)
        return;
    client = talloc_zero(emulator, struct client);
    client->fd = fd;
    client->next = emulator->clients;
    emulator->clients = client;
}

static void drop_gone(struct emulator *emulator)
{
    for (struct client **at = &emulator->clients; *at != NULL;) {
        struct client *client = *at;

        if (!client->is_gone) {
            at = &client->next;
            continue;
        }
        *at = client->next;
        close(client->fd);
        talloc_free(client);
    }
}

size_t control_polls(struct emulator *emulator, struct pollfd *polls, size_t size)
{
    size_t n = 0;

    drop_gone(emulator);
    polls[n++] = (struct pollfd){ .fd = emulator->listener, .events = POLLIN };
    for (struct client *client = emulator->clients; client != NULL && n < size; client = client->next) {
        polls[n++] = (struct pollfd){ .fd = client->fd,
                                      .events = (short)(POLLIN | (client->out.n > 0 ? POLLOUT : 0)) };
    }
    return n;
}

void control_serve(struct emulator *emulator, const struct pollfd *polls, size_t n)
{
    struct client *client = emulator->clients;

    for (size_t i = 1; i < n; i++, client = client->next) {
        if (polls[i].revents != 0)
            receive(emulator, client);
    }
    for (client = emulator->clients; client != NULL; client = client->next)
        send_out(client);
    if (polls[0].revents != 0)
        welcome(emulator);
}

void control_tell(struct emulator *emulator, const char *number, json_object *event)
{
    for (struct client *client = emulator->clients; client != NULL; client = client->next) {
        if (!client->watches || (client->number[0] != '\0' && !network_same_number(client->number, number)))
            continue;
        put_json(client, event);
        send_out(client);
    }
}

static bool refuse(struct emulator *emulator, const char *why)
{
    talloc_free(emulator->error);
    emulator->error = talloc_asprintf(emulator, "%s: %s", emulator->control_path, why);
    return false;
}

/* A socket nobody listens on any more is a crash's; one that answers is another emulator's. */
static bool clear_path(struct emulator *emulator, const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_used = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
    struct stat there;

    if (fd >= 0)
        close(fd);
    if (is_used)
        return refuse(emulator, "another emulator serves there");
    if (lstat(emulator->control_path, &there) == 0 && S_ISSOCK(there.st_mode))
        unlink(emulator->control_path);
    return true;
}

bool control_open(struct emulator *emulator)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    emulator->control_path = talloc_asprintf(emulator, "%s.control", emulator->options.device);
    if (strlen(emulator->control_path) >= sizeof address.sun_path)
        return refuse(emulator, "longer than the name of a socket may be");
    memcpy(address.sun_path, emulator->control_path, strlen(emulator->control_path) + 1);
    if (!clear_path(emulator, &address))
        return false;
    emulator->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (emulator->listener < 0 ||
        bind(emulator->listener, (const struct sockaddr *)&address, sizeof address) < 0 ||
        listen(emulator->listener, 16) < 0) {
        const char *why = strerror(errno);

        if (emulator->listener >= 0)
            close(emulator->listener);
        emulator->listener = -1;
        return refuse(emulator, why);
    }
    return true;
}

void control_close(struct emulator *emulator)
{
    while (emulator->clients != NULL) {
        send_out(emulator->clients);
        emulator->clients->is_gone = true;
        drop_gone(emulator);
    }
    if (emulator->listener < 0)
        return;
    close(emulator->listener);
    unlink(emulator->control_path);
    emulator->listener = -1;
}
