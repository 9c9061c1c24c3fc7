#include "tests/support/provider_server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/provider/fields.h"
#include "tests/support/certificate.h"
#include "tests/support/support.h"

enum { BEHAVIOURS_MOST = 64, HEAD_MOST = 32768, GARBAGE = 10 << 20 };

static FILE *journal;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    char name[32];
    size_t n;
} counts[BEHAVIOURS_MOST];

static void pause_ms(int ms)
{
    nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L }, NULL);
}

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t count(const char *behaviour)
{
    size_t i = 0, n;

    pthread_mutex_lock(&lock);
    while (i < BEHAVIOURS_MOST - 1 && *counts[i].name && strcmp(counts[i].name, behaviour) != 0)
        i++;
    snprintf(counts[i].name, sizeof counts[i].name, "%s", behaviour);
    n = ++counts[i].n;
    pthread_mutex_unlock(&lock);
    return n;
}

const char *server_header(void *mem, const struct server_request *request, const char *name)
{
    const char *line = request->head;
    size_t length = strlen(name);

    while ((line = strstr(line, "\r\n")) && line[2]) {
        line += 2;
        if (strncasecmp(line, name, length) == 0 && line[length] == ':') {
            line += length + 1;
            line += strspn(line, " ");
            return talloc_strndup(mem, line, strcspn(line, "\r"));
        }
    }
    return NULL;
}

static void note(const struct server_request *request)
{
    struct json_object *entry = json_object_new_object();
    const char *fields[][2] = { { "method", request->method },
                                { "behaviour", request->behaviour },
                                { "path", request->path },
                                { "query", request->query },
                                { "head", request->head },
                                { "body", request->body },
                                { "trouble", request->trouble ? request->trouble : "" } };

    json_object_object_add(entry, "at", json_object_new_int64(clock_ms()));
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        json_object_object_add(entry, fields[i][0], json_object_new_string(fields[i][1]));
    pthread_mutex_lock(&lock);
    fprintf(journal, "%s\n", json_object_to_json_string_ext(entry, JSON_C_TO_STRING_PLAIN));
    fflush(journal);
    pthread_mutex_unlock(&lock);
    json_object_put(entry);
}

static bool put(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t n = send(fd, text, length, MSG_NOSIGNAL);

        if (n <= 0)
            return false;
        text += n;
        length -= (size_t)n;
    }
    return true;
}

static bool put_head(int fd, int status, const char *type, size_t length, const char *extra)
{
    char head[512];
    int n =
        snprintf(head, sizeof head, "HTTP/1.1 %d Words\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%s\r\n",
                 status, type, length, extra);

    return put(fd, head, (size_t)n);
}

static bool put_answer(int fd, const struct server_answer *answer, size_t length)
{
    return put_head(fd, answer->status, answer->type, length, "") && put(fd, answer->body, length);
}

static bool drip(int fd, const struct server_answer *answer)
{
    if (!put_head(fd, answer->status, answer->type, strlen(answer->body), ""))
        return false;
    for (const char *c = answer->body; *c; c++) {
        pause_ms(1000);
        if (!put(fd, c, 1))
            return false;
    }
    return true;
}

static bool put_garbage(int fd)
{
    char noise[65536];

    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)(i * 7919 >> 3);
    if (!put_head(fd, 200, "application/json", GARBAGE, ""))
        return false;
    for (size_t sent = 0; sent < GARBAGE; sent += sizeof noise)
        if (!put(fd, noise, sizeof noise))
            return false;
    return true;
}

/* False: the connection ends here. nth: of the connection, from 1. */
static bool behave(void *mem, int fd, struct server_request *request, size_t nth)
{
    const char *how = request->behaviour;
    struct server_answer answer = provider_answer(mem, request);
    bool is_shy = strcmp(how, "busy") == 0 || strcmp(how, "overload") == 0;

    note(request);
    if (strcmp(how, "slow") == 0)
        pause_ms(200);
    if (strcmp(how, "drip") == 0)
        return drip(fd, &answer);
    if (strcmp(how, "garbage") == 0)
        return put_garbage(fd);
    if (strcmp(how, "cut") == 0)
        return put_answer(fd, &answer, strlen(answer.body) / 2);
    if (strcmp(how, "close") == 0 || (strcmp(how, "stale") == 0 && nth % 2 == 0))
        return false;
    if (is_shy && request->number <= 2)
        return put_head(fd, *how == 'b' ? 429 : 503, "text/plain", 0, "Retry-After: 1\r\n");
    if (strcmp(how, "later") == 0 && request->number == 1)
        return put_head(fd, 429, "text/plain", 0, "Retry-After: 3\r\n");
    if (strcmp(how, "crash") == 0)
        return put_head(fd, 500, "text/plain", 0, "");
    if (strcmp(how, "unauthorised") == 0)
        return put_head(fd, 401, "text/plain", 0, "");
    if (strcmp(how, "redirect") == 0)
        return put_head(fd, 302, "text/plain", 0, "Location: /good/elsewhere\r\n");
    return put_answer(fd, &answer, strlen(answer.body));
}

/* NULL at the end of the connection. */
static char *read_head(void *mem, int fd)
{
    char *head = talloc_size(mem, HEAD_MOST);
    size_t n = 0;

    while (n < HEAD_MOST - 1 && recv(fd, head + n, 1, 0) == 1) {
        head[++n] = '\0';
        if (n >= 4 && strcmp(head + n - 4, "\r\n\r\n") == 0)
            return head;
    }
    return NULL;
}

static bool read_request(void *mem, int fd, struct server_request *request)
{
    char *head = read_head(mem, fd), *line = head ? talloc_strndup(mem, head, strcspn(head, "\r")) : NULL;
    char *method = line ? strtok(line, " ") : NULL, *target = method ? strtok(NULL, " ") : NULL, *query,
         *rest;
    const char *length;
    size_t n = 0, have = 0;
    char *body;

    if (!target || *target != '/')
        return false;
    *request = (struct server_request){ .method = method, .head = head, .query = "" };
    length = server_header(mem, request, "Content-Length");
    n = length ? (size_t)atol(length) : 0;
    body = talloc_zero_size(mem, n + 1);
    while (have < n) {
        ssize_t got = recv(fd, body + have, n - have, 0);

        if (got <= 0)
            return false;
        have += (size_t)got;
    }
    request->body = body;
    query = strchr(target, '?');
    if (query)
        *query = '\0', request->query = query + 1;
    rest = strchr(target + 1, '/');
    request->path = rest ? talloc_strdup(mem, rest) : "/";
    if (rest)
        *rest = '\0';
    request->behaviour = target + 1;
    request->number = count(request->behaviour);
    return true;
}

static void *serve(void *arg)
{
    int fd = (int)(intptr_t)arg;
    bool goes_on = true;

    for (size_t nth = 1; goes_on; nth++) {
        void *mem = talloc_new(NULL);
        struct server_request request;

        goes_on = read_request(mem, fd, &request) && behave(mem, fd, &request, nth);
        talloc_free(mem);
    }
    close(fd);
    return NULL;
}

static int listen_on_any(int *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 512) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        abort();
    *port = ntohs(address.sin_port);
    return fd;
}

/* Over TLS everything is good. */
static enum MHD_Result answer_tls(void *arg, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data, size_t *size,
                                  void **context)
{
    void *mem;
    struct server_request request = {
        .method = method, .behaviour = "tls", .head = "", .query = "", .body = ""
    };
    struct server_answer answer;
    struct MHD_Response *response;
    enum MHD_Result result;

    (void)arg, (void)version, (void)data;
    if (!*context) {
        *context = &lock;
        return MHD_YES;
    }
    if (*size > 0) {
        *size = 0;
        return MHD_YES;
    }
    mem = talloc_new(NULL);
    request.path = strchr(url + 1, '/') ? strchr(url + 1, '/') : "/";
    request.number = count("tls");
    answer = provider_answer(mem, &request);
    note(&request);
    response = MHD_create_response_from_buffer(strlen(answer.body), (void *)(uintptr_t)answer.body,
                                               MHD_RESPMEM_MUST_COPY);
    result = MHD_queue_response(connection, (unsigned)answer.status, response);
    MHD_destroy_response(response);
    talloc_free(mem);
    return result;
}

static int start_tls(const gnutls_datum_t *certificate, const gnutls_datum_t *key, const char *priorities)
{
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_TLS | MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer_tls, NULL,
                         MHD_OPTION_HTTPS_MEM_CERT, certificate->data, MHD_OPTION_HTTPS_MEM_KEY, key->data,
                         MHD_OPTION_HTTPS_PRIORITIES, priorities, MHD_OPTION_END);
    const union MHD_DaemonInfo *info = daemon ? MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;

    if (!info)
        abort();
    return info->port;
}

/* One server for each kind of certificate; all of them may be trusted. */
static void start_all_tls(const char *certificate_path, int ports[TLS_KINDS])
{
    static const struct {
        const char *name;
        int from, until;
        const char *priorities;
    } kinds[TLS_KINDS] = {
        [TLS_GOOD] = { "127.0.0.1", -86400, 86400, "NORMAL" },
        [TLS_EXPIRED] = { "127.0.0.1", -2 * 86400, -86400, "NORMAL" },
        [TLS_ELSEWHERE] = { "elsewhere.example", -86400, 86400, "NORMAL" },
        [TLS_OLD] = { "127.0.0.1", -86400, 86400, "NORMAL:-VERS-ALL:+VERS-TLS1.1" },
    };
    gnutls_datum_t certificate, key;

    for (int i = 0; i < TLS_KINDS; i++) {
        certificate_make(kinds[i].name, time(NULL) + kinds[i].from, time(NULL) + kinds[i].until, &certificate,
                         &key);
        certificate_append(certificate_path, &certificate);
        ports[i] = start_tls(&certificate, &key, kinds[i].priorities);
        gnutls_free(certificate.data);
        gnutls_free(key.data);
    }
}

static void run_server(int listener, int tell, const char *log, const char *certificate_path)
{
    int tls_ports[TLS_KINDS];

    journal = fopen(log, "a");
    if (!journal)
        abort();
    start_all_tls(certificate_path, tls_ports);
    if (write(tell, tls_ports, sizeof tls_ports) != sizeof tls_ports)
        abort();
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        pthread_t thread;

        if (fd >= 0 && pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd) == 0)
            pthread_detach(thread);
    }
}

static int end_server(struct provider_server *server)
{
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    return 0;
}

struct provider_server *provider_server_start(void *mem)
{
    struct provider_server *server = talloc_zero(mem, struct provider_server);
    const char *folder = temporary_directory(server);
    int ready[2], listener = listen_on_any(&server->port);

    server->log = talloc_asprintf(server, "%s/log", folder);
    server->certificate = talloc_asprintf(server, "%s/certificate.pem", folder);
    if (pipe(ready) != 0)
        abort();
    server->pid = fork();
    if (server->pid == 0) {
        run_server(listener, ready[1], server->log, server->certificate);
        _exit(0);
    }
    close(listener);
    if (server->pid < 0 || read(ready[0], server->tls_ports, sizeof server->tls_ports) <= 0)
        abort();
    close(ready[0]);
    close(ready[1]);
    talloc_set_destructor(server, end_server);
    return server;
}

const char *provider_server_url(void *mem, const struct provider_server *server, const char *behaviour)
{
    return talloc_asprintf(mem, "http://127.0.0.1:%d/%s", server->port, behaviour);
}

/* Looks for the request with this index; counts when it is too far. */
static struct json_object *look(void *mem, const struct provider_server *server, const char *behaviour,
                                size_t index, size_t *n)
{
    FILE *file = fopen(server->log, "r");
    struct json_object *found = NULL;
    char *line = NULL;
    size_t size = 0;
    ssize_t length;

    *n = 0;
    while (file && !found && (length = getline(&line, &size, file)) > 0) {
        struct json_object *entry = json_parse(mem, line, (size_t)length);
        const char *how = entry ? json_field(mem, entry, "behaviour") : NULL;

        if (how && strcmp(how, behaviour) == 0 && (*n)++ == index)
            found = entry;
    }
    free(line);
    if (file)
        fclose(file);
    return found;
}

struct json_object *provider_server_request(void *mem, const struct provider_server *server,
                                            const char *behaviour, size_t index)
{
    size_t n;

    return look(mem, server, behaviour, index, &n);
}

size_t provider_server_count(const struct provider_server *server, const char *behaviour)
{
    void *mem = talloc_new(NULL);
    size_t n;

    look(mem, server, behaviour, SIZE_MAX, &n);
    talloc_free(mem);
    return n;
}
