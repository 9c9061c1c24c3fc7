#include "gateway/adviser/ask.h"

#include <curl/curl.h>
#include <string.h>
#include <talloc.h>

#include "gateway/adviser/question.h"

enum { CONNECT_SECONDS = 5 };

struct taking {
    char *text;
    size_t length;
    const atomic_bool *stops;
};

static size_t take(char *octets, size_t size, size_t n, void *arg)
{
    struct taking *taking = arg;

    if (taking->length + size * n > ANSWER_MOST)
        return 0; /* ends the transfer */
    memcpy(taking->text + taking->length, octets, size * n);
    taking->length += size * n;
    taking->text[taking->length] = '\0';
    return size * n;
}

static int may_go_on(void *arg, curl_off_t all, curl_off_t now, curl_off_t out, curl_off_t sent)
{
    const struct taking *taking = arg;

    (void)all, (void)now, (void)out, (void)sent;
    return atomic_load(taking->stops);
}

static void set_up(CURL *curl, const char *url, const char *body, int timeout, struct curl_slist *headers,
                   struct taking *taking)
{
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)timeout);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, taking);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, may_go_on);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, taking);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

enum asked ask(void *mem, const char *endpoint, const char *body, int timeout, const atomic_bool *stops,
               const char **answer)
{
    struct taking taking = { .text = talloc_zero_size(mem, ANSWER_MOST + 1), .stops = stops };
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    const char *url = talloc_asprintf(mem, "%s%schat/completions", endpoint,
                                      endpoint[strlen(endpoint) - 1] == '/' ? "" : "/");
    CURL *curl = curl_easy_init();
    CURLcode code = CURLE_FAILED_INIT;
    long status = 0;

    if (curl) {
        set_up(curl, url, body, timeout, headers, &taking);
        code = curl_easy_perform(curl);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    }
    *answer = taking.text;
    if (code != CURLE_OK)
        *answer = curl_easy_strerror(code);
    else if (status != 200)
        *answer = talloc_asprintf(mem, "HTTP status %ld", status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return code == CURLE_OK && status == 200 ? ASKED : ASKED_WRONG;
}
