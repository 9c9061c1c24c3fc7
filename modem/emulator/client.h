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

/* Connects to DEVICE.control, waiting up to timeout_ms for it to appear; NULL when it does not. */
struct emulator_client *emulator_connect(void *mem, const char *device, int timeout_ms);

/* Sends one request, which it puts away, and waits for its reply, at most 10 s. NULL: no reply at all. */
json_object *emulator_ask(struct emulator_client *client, json_object *request);

/* The same with a request as it stands in emulator.h; false when refused, and emulator_client_error says why.
 */
bool emulator_request(struct emulator_client *client, const char *request);

/* {"cmd":"text"} with nothing special about it. */
bool emulator_text(struct emulator_client *client, const char *from, const char *text);

/* {"cmd":"watch"}; NULL: every number. */
bool emulator_watch(struct emulator_client *client, const char *number);

/* The next text a watched phone received; its strings hang from mem. False: none in time, or the emulator is
 * gone. */
bool emulator_next(struct emulator_client *client, void *mem, int timeout_ms,
                   struct emulator_delivery *delivery);

/* One of the numbers of {"cmd":"stats"}; -1 when there is none. */
long emulator_stat(struct emulator_client *client, const char *name);

/* To poll together with other things: readable when emulator_next may have something. */
int emulator_client_fd(const struct emulator_client *client);

/* False once the emulator has closed the connection. */
bool emulator_client_is_connected(const struct emulator_client *client);

const char *emulator_client_error(const struct emulator_client *client);

#endif
