/*
 * Addresses of clients, and networks.
 */
#ifndef GATEWAY_HTTP_ADDRESS_H
#define GATEWAY_HTTP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* network is "10.0.0.0/8", "2001:db8::/32", or one address. An IPv4-mapped IPv6 address counts as IPv4. */
bool address_is_in(const struct sockaddr *address, const char *network);

/* Whether it is in any of the networks; false when n is 0. */
bool address_is_in_any(const struct sockaddr *address, const char *const *networks, size_t n);

/* Whether it is a loopback address: 127.0.0.0/8 or ::1. */
bool address_is_own(const struct sockaddr *address);

/* Reads one host as proxies write it, the port ignored; false for anything else: "203.0.113.7",
 * "203.0.113.7:443", "2001:db8::7" or "[2001:db8::7]:443". */
bool address_parse_host(const char *text, size_t length, struct sockaddr_storage *address);

/* Reads what the configuration accepts: "127.0.0.1:8080", "[::1]:8080" or "localhost:8080" (127.0.0.1). */
bool address_parse(const char *text, struct sockaddr_storage *address);

/* Writes "203.0.113.7" into buffer and returns it; "?" when it is no internet address. */
const char *address_text(const struct sockaddr *address, char *buffer, size_t size);

#endif
