#include "gateway/provider/signature.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/hex.h"
#include "gateway/provider/digest.h"
#include "gateway/provider/request.h"

static const char *lower(void *mem, const char *text)
{
    char *copy = talloc_strdup(mem, text);

    for (char *c = copy; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

/* "2023-10-26T10:22:32Z", or the day alone. */
static const char *utc(void *mem, int64_t now, bool is_day)
{
    time_t seconds = (time_t)now;
    struct tm tm;
    char text[40];

    gmtime_r(&seconds, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return talloc_strndup(mem, text, is_day ? 10 : sizeof text);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

/* The host and the wanted headers, names in lower case, sorted. */
static struct pair *signed_headers(void *mem, const struct web_request *request,
                                   bool (*is_wanted)(const char *name), size_t *n)
{
    struct pair *headers = talloc_array(mem, struct pair, (unsigned)request->n_headers + 1);

    headers[0] = (struct pair){ "host", url_host(mem, request->url) };
    *n = 1;
    for (size_t i = 0; i < request->n_headers; i++) {
        const char *name = lower(mem, request->headers[i].name);

        if (is_wanted(name))
            headers[(*n)++] = (struct pair){ name, request->headers[i].value };
    }
    qsort(headers, *n, sizeof *headers, by_name);
    return headers;
}

struct canonical {
    const char *text, *names;
};

static struct canonical canonical_request(void *mem, const struct web_request *request,
                                          const struct pair *headers, size_t n, bool is_lower)
{
    const char *path = url_path(request->url), *query = strchr(path, '?');
    char *lines = talloc_strdup(mem, ""), *names = talloc_strdup(mem, "");
    const char *hash = digest_hex(mem, "sha256", request->body ? request->body : "", request->length);

    for (size_t i = 0; i < n; i++) {
        lines = talloc_asprintf_append(lines, "%s:%s\n", headers[i].name,
                                       is_lower ? lower(mem, headers[i].value) : headers[i].value);
        names = talloc_asprintf_append(names, "%s%s", i ? ";" : "", headers[i].name);
    }
    return (struct canonical){ talloc_asprintf(mem, "%s\n%.*s\n%s\n%s\n%s\n%s", request->method,
                                               (int)(query ? query - path : (ptrdiff_t)strlen(path)), path,
                                               query ? query + 1 : "", lines, names, hash),
                               names };
}

static bool is_acs3_header(const char *name)
{
    return strncmp(name, "x-acs-", 6) == 0 || strcmp(name, "content-type") == 0;
}

void signature_acs3(void *mem, struct web_request *request, const char *action, const char *version,
                    const char *key_id, const char *secret, int64_t now, const char *nonce)
{
    struct pair *headers;
    struct canonical canonical;
    const char *text;
    size_t n;

    request_add_header(mem, request, "x-acs-action", action);
    request_add_header(mem, request, "x-acs-version", version);
    request_add_header(mem, request, "x-acs-date", utc(mem, now, false));
    request_add_header(mem, request, "x-acs-signature-nonce", nonce);
    request_add_header(mem, request, "x-acs-content-sha256",
                       digest_hex(mem, "sha256", request->body ? request->body : "", request->length));
    headers = signed_headers(mem, request, is_acs3_header, &n);
    canonical = canonical_request(mem, request, headers, n, false);
    text = talloc_asprintf(mem, "ACS3-HMAC-SHA256\n%s",
                           digest_hex(mem, "sha256", canonical.text, strlen(canonical.text)));
    request_add_header(mem, request, "Authorization",
                       talloc_asprintf(mem, "ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=%s,Signature=%s",
                                       key_id, canonical.names,
                                       hmac_hex(mem, "sha256", secret, text, strlen(text))));
}

static bool is_tc3_header(const char *name)
{
    return strcmp(name, "content-type") == 0 || strcmp(name, "x-tc-action") == 0;
}

/* Derives the key from the secret, the day, the service and a fixed word, then signs the text; in hex. */
static const char *tc3_signature(void *mem, const char *secret, const char *day, const char *service,
                                 const char *text)
{
    const char *steps[] = { day, service, "tc3_request", text };
    const char *first = talloc_asprintf(mem, "TC3%s", secret);
    unsigned char key[DIGEST_MOST], next[DIGEST_MOST];
    size_t n = hmac_octets("sha256", first, strlen(first), steps[0], strlen(steps[0]), key);

    for (size_t i = 1; i < sizeof steps / sizeof *steps; i++) {
        n = hmac_octets("sha256", key, n, steps[i], strlen(steps[i]), next);
        memcpy(key, next, n);
    }
    return hex_encode(mem, key, n);
}

void signature_tc3(void *mem, struct web_request *request, const char *service, const char *action,
                   const char *key_id, const char *secret, int64_t now)
{
    const char *day = utc(mem, now, true), *time = talloc_asprintf(mem, "%lld", (long long)now), *text;
    const char *scope = talloc_asprintf(mem, "%s/%s/tc3_request", day, service);
    struct canonical canonical;
    struct pair *headers;
    size_t n;

    request_add_header(mem, request, "X-TC-Action", action);
    request_add_header(mem, request, "X-TC-Timestamp", time);
    headers = signed_headers(mem, request, is_tc3_header, &n);
    canonical = canonical_request(mem, request, headers, n, true);
    text = talloc_asprintf(mem, "TC3-HMAC-SHA256\n%s\n%s\n%s", time, scope,
                           digest_hex(mem, "sha256", canonical.text, strlen(canonical.text)));
    request_add_header(
        mem, request, "Authorization",
        talloc_asprintf(mem, "TC3-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s", key_id,
                        scope, canonical.names, tc3_signature(mem, secret, day, service, text)));
}
