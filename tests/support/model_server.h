/*
 * A process that answers requests for chat completions on 127.0.0.1 as a language model's server may: well,
 * wrongly, or not at all. The first part of the path says which: good, wrapped, obeying, lying, foreign,
 * broken, empty, failing, redirecting, huge, hanging.
 */
#ifndef TESTS_SUPPORT_MODEL_SERVER_H
#define TESTS_SUPPORT_MODEL_SERVER_H

struct model_server;

/* Fails the test when it cannot start. The process ends with mem. */
struct model_server *model_server_start(void *mem);

/* http://127.0.0.1:PORT/KIND/v1, from mem. */
const char *model_server_endpoint(void *mem, const struct model_server *server, const char *kind);

/* All bodies that it was sent so far, one behind the other; from mem. */
const char *model_server_heard(void *mem, const struct model_server *server);

#endif
