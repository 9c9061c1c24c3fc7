/*
 * A gateway's desk and web server on a port of their own, and a client that says exactly what it is told to.
 */
#ifndef TESTS_SUPPORT_HTTP_SUPPORT_H
#define TESTS_SUPPORT_HTTP_SUPPORT_H

#include "gateway/http/server.h"

struct http_world {
    const char *directory;
    const struct config *config;
    struct words *words;
    struct desk *desk;
    struct http_server *server;
    int port;
    struct store *store; /* a reader */
    int n_tokens;
};

/* extra: more of the configuration, after store and http. http_extra: what else stands in http { }. */
struct http_world *http_world_open(const char *http_extra, const char *extra);
/* The same on another address and port. */
struct http_world *http_world_open_at(const char *listen, const char *http_extra, const char *extra);
/* The same with the store x.db of this directory, which stays. */
struct http_world *http_world_open_in(const char *directory, const char *extra);
/* Stops the server and the desk and starts them again on the same database. */
void http_world_restart(struct http_world *world);
void http_world_close(struct http_world *world);

struct reply {
    int status; /* 0: the connection was closed without an answer */
    const char *head, *body;
};

int http_connect(const struct http_world *world);
bool http_send(int fd, const char *text);
/* The same of octets that may hold NULs. */
bool http_send_octets(int fd, const void *octets, size_t length);
/* The next answer on the connection; closes nothing. */
struct reply http_reply(void *mem, int fd);

/* On a connection of its own: headers are whole lines with \r\n, or NULL; body NULL: none. */
struct reply http_ask(const struct http_world *world, void *mem, const char *method, const char *path,
                      const char *headers, const char *body);

/* A body that may hold NULs; its length is announced. */
struct reply http_post(const struct http_world *world, void *mem, const char *path, const char *headers,
                       const void *body, size_t length);

/* The value of a header of the reply; NULL. */
const char *reply_header(void *mem, const struct reply *reply, const char *name);

/* A new token with these scopes, "token 1" and so on, as the command line would make it. */
const char *http_token(struct http_world *world, void *mem, const char *scopes);

#endif
