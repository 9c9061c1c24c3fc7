/*
 * What a service manager that started this process hears of it: systemd's sd_notify(3), and whatever else
 * sets NOTIFY_SOCKET. The protocol is a datagram, so it is written here: libsystemd would cost 140 KB of
 * anonymous memory and four libraries for it.
 */
#ifndef GATEWAY_SERVICE_H
#define GATEWAY_SERVICE_H

#include <stdbool.h>

/* Sends assignments such as READY=1, a line each. Does nothing without a manager. From any thread. */
void service_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether there is one. */
bool service_listens(void);

/* Microseconds within which the manager wants a sign of life (WATCHDOG=1) from this process; 0: it wants
 * none. */
unsigned long long service_watchdog_us(void);

#endif
