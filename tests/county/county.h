/*
 * A county that plays: villagers of Fushan's real townships who complain, ask, thank and rate, and cadres who
 * accept, work, forget, return, pass on, extend and close, through a real desk whose clock is set forward.
 * What the desk does is held against what it must do, after every text and every day.
 */
#ifndef TESTS_COUNTY_COUNTY_H
#define TESTS_COUNTY_COUNTY_H

#include <stdbool.h>
#include <stdint.h>

struct county;

struct county_options {
    unsigned seed;       /* the same seed, the same county */
    int appeals;         /* that come in all */
    int unsolved;        /* of them, drawn by lot */
    int months;          /* in which they come; the play goes on until all is done */
    const char *program; /* xiangyin, which then does the calendar's own dates; NULL: the desk does them */
};

/* A desk on a store in a folder of its own, with units and people. Fails the test when it does not start. */
struct county *county_new(void *mem, const struct county_options *wish);

/* Everything, from the first text on. The desk is stopped at the end. */
void county_play(struct county *county);

struct county_sum {
    long texts, duplicates, steps, notices, days, hours, outages, kills, leaves; /* that were played */
    long appeals, solved, guarded; /* as the generator knows them */
    long broken;                   /* promises that were not kept; the first are printed */
};
struct county_sum county_sum(const struct county *county);

/* Holds `xiangyin report` in all its ways against what was generated; counts into broken. */
void county_check_reports(struct county *county);

/* Nine in the morning after the last day that was played, "2023-11-04 09:00", from mem. */
const char *county_next_day(void *mem, const struct county *county);

/* Files of the play, for more: both live as long as it. */
const char *county_database(const struct county *county);
const char *county_config(const struct county *county);

/* XIANGYIN_SEED, else this one. */
unsigned county_seed(unsigned usual);

#endif
