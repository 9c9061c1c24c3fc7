/*
 * Reads what people type behind a subcommand. Functions that return false have printed what is wrong, unless
 * they say otherwise; exit with EXIT_WRONG_USE then.
 */
#ifndef GATEWAY_COMMAND_ARGUMENTS_H
#define GATEWAY_COMMAND_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "store/cases.h"

/* YYYY-MM-DD, or YYYY-MM-DD HH:MM[:SS] with a space or a T between, in the configured zone unless Z or an
 * offset follows. *at is in unix seconds. False, without a message, when it is not a time. */
bool argument_time(const char *text, int64_t *at);
/* The values of --since and --until; 0 for NULL. */
bool argument_span(const char *since, const char *until, int64_t *from, int64_t *to);
/* A count from 1 to 2^31 - 1; 0 for NULL. */
bool argument_limit(const char *text, int *limit);
/* The id of a row, at least 1. */
bool argument_id(const char *text, int64_t *id);
/* A phone number in E.164. A short code becomes its digits; anything else stays as typed. From mem. */
const char *argument_e164(void *mem, const char *text);
/* *category is 1 + enum case_category, as filters have it; 0 for NULL. */
bool argument_category(const char *text, int *category);

/*
 * argument_topic.c: topics in English or Chinese. *topic is the English name, a constant; NULL for NULL.
 * The other two print nothing, and return NULL for what is none. A duty is livelihood, petition, away,
 * discipline or a topic.
 */
bool argument_topic(const char *text, const char **topic);
const char *argument_find_topic(const char *text);
const char *argument_find_duty(const char *text);

#define ARGUMENT_TOPICS                                                                                                   \
    "water 供水, road 道路, power 供电, housing 住房, land 土地, farm 农业, medical 医疗, school 教育, "  \
    "welfare 低保救助, care 养老照护, social 社保, civil 民政, jobs 就业, env 环境, order 治安, cadre " \
    "干部, "                                                                                                            \
    "policy 政策, other 其他"

/* argument_state.c: "in hand", "in_hand", "办理中". False, without a message, when it is not a state. */
bool argument_state(const char *text, enum case_state *state);

#endif
