/*
 * What one run of the calendar has to say, gathered by person: everybody hears of everything in one text.
 */
#ifndef GATEWAY_DESK_ROUNDS_H
#define GATEWAY_DESK_ROUNDS_H

#include "gateway/desk/turn.h"
#include "store/cases.h"

/* What a person is told of a case, least to most: of one case only the last counts. */
enum round { ROUND_SHOWN, ROUND_REPORTED, ROUND_RATE, ROUND_ASKED };

/* How many of something, for leaders and units. */
struct tally {
    int64_t total, livelihood, hardship, petition, waiting;
};

struct rounds;

struct rounds *rounds_new(struct turn *turn);

/* The case lives as long as the turn. words: the latest progress, "" none. */
void rounds_tell(struct rounds *rounds, const char *phone, enum round round, const struct case_ *case_,
                 const char *words);

/* Counts a case of the month's 亮 for its unit and the county; guarded ones never stand in a digest. */
void rounds_count(struct rounds *rounds, const struct case_ *case_);

/* Puts the texts in the outbox, and the lines in due. */
bool rounds_send(struct rounds *rounds);

#endif
