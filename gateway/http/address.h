/*
 * Addresses of the other end, and the networks they may be in.
 */
#ifndef GATEWAY_HTTP_ADDRESS_H
#define GATEWAY_HTTP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* network is "10.0.0.0/8", "2001:db8::/32", or one address. An IPv4 address written as IPv6 counts as IPv4.
 */
bool address_is_in(const struct sockaddr *address, const char *network);

/* In any of them. */
bool address_is_in_any(const struct sockaddr *address, const char *const *networks, size_t n);

/* This machine's own. */
bool address_is_own(const struct sockaddr *address);

/* One host, as proxies write it: "203.0.113.7", "203.0.113.7:443", "2001:db8::7" or "[2001:db8::7]:443". */
bool address_parse_host(const char *text, size_t length, struct sockaddr_storage *address);

/* "127.0.0.1:8080", "[::1]:8080" or "localhost:8080", as the configuration's check lets through. */
bool address_parse(const char *text, struct sockaddr_storage *address);

/* "203.0.113.7", for a log. */
const char *address_text(const struct sockaddr *address, char *buffer, size_t size);

#endif
