#include "gateway/line/web.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { CONNECT_SECONDS = 10, IDLE_SECONDS = 30 };

struct web {
    CURLM *multi;
    int timeout_s;
    const char *authority;
};

struct transfer {
    struct web *web;
    CURL *easy;
    struct curl_slist *headers;
    void *tag;
    char *body; /* of the answer, with room for a NUL */
    size_t length, room;
    bool is_too_long;
    char trouble[CURL_ERROR_SIZE];
};

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

static void start_library(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* Ends running requests first: they still belong to the multi handle. */
static int end_web(struct web *web)
{
    talloc_free_children(web);
    curl_multi_cleanup(web->multi);
    return 0;
}

struct web *web_new(void *mem, int connections, int timeout_s, const char *authority)
{
    struct web *web = talloc_zero(mem, struct web);

    pthread_once(&library_once, start_library);
    web->timeout_s = timeout_s;
    web->authority = authority;
    web->multi = curl_multi_init();
    talloc_set_destructor(web, end_web);
    curl_multi_setopt(web->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)connections);
    curl_multi_setopt(web->multi, CURLMOPT_MAXCONNECTS, (long)connections);
    curl_multi_setopt(web->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
    return web;
}

static int end_transfer(struct transfer *transfer)
{
    curl_multi_remove_handle(transfer->web->multi, transfer->easy);
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    return 0;
}

static size_t take_octets(char *octets, size_t size, size_t n, void *arg)
{
    struct transfer *transfer = arg;

    n *= size;
    transfer->is_too_long = transfer->length + n > WEB_ANSWER_MOST;
    if (transfer->is_too_long)
        return 0;
    if (transfer->length + n >= transfer->room) {
        transfer->room = (transfer->length + n) * 2 + 1024;
        transfer->body = talloc_realloc(transfer, transfer->body, char, (unsigned)transfer->room);
    }
    memcpy(transfer->body + transfer->length, octets, n);
    transfer->length += n;
    transfer->body[transfer->length] = '\0';
    return n;
}

static bool has_left(CURL *easy)
{
    long octets = 0;

    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &octets);
    return octets > 0;
}

/* libcurl repeats a request when a kept connection turns out to be closed: forbidden once octets have left.
 */
static int before_request(void *arg, char *remote, char *local, int remote_port, int local_port)
{
    struct transfer *transfer = arg;

    (void)remote, (void)local, (void)remote_port, (void)local_port;
    return has_left(transfer->easy) ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* libcurl sends a header without a value only when it ends in ";". */
static void add_header(struct transfer *transfer, const char *name, const char *value)
{
    char *line =
        *value ? talloc_asprintf(transfer, "%s: %s", name, value) : talloc_asprintf(transfer, "%s;", name);

    transfer->headers = curl_slist_append(transfer->headers, line);
}

/* "Expect:" without a value stops libcurl from asking before it sends a long body. */
static bool set_headers(struct transfer *transfer, const struct web_request *request)
{
    transfer->headers = curl_slist_append(NULL, "Expect:");
    for (size_t i = 0; i < request->n_headers; i++)
        add_header(transfer, request->headers[i].name, request->headers[i].value);
    return curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers) == CURLE_OK;
}

static bool set_request(struct transfer *transfer, const struct web_request *request)
{
    CURL *easy = transfer->easy;

    if (strcmp(request->method, "POST") == 0) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->length);
        if (curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->body ? request->body : "") != CURLE_OK)
            return false;
    }
    /* where HTTP/2 may be offered, wait for the first connection to say so; plain HTTP says it in an answer
     */
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, strncasecmp(request->url, "https:", 6) == 0 ? 1L : 0L);
    return curl_easy_setopt(easy, CURLOPT_URL, request->url) == CURLE_OK && set_headers(transfer, request);
}

static void set_options(struct transfer *transfer)
{
    CURL *easy = transfer->easy;
    const struct web *web = transfer->web;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->trouble);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_octets);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2); /* RFC 8996 */
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)web->timeout_s);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT,
                     (long)(web->timeout_s < CONNECT_SECONDS ? web->timeout_s : CONNECT_SECONDS));
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)IDLE_SECONDS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "xiangyin");
    if (web->authority)
        curl_easy_setopt(easy, CURLOPT_CAINFO, web->authority);
}

bool web_start(struct web *web, const struct web_request *request, void *tag)
{
    struct transfer *transfer = talloc_zero(web, struct transfer);

    transfer->web = web;
    transfer->tag = tag;
    transfer->easy = curl_easy_init();
    talloc_set_destructor(transfer, end_transfer);
    set_options(transfer);
    if (set_request(transfer, request) && curl_multi_add_handle(web->multi, transfer->easy) == CURLM_OK)
        return true;
    talloc_free(transfer);
    return false;
}

static void fill_end(struct transfer *transfer, CURLcode result, struct web_end *end)
{
    curl_off_t retry_after = 0;
    long status = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &retry_after);
    end->tag = transfer->tag;
    end->retry_after = retry_after > 0 && retry_after < 86400 ? (int)retry_after : 0;
    end->answer = (struct web_answer){ .status = (int)status,
                                       .body = transfer->body ? transfer->body : "",
                                       .length = transfer->length };
    if (result == CURLE_OK)
        end->fate = WEB_ANSWERED;
    else
        end->fate = has_left(transfer->easy) ? WEB_LOST : WEB_NOT_SENT;
    if (transfer->is_too_long)
        end->why = "the answer is longer than 1 MiB";
    else
        end->why = *transfer->trouble ? transfer->trouble : curl_easy_strerror(result);
}

bool web_next(struct web *web, void *mem, struct web_end *end)
{
    struct transfer *transfer = NULL;
    const CURLMsg *message;
    CURLcode result;
    int running, left;

    curl_multi_perform(web->multi, &running);
    do
        message = curl_multi_info_read(web->multi, &left);
    while (message && message->msg != CURLMSG_DONE);
    if (!message)
        return false;
    result = message->data.result;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    *end = (struct web_end){ 0 };
    fill_end(transfer, result, end);
    end->why = talloc_strdup(mem, end->why);
    talloc_steal(mem, transfer->body);
    talloc_free(transfer);
    return true;
}

void web_wait(struct web *web, int timeout_ms)
{
    curl_multi_poll(web->multi, NULL, 0, timeout_ms, NULL);
}

void web_wake(struct web *web)
{
    curl_multi_wakeup(web->multi);
}
