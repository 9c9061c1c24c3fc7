#include "gateway/page/tools/public.h"

#include <errno.h>
#include <microhttpd.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/http/address.h"
#include "gateway/http/daemon.h"
#include "gateway/log.h"
#include "gateway/report/board.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "store/store.h"
#include "templates/words.h"

enum {
    BOARDS = 3,
    KEPT_SECONDS = 60,
    CONNECTIONS = 128,
    OF_AN_ADDRESS = 16,
    TIMEOUT_SECONDS = 20,
    MEMORY = 8192
};

static const char *const paths[] = {
    [BULLETIN_SHOW] = "/show", [BULLETIN_REPORT] = "/report", [BULLETIN_EVALUATE] = "/evaluate"
};

/* Used by the listener's one thread only, which renders a board at most once a minute. */
struct public
{
    const struct config *config;
    struct words *words;
    struct MHD_Daemon *daemon;
    struct {
        char *text; /* NULL: not made yet */
        int64_t made_at;
    } boards[BOARDS];
};

static char *render(void *mem, const struct public *public, enum bulletin_kind kind, int64_t now)
{
    const struct config *config = public->config;
    const struct bulletin_query query = {
        .kind = kind, .date = date_of(now), .now = now, .has_rows = true, .has_flags = true
    };
    const char *error = "", *name = talloc_asprintf(mem, "%s.html", board_name(kind));
    struct store *store = store_open_reader(mem, config->store_url, &error);
    struct json_object *board = store ? board_json(mem, store, config, &query) : NULL;
    char *text = NULL;

    if (store && !board)
        error = store_error(store);
    if (board) {
        facts_flag(board, "is_public", true);
        text = words_render(mem, public->words, config->language, name, board, &error);
        json_object_put(board);
    }
    if (!text)
        log_error("public boards: %s", error);
    return text;
}

/* NULL: it cannot be made. */
static const char *board_text(struct public *public, enum bulletin_kind kind)
{
    int64_t now = clock_now();
    void *mem;
    char *text;

    if (public->boards[kind].text && now >= public->boards[kind].made_at &&
        now < public->boards[kind].made_at + KEPT_SECONDS)
        return public->boards[kind].text;
    mem = talloc_new(NULL);
    text = render(mem, public, kind, now);
    if (text) {
        talloc_free(public->boards[kind].text);
        public->boards[kind].text = talloc_steal(public, text);
        public->boards[kind].made_at = now;
    }
    talloc_free(mem);
    return text;
}

static bool find_board(const char *path, enum bulletin_kind *kind)
{
    for (int i = 0; i < BOARDS; i++)
        if (strcmp(path, paths[i]) == 0 || (i == BULLETIN_SHOW && strcmp(path, "/") == 0)) {
            *kind = (enum bulletin_kind)i;
            return true;
        }
    return false;
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *type,
                              const char *text)
{
    static const struct {
        const char *name, *value;
    } headers[] = {
        { "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; "
                                     "frame-ancestors 'none'; base-uri 'none'" },
        { "X-Content-Type-Options", "nosniff" },
        { "Referrer-Policy", "no-referrer" },
        { "Cache-Control", "max-age=60" },
    };
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result;

    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", type);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        MHD_add_response_header(response, headers[i].name, headers[i].value);
    result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

/* A request with a body is answered after its headers, and the connection is closed. */
static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *data, size_t *size,
                              void **state)
{
    static const char plain[] = "text/plain; charset=utf-8";
    enum bulletin_kind kind;
    const char *text;

    (void)version, (void)data, (void)size, (void)state;
    if ((strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) || !find_board(path, &kind))
        return answer(connection, MHD_HTTP_NOT_FOUND, plain, "not found\n");
    text = board_text(arg, kind);
    if (!text)
        return answer(connection, MHD_HTTP_SERVICE_UNAVAILABLE, plain, "try again later\n");
    return answer(connection, MHD_HTTP_OK, "text/html; charset=utf-8", text);
}

static struct MHD_Daemon *listen_at(struct public *public)
{
    struct sockaddr_storage address;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG;

    errno = EINVAL;
    if (!address_parse(public->config->page_public_listen, &address))
        return NULL;
    if (address.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(flags, 0, NULL, NULL, handle, public, MHD_OPTION_EXTERNAL_LOGGER,
                            daemon_keep_quiet, NULL, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
                            MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)OF_AN_ADDRESS,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_SECONDS,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_STRICT_FOR_CLIENT,
                            1, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_END);
}

struct public *public_start(void *mem, const struct config *config, const char **error)
{
    struct public *public = talloc_zero(NULL, struct public); /* its thread allocates from it */

    public->config = config;
    public->words = words_open(public, config->templates, error);
    if (public->words) {
        public->daemon = listen_at(public);
        if (!public->daemon)
            *error = talloc_asprintf(mem, "page: cannot listen on %s: %s", config->page_public_listen,
                                     strerror(errno));
    }
    if (!public->daemon) {
        *error = talloc_strdup(mem, *error);
        talloc_free(public);
        return NULL;
    }
    return public;
}

int public_port(const struct public *public)
{
    return MHD_get_daemon_info(public->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void public_stop(struct public *public)
{
    MHD_stop_daemon(public->daemon);
    talloc_free(public);
}
