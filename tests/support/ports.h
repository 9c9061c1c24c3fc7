/*
 * Ports of the loopback for servers that a test starts.
 */
#ifndef TESTS_SUPPORT_PORTS_H
#define TESTS_SUPPORT_PORTS_H

/* The first, an even one, of n ports that are free for TCP and UDP and belong to this process and its
 * children until they end, also while nothing listens there: no other test is given them, and the system
 * gives out higher ones (those of sound are higher, too). Fails the test if none are left. */
int ports_reserve(int n);

#endif
