/*
 * The examinations of `xiangyin doctor`, one function each, and the function that prints their findings.
 */
#ifndef GATEWAY_COMMAND_DOCTOR_EXAMINE_H
#define GATEWAY_COMMAND_DOCTOR_EXAMINE_H

#include <stdint.h>

#include "gateway/config.h"
#include "store/store.h"

/* Worse is greater. The worst is the exit code, as monitoring programs expect. */
enum health { HEALTH_GOOD, HEALTH_WATCH, HEALTH_BAD };

/* The subject of a finding. */
enum part {
    PART_STORE,
    PART_GATEWAY,
    PART_LINE,
    PART_QUEUE,
    PART_RECORDINGS,
    PART_DISK,
    PART_MEMORY,
    PART_CLOCK,
    PART_CERTIFICATE,
    PART_COPIES,
    PART_CENTRE
};

struct doctor {
    void *mem;
    const struct config *config;
    struct store *store; /* a reader; NULL: it cannot be opened, which was printed already */
    int64_t now;
    enum health worst;
    bool is_json;
    bool is_stopped; /* no gateway runs, so that what it last knew of its lines counts no more */
};

/* Prints a finding, translated like any message, and remembers the worst. */
void examine_say(struct doctor *doctor, enum health health, enum part part, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* examine_lines.c: whether the gateway runs, its modems, and what waits to go out or to be heard. */
void examine_gateway(struct doctor *doctor);
void examine_lines(struct doctor *doctor);
void examine_queue(struct doctor *doctor);

/* examine_machine.c: disk, memory, clock, certificate. */
void examine_disk(struct doctor *doctor);
void examine_memory(struct doctor *doctor);
void examine_clock(struct doctor *doctor);
void examine_certificate(struct doctor *doctor);

/* examine_copies.c: the daily copies. */
void examine_copies(struct doctor *doctor);

/* examine_centre.c: the journal for the province's centre. */
void examine_centre(struct doctor *doctor);

#endif
