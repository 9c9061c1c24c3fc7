/*
 * A store in memory with people and places in it, texts that come in, and what each phone hears: the desk
 * without threads, lines or a clock of its own.
 */
#ifndef TESTS_SUPPORT_WORLD_H
#define TESTS_SUPPORT_WORLD_H

#include "gateway/turn/turn.h"
#include "store/cases.h"
#include "store/notices.h"

struct world {
    struct store *store;
    struct config *config;
    const struct words *words;
    const struct understanding *understanding;
    int64_t now;
};

/* The program's own words, read once for all tests of a program. */
const struct words *world_words(void);

/* With the signature of Fushan, quiet hours, one line "village", Asia/Shanghai. Fails the test when it
 * cannot. */
struct world *world_new(void *mem);

/* "2026-12-01 09:00" or "+10m" "+3d" "+2h" "+30s". */
void world_time(struct world *world, const char *time);

/* "unit: code,name,level,parent code,duty" and "person: phone,name,title,roles,unit code,language". */
void world_unit(struct world *world, const char *line);
void world_person(struct world *world, const char *line);
/* "route: place code,topic,category,yes or nothing,unit code", after those before it. */
void world_route(struct world *world, const char *line);

/* A text comes in at this moment; gives the event, from mem. phone without +86. */
struct event *world_text(void *mem, struct world *world, const char *phone, const char *text);
/* The same, but the network says it was sent at another moment. */
struct event *world_text_sent(void *mem, struct world *world, const char *phone, const char *text,
                              int64_t at);
/* The same by another line than "village", the world's modem. */
struct event *world_text_by(void *mem, struct world *world, const char *line, const char *phone,
                            const char *text);

/* Runs a job in a transaction of its own. */
void world_do(struct world *world, desk_job *job, void *arg, bool is_rehearsal);

/*
 * The next text this phone hears by now, without the signature, NULL when none: it counts as sent, and is
 * blanked as the outbox would do it. From mem.
 */
const char *world_hear(void *mem, struct world *world, const char *phone);

/* The newest case; NULL when none. */
struct case_ *world_case(void *mem, struct world *world);

#endif
