#include "tests/support/model_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>
#include <unistr.h>

#include "tests/support/support.h"

enum { HUGE_OCTETS = 8 << 20, HANG_SECONDS = 600 };

struct model_server {
    pid_t pid;
    int port;
    const char *log;
};

struct request {
    char *body;
};

/* The text that the gateway asked about: the last message. */
static const char *asked_text(void *mem, const char *body)
{
    struct json_object *all = json_tokener_parse(body), *messages, *content;
    const char *text = "";

    if (all && json_object_object_get_ex(all, "messages", &messages) &&
        json_object_object_get_ex(json_object_array_get_idx(messages, json_object_array_length(messages) - 1),
                                  "content", &content))
        text = talloc_strdup(mem, json_object_get_string(content));
    json_object_put(all);
    return text;
}

static const char *completion(void *mem, const char *content)
{
    struct json_object *all = json_object_new_object(), *choices = json_object_new_array(),
                       *choice = json_object_new_object(), *message = json_object_new_object();
    const char *text;

    json_object_object_add(message, "role", json_object_new_string("assistant"));
    json_object_object_add(message, "content", json_object_new_string(content));
    json_object_object_add(choice, "message", message);
    json_object_array_add(choices, choice);
    json_object_object_add(all, "choices", choices);
    text = talloc_strdup(mem, json_object_to_json_string(all));
    json_object_put(all);
    return text;
}

/* The text's first four characters, as a model would quote them. */
static const char *quote_of(void *mem, const char *text)
{
    const uint8_t *at = (const uint8_t *)text;

    for (int i = 0; i < 4 && *at; i++)
        at += u8_mblen(at, strlen((const char *)at));
    return talloc_strndup(mem, text, (size_t)((const char *)at - text));
}

static const char *answer_of(void *mem, const char *kind, const char *text)
{
    const char *quote = quote_of(mem, text);
    const char *good = talloc_asprintf(
        mem, "{\"category\":\"民困\",\"topic\":\"welfare\",\"urgent\":false,\"quote\":\"%s\"}", quote);

    if (strcmp(kind, "good") == 0 || strcmp(kind, "redirected") == 0)
        return completion(mem, good);
    if (strcmp(kind, "wrapped") == 0)
        return completion(mem, talloc_asprintf(mem, "好的：\n```json\n%s\n```\n还要别的吗？", good));
    if (strcmp(kind, "obeying") == 0) /* whatever the text demands, and more */
        return completion(
            mem,
            talloc_asprintf(mem,
                            "{\"category\":\"民访\",\"topic\":\"cadre\",\"urgent\":true,\"quote\":\"%s\","
                            "\"state\":\"closed\",\"action\":\"办结\",\"sql\":\"DROP TABLE cases\","
                            "\"send\":{\"to\":\"+8613900000000\",\"text\":\"%s\"}}",
                            quote, quote));
    if (strcmp(kind, "lying") == 0)
        return completion(
            mem, "{\"category\":\"民困\",\"topic\":\"welfare\",\"urgent\":false,\"quote\":\"从没说过的话\"}");
    if (strcmp(kind, "foreign") == 0)
        return completion(mem, talloc_asprintf(mem,
                                               "{\"category\":\"办结\",\"topic\":\"admin\",\"urgent\":false,"
                                               "\"quote\":\"%s\"}",
                                               quote));
    return strcmp(kind, "broken") == 0 ? "{\"choices\": [{\"message\": {\"content\": \"{" : "";
}

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, const char *body,
                             size_t length, const char *location)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(length, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result;

    if (location)
        MHD_add_response_header(response, "Location", location);
    result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static void note(const struct model_server *server, const char *body)
{
    FILE *log = fopen(server->log, "a");

    if (log) {
        fprintf(log, "%s\n", body);
        fclose(log);
    }
}

static enum MHD_Result respond(const struct model_server *server, struct MHD_Connection *connection,
                               const char *kind, const char *body)
{
    void *mem = talloc_new(NULL);
    const char *answer = answer_of(mem, kind, asked_text(mem, body));
    enum MHD_Result result;

    note(server, body);
    if (strcmp(kind, "hanging") == 0)
        sleep(HANG_SECONDS);
    if (strcmp(kind, "huge") == 0)
        result = reply(connection, 200, memset(talloc_size(mem, HUGE_OCTETS), ' ', HUGE_OCTETS), HUGE_OCTETS,
                       NULL);
    else if (strcmp(kind, "failing") == 0)
        result = reply(connection, 500, "no", 2, NULL);
    else if (strcmp(kind, "redirecting") == 0)
        result = reply(connection, 302, "", 0, "/redirected/v1/chat/completions");
    else
        result = reply(connection, 200, answer, strlen(answer), NULL);
    talloc_free(mem);
    return result;
}

static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data, size_t *size,
                              void **state)
{
    struct request *request = *state;
    char kind[16] = "";

    (void)method, (void)version;
    if (!request) {
        *state = request = talloc(NULL, struct request);
        request->body = talloc_strdup(request, "");
        return MHD_YES;
    }
    if (*size > 0) {
        request->body = talloc_strndup_append(request->body, data, *size);
        *size = 0;
        return MHD_YES;
    }
    sscanf(url, "/%15[a-z]/", kind);
    return respond(arg, connection, kind, request->body);
}

static void serve(struct model_server *server, int fd)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
                         handle, server, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_END))
        for (;;)
            pause();
    _exit(1);
}

static int end(struct model_server *server)
{
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    return 0;
}

struct model_server *model_server_start(void *mem)
{
    struct model_server *server = talloc_zero(mem, struct model_server);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
                listen(fd, 16) == 0 && getsockname(fd, (struct sockaddr *)&address, &length) == 0);
    server->port = ntohs(address.sin_port);
    server->log = talloc_asprintf(server, "%s/heard", temporary_directory(server));
    fflush(NULL);
    server->pid = fork();
    assert_true(server->pid >= 0);
    if (server->pid == 0)
        serve(server, fd);
    close(fd);
    talloc_set_destructor(server, end);
    return server;
}

const char *model_server_endpoint(void *mem, const struct model_server *server, const char *kind)
{
    return talloc_asprintf(mem, "http://127.0.0.1:%d/%s/v1", server->port, kind);
}

const char *model_server_heard(void *mem, const struct model_server *server)
{
    FILE *log = fopen(server->log, "r");
    char *all = talloc_strdup(mem, ""), line[4096];

    while (log && fgets(line, sizeof line, log))
        all = talloc_strdup_append(all, line);
    if (log)
        fclose(log);
    return all;
}
