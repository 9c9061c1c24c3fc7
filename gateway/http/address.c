#include "gateway/http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The octets of the address and their number: 4, 16, or 0 when it is no internet address. */
static size_t octets_of(const struct sockaddr *address, const unsigned char **octets)
{
    if (address->sa_family == AF_INET) {
        *octets = (const unsigned char *)&((const struct sockaddr_in *)(const void *)address)->sin_addr;
        return 4;
    }
    if (address->sa_family != AF_INET6)
        return 0;
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    *octets = v6->s6_addr;
    if (!IN6_IS_ADDR_V4MAPPED(v6))
        return 16;
    *octets += 12;
    return 4;
}

static bool is_same_prefix(const unsigned char *a, const unsigned char *b, size_t bits)
{
    unsigned char mask = (unsigned char)(0xff00 >> bits % 8);

    return memcmp(a, b, bits / 8) == 0 && (bits % 8 == 0 || ((a[bits / 8] ^ b[bits / 8]) & mask) == 0);
}

bool address_is_in(const struct sockaddr *address, const char *network)
{
    char host[INET6_ADDRSTRLEN];
    const char *slash = strchr(network, '/');
    size_t length = slash ? (size_t)(slash - network) : strlen(network);
    unsigned char base[16];
    const unsigned char *octets = NULL;
    size_t n = octets_of(address, &octets);

    if (n == 0 || length >= sizeof host)
        return false;
    memcpy(host, network, length);
    host[length] = '\0';
    if (inet_pton(n == 4 ? AF_INET : AF_INET6, host, base) != 1)
        return false;
    return is_same_prefix(octets, base, slash ? (size_t)atol(slash + 1) : 8 * n);
}

bool address_is_in_any(const struct sockaddr *address, const char *const *networks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (address_is_in(address, networks[i]))
            return true;
    return false;
}

bool address_is_own(const struct sockaddr *address)
{
    static const char *const own[] = { "127.0.0.0/8", "::1" };

    return address_is_in_any(address, own, 2);
}

/* Drops brackets around the host and a port of digits. */
static bool trim_host(const char **text, size_t *length)
{
    const char *colon = memchr(*text, ':', *length), *end = *text + *length;
    const char *port;

    if (**text == '[') {
        port = memchr(*text, ']', *length);
        if (!port)
            return false;
        *length = (size_t)(port - *text) - 1;
        ++*text;
        port++;
    } else if (colon && !memchr(colon + 1, ':', (size_t)(end - colon - 1))) {
        port = colon;
        *length = (size_t)(colon - *text);
    } else {
        return true;
    }
    if (port == end)
        return true;
    for (const char *c = port + 1; c < end; c++)
        if (*c < '0' || *c > '9')
            return false;
    return *port == ':';
}

bool address_parse_host(const char *text, size_t length, struct sockaddr_storage *address)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)address;
    char host[INET6_ADDRSTRLEN];

    memset(address, 0, sizeof *address);
    if (length == 0 || !trim_host(&text, &length) || length >= sizeof host)
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    address->ss_family = strchr(host, ':') ? AF_INET6 : AF_INET;
    if (inet_pton(address->ss_family, host,
                  address->ss_family == AF_INET6 ? (void *)&v6->sin6_addr : (void *)&v4->sin_addr) == 1)
        return true;
    memset(address, 0, sizeof *address);
    return false;
}

bool address_parse(const char *text, struct sockaddr_storage *address)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)address;
    const char *colon = strrchr(text, ':');
    char host[INET6_ADDRSTRLEN];
    bool is_v6 = *text == '[';
    size_t length = colon ? (size_t)(colon - text) : 0;

    memset(address, 0, sizeof *address);
    if (is_v6 && length >= 2)
        text++, length -= 2;
    if (!colon || length >= sizeof host)
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    if (is_v6) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)atol(colon + 1));
        return inet_pton(AF_INET6, host, &v6->sin6_addr) == 1;
    }
    v4->sin_family = AF_INET;
    v4->sin_port = htons((uint16_t)atol(colon + 1));
    return inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, &v4->sin_addr) == 1;
}

const char *address_text(const struct sockaddr *address, char *buffer, size_t size)
{
    const unsigned char *octets = NULL;
    size_t n = octets_of(address, &octets);

    if (n == 0 || !inet_ntop(n == 4 ? AF_INET : AF_INET6, octets, buffer, (socklen_t)size))
        snprintf(buffer, size, "?");
    return buffer;
}
