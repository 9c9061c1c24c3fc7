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

/* "127.0.0.1:8080", "[::1]:8080" or "localhost:8080", as the configuration's check lets through. */
bool address_parse(const char *text, struct sockaddr_storage *address);

/* "203.0.113.7", for a log. */
const char *address_text(const struct sockaddr *address, char *buffer, size_t size);

#endif
