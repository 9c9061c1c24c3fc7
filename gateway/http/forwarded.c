#include "gateway/http/forwarded.h"

#include <netinet/in.h>
#include <string.h>

#include "gateway/http/address.h"

enum { HOPS_MOST = 16 };

struct piece {
    const char *text;
    size_t length;
};

static void trim(struct piece *piece)
{
    while (piece->length > 0 && strchr(" \t", *piece->text))
        piece->text++, piece->length--;
    while (piece->length > 0 && strchr(" \t", piece->text[piece->length - 1]))
        piece->length--;
}

/* Takes what precedes the first separator outside of quotes off rest. False: a quote is not closed. */
static bool cut(struct piece *rest, char separator, struct piece *piece)
{
    bool is_quoted = false;
    size_t i = 0;

    for (; i < rest->length && (is_quoted || rest->text[i] != separator); i++) {
        if (is_quoted && rest->text[i] == '\\' && i + 1 < rest->length)
            i++;
        else if (rest->text[i] == '"')
            is_quoted = !is_quoted;
    }
    *piece = (struct piece){ rest->text, i };
    i += i < rest->length;
    rest->text += i;
    rest->length -= i;
    trim(piece);
    return !is_quoted;
}

/* RFC 7239 4: for=192.0.2.43;proto=https, for="[2001:db8::17]:4711" */
static bool find_for(struct piece entry, struct piece *host)
{
    struct piece pair;

    while (entry.length > 0) {
        if (!cut(&entry, ';', &pair))
            return false;
        if (pair.length < 4 || strncasecmp(pair.text, "for=", 4) != 0)
            continue;
        *host = (struct piece){ pair.text + 4, pair.length - 4 };
        if (host->length >= 2 && *host->text == '"' && host->text[host->length - 1] == '"')
            host->text++, host->length -= 2;
        return true;
    }
    return false;
}

/* Keeps the last HOPS_MOST entries, entry i at i modulo that; *n counts all. False: the last is malformed. */
static bool list_entries(const char *text, struct piece entries[HOPS_MOST], size_t *n)
{
    struct piece rest = { text, strlen(text) };
    bool is_whole = true;

    for (*n = 0; rest.length > 0; ++*n)
        is_whole = cut(&rest, ',', &entries[*n % HOPS_MOST]);
    return is_whole;
}

static bool read_entry(struct piece entry, bool is_standard, struct sockaddr_storage *host)
{
    if (is_standard && !find_for(entry, &entry))
        return false;
    return address_parse_host(entry.text, entry.length, host);
}

/* Follows one header from its end. False: the client is found. */
static bool go_back(const struct config *config, const char *text, struct sockaddr_storage *client)
{
    bool is_standard = strcasecmp(config->http_proxy_header, "Forwarded") == 0;
    struct piece entries[HOPS_MOST];
    size_t n;
    bool is_whole = list_entries(text, entries, &n);

    for (size_t i = n; i > 0; i--) {
        if (!address_is_in_any((struct sockaddr *)client, config->http_proxies, config->n_http_proxies))
            return false;
        if (!is_whole || n - i >= HOPS_MOST ||
            !read_entry(entries[(i - 1) % HOPS_MOST], is_standard, client)) {
            client->ss_family = AF_UNSPEC;
            return false;
        }
    }
    return true;
}

void forwarded_client(const struct config *config, const struct sockaddr *peer, const struct pair *headers,
                      size_t n, struct sockaddr_storage *client)
{
    memset(client, 0, sizeof *client);
    memcpy(client, peer,
           peer->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
    if (config->n_http_proxies == 0)
        return;
    for (; n > 0; n--)
        if (strcasecmp(headers[n - 1].name, config->http_proxy_header) == 0 &&
            !go_back(config, headers[n - 1].value, client))
            return;
}
