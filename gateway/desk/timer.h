/*
 * The thread that sleeps until the next deadline: dates of the calendar, messages that wait for parts; and
 * that listens for knocks of other processes.
 */
#ifndef GATEWAY_DESK_TIMER_H
#define GATEWAY_DESK_TIMER_H

#include "gateway/desk/desk.h"
#include "gateway/knock.h"

struct timer;

typedef void timer_knocked(void *arg, int fd, const struct knock_question *question);

/* Calls knocked(arg, ...) on the timer's thread after each knock; question->length is 0 if nobody waits for
 * an answer by knock_answer(fd, question, ...). NULL: *error says why. */
struct timer *timer_start(void *mem, const struct config *config, struct desk *desk, timer_knocked *knocked,
                          void *arg, const char **error);

/* From any thread: an earlier deadline may have appeared, or the clock was set. */
void timer_wake(struct timer *timer);

/* From any thread, after each commit: a text's network stamp may confirm a clock that was not believed. */
void timer_note_events(struct timer *timer);

/* Ends the thread and closes the knock socket. */
void timer_stop(struct timer *timer);

#endif
