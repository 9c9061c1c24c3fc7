/*
 * The other end of an emulator's control socket (emulator.h has its lines): for tests, the demonstration and
 * `xiangyin phone`. One thread uses a client.
 */
#ifndef MODEM_EMULATOR_CLIENT_H
#define MODEM_EMULATOR_CLIENT_H

#include <json-c/json.h>
#include <stdbool.h>

struct emulator_client;

/* A text that reached a phone. */
struct emulator_delivery {
    char *to, *text; /* UTF-8 */
    char *at;        /* 2026-01-01T09:00:00Z */
    int parts;
};

/* Connects to DEVICE.control, for at most timeout_ms; NULL when nobody serves it by then. The client hangs
 * from mem; talloc_free closes the connection. */
struct emulator_client *emulator_connect(void *mem, const char *device, int timeout_ms);

/* Sends one request, which it releases, and waits at most 10 s for its reply, which the caller releases
 * (json_object_put). NULL: there is no reply. */
json_object *emulator_ask(struct emulator_client *client, json_object *request);

/* The same with a request written as in emulator.h. False when it is refused: emulator_client_error says why.
 */
bool emulator_request(struct emulator_client *client, const char *request);

/* {"cmd":"text"} with nothing special about it. */
bool emulator_text(struct emulator_client *client, const char *from, const char *text);

/* {"cmd":"watch"}; number NULL: all of them. */
bool emulator_watch(struct emulator_client *client, const char *number);

/* The next text that a watched phone received; its strings are allocated from mem. False: none came in
 * timeout_ms, or the emulator is gone. */
bool emulator_next(struct emulator_client *client, void *mem, int timeout_ms,
                   struct emulator_delivery *delivery);

/* One of the numbers of {"cmd":"stats"}; -1 when there is none. */
long emulator_stat(struct emulator_client *client, const char *name);

/* A descriptor to poll: readable when emulator_next may have a text; -1 once the emulator has gone. */
int emulator_client_fd(const struct emulator_client *client);

/* False once the emulator has closed the connection. */
bool emulator_client_is_connected(const struct emulator_client *client);

/* Why the last call failed; "" before any did. */
const char *emulator_client_error(const struct emulator_client *client);

#endif
