#include "gateway/http/peers.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

#include "gateway/http/address.h"

enum { SLOTS = 1024, PREFIX_OCTETS = 8 };

struct peer {
    uint64_t key;
    int n;
    struct peer *next;
};

struct peers {
    const struct config *config;
    struct peer *slots[SLOTS];
};

/* The first 64 bits of an IPv6 address. An IPv4 address is put behind bits that no IPv6 address begins with.
 */
static uint64_t key_of_address(const struct sockaddr *address)
{
    uint64_t key = 0;
    uint32_t v4;

    if (address->sa_family == AF_INET6) {
        const struct in6_addr *v6 = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;

        if (!IN6_IS_ADDR_V4MAPPED(v6)) {
            memcpy(&key, v6->s6_addr, PREFIX_OCTETS);
            return key;
        }
        memcpy(&v4, v6->s6_addr + 12, sizeof v4);
    } else {
        v4 = ((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr;
    }
    memset(&key, 0xff, sizeof key); /* RFC 4291 2.7: ff.. is multicast, never a client */
    memcpy((char *)&key + sizeof key - sizeof v4, &v4, sizeof v4);
    return key;
}

static size_t slot_of(uint64_t key)
{
    return (key * 0x9e3779b97f4a7c15u) >> 54;
}

struct peers *peers_new(void *mem, const struct config *config)
{
    struct peers *peers = talloc_zero(mem, struct peers);

    peers->config = config;
    return peers;
}

static struct peer *find(const struct peers *peers, uint64_t key)
{
    struct peer *peer = peers->slots[slot_of(key)];

    while (peer && peer->key != key)
        peer = peer->next;
    return peer;
}

bool peers_may_enter(const struct peers *peers, const struct sockaddr *address)
{
    const struct config *config = peers->config;
    const struct peer *peer = find(peers, key_of_address(address));

    return config->http_address_connections == 0 || !peer || peer->n < config->http_address_connections ||
           address_is_own(address) ||
           address_is_in_any(address, config->http_proxies, config->n_http_proxies);
}

struct peer *peers_enter(struct peers *peers, const struct sockaddr *address)
{
    uint64_t key = key_of_address(address);
    struct peer *peer = find(peers, key);

    if (!peer) {
        peer = talloc_zero(peers, struct peer);
        peer->key = key;
        peer->next = peers->slots[slot_of(key)];
        peers->slots[slot_of(key)] = peer;
    }
    peer->n++;
    return peer;
}

void peers_leave(struct peers *peers, struct peer *peer)
{
    struct peer **at;

    if (--peer->n > 0)
        return;
    at = &peers->slots[slot_of(peer->key)];
    while (*at != peer)
        at = &(*at)->next;
    *at = peer->next;
    talloc_free(peer);
}
