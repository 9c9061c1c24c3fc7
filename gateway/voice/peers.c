#include "gateway/voice/peers.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <talloc.h>

static const char *read_one(void *mem, const char *network, struct peers *peers)
{
    size_t length = strcspn(network, "/");
    char *end = NULL;
    long bits = network[length] ? strtol(network + length + 1, &end, 10) : 32;
    struct in_addr address;

    if (inet_pton(AF_INET, talloc_strndup(mem, network, length), &address) != 1 || bits < 1 || bits > 32 ||
        (end && (*end || end == network + length + 1)))
        return talloc_asprintf(mem, "%s is neither an IPv4 address nor a network such as 10.20.0.0/16",
                               network);
    if (peers->n == PEERS_MOST)
        return talloc_asprintf(mem, "more than %d networks", PEERS_MOST);
    uint32_t mask = 0xffffffffu << (32 - bits);

    peers->list[peers->n].mask = mask;
    peers->list[peers->n++].address = ntohl(address.s_addr) & mask;
    return NULL;
}

const char *peers_read(void *mem, const char *const *networks, size_t n, struct peers *peers)
{
    const char *wrong = NULL;

    peers->n = 0;
    if (n == 0)
        return read_one(mem, "127.0.0.1", peers);
    for (size_t i = 0; !wrong && i < n; i++)
        wrong = read_one(mem, networks[i], peers);
    return wrong;
}

bool peers_have(const struct peers *peers, struct in_addr address)
{
    for (size_t i = 0; i < peers->n; i++)
        if ((ntohl(address.s_addr) & peers->list[i].mask) == peers->list[i].address)
            return true;
    return false;
}

/* The source address of the IPv4 header, masked and compared with each network in turn. */
static struct sock_filter *make_filter(void *mem, const struct peers *peers, unsigned short *length)
{
    struct sock_filter *filter = talloc_array(mem, struct sock_filter, 3 * peers->n + 2), *next = filter;

    for (size_t i = 0; i < peers->n; i++) {
        *next++ = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_NET_OFF + 12));
        *next++ = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, peers->list[i].mask);
        /* to the end, which accepts */
        *next++ = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, peers->list[i].address,
                                               (uint8_t)(3 * (peers->n - i - 1) + 1), 0);
    }
    *next++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
    *next++ = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0xffff);
    *length = (unsigned short)(next - filter);
    return filter;
}

bool peers_guard(const struct peers *peers, int fd)
{
    void *mem = talloc_new(NULL);
    struct sock_fprog program;
    char octet;

    program.filter = make_filter(mem, peers, &program.len);
    bool is_set = setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;

    talloc_free(mem);
    /* what came before the filter stood */
    while (is_set && recv(fd, &octet, 1, MSG_DONTWAIT | MSG_TRUNC) >= 0)
        continue;
    return is_set;
}
