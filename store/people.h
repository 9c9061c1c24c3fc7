/*
 * People (people.c); units, which are places or offices, and the names of places (units.c); stand-ins and the
 * rules of who handles what (rules.c).
 *
 * Phones are E.164, texts UTF-8, times seconds since 1970 UTC, 0 for never. What is found hangs from mem:
 * NULL when there is none, and NULL with *n 0 for an empty list. False means failed, as in store.h.
 */
#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H

#include "store/store.h"

/* A set; everybody not on the list is a villager. Written "cadre", "leader", "supervisor", "operator". */
enum role { ROLE_VILLAGER = 0, ROLE_CADRE = 1, ROLE_LEADER = 2, ROLE_SUPERVISOR = 4, ROLE_OPERATOR = 8 };

/* Written "village", "township", "county", "department", "office". The first three are places too. */
enum unit_level { UNIT_VILLAGE, UNIT_TOWNSHIP, UNIT_COUNTY, UNIT_DEPARTMENT, UNIT_OFFICE };

struct unit {
    int64_t id;
    const char
        *code; /* the national 12-digit statistical code, cut to its level; own codes for departments */
    const char *name;
    enum unit_level level;
    int64_t parent;   /* id; 0 at the top */
    const char *duty; /* what it is for, for offices and departments: "livelihood", "petition", "away",
                         "discipline" ..., else "" */
};

/* A name a place goes by: its own, without 村/镇, or an alias of the county's. */
struct place_name {
    const char *name;
    int64_t unit;
};

struct person {
    const char *phone; /* E.164 */
    const char *name;  /* "" when unknown */
    const char *title; /* "" when none */
    int roles;
    int64_t unit;         /* id; 0 when none */
    const char *language; /* "zh" or "en"; "" not chosen */
    bool is_stopped;      /* asked for no notices */
    bool is_greeted;      /* has had the first contact's note */
    const char *line;     /* line last used */
    int64_t seen_at;      /* last text; 0 never */
    int64_t muted_until;
    int64_t
        returned_at; /* wrote again after a long silence, which may be a new owner of the number; 0 never */
    int64_t locked_until; /* confirms nothing before, after too many wrong codes */
};

/* The words of enum unit_level; parsing an unknown word returns false and sets nothing. */
const char *unit_level_name(enum unit_level level);
bool unit_level_parse(const char *name, enum unit_level *level);
/* "cadre leader" -> bits of enum role; false for an unknown word, and *roles is not set. */
bool roles_parse(const char *words, int *roles);
/* From mem, words with a space between. */
const char *roles_text(void *mem, int roles);

/* Adds the unit, or updates the one with its code; sets unit->id. */
bool store_put_unit(struct store *store, struct unit *unit);
/* 值班: who alone receives the unit's new cases; phone is a known person's, NULL for nobody. */
bool store_set_on_duty(struct store *store, int64_t unit, const char *phone);
/* NULL when nobody is. */
bool store_on_duty(struct store *store, void *mem, int64_t unit, const char **phone);
/* Adds a name for a unit; several places may share a name. Adding it twice does no harm. */
bool store_put_place_name(struct store *store, const char *name, int64_t unit);
bool store_unit(struct store *store, void *mem, int64_t id, struct unit **unit);
bool store_unit_by_code(struct store *store, void *mem, const char *code, struct unit **unit);
/* The first unit by code that stands for this duty; NULL when none does. */
bool store_unit_by_duty(struct store *store, void *mem, const char *duty, struct unit **unit);
/* Every unit of that name (two villages may share one). */
bool store_units_by_name(struct store *store, void *mem, const char *name, struct unit **units, size_t *n);
/* All, by code. */
bool store_units(struct store *store, void *mem, struct unit **units, size_t *n);
/* All, by name. */
bool store_place_names(struct store *store, void *mem, struct place_name **names, size_t *n);

/*
 * Adds or replaces by phone what an import says: name, title, roles, unit, language; keeps the rest, and the
 * language when the import has none.
 */
bool store_put_person(struct store *store, const struct person *person);
bool store_person(struct store *store, void *mem, const char *phone, struct person **person);
/* A villager's first text adds the row; a later one moves line and seen_at. */
bool store_see_person(struct store *store, const char *phone, const char *line, int64_t at);
/* These change one field of a person, and do nothing where the phone is not known. language: "zh" or "en". */
bool store_set_language(struct store *store, const char *phone, const char *language);
bool store_set_stopped(struct store *store, const char *phone, bool is_stopped);
bool store_set_greeted(struct store *store, const char *phone);
bool store_set_returned(struct store *store, const char *phone, int64_t at);
bool store_set_locked(struct store *store, const char *phone, int64_t until);
bool store_set_muted(struct store *store, const char *phone, int64_t until);
/* People with any of these roles (0: with any role at all), of this unit (0: any), by phone. */
bool store_people(struct store *store, void *mem, int roles, int64_t unit, struct person **people, size_t *n);

/* 请假: whose notices and cases go to somebody else meanwhile. One a person: a new one replaces the last. */
struct leave {
    const char *phone;
    int64_t since, until; /* from the first moment to before the last */
    const char *stand_in; /* phone */
};
bool store_put_leave(struct store *store, const struct leave *leave);
bool store_drop_leave(struct store *store, const char *phone);
/* All that are not over at this moment. */
bool store_leaves(struct store *store, void *mem, int64_t now, struct leave **leaves, size_t *n);

/* Who handles what: of the rules that fit, the first. What a rule leaves open fits everything. */
struct routing_rule {
    int64_t id;           /* their order */
    int64_t place;        /* the place itself or anything in it; 0 open */
    const char *topic;    /* "water" ...; "" open */
    const char *category; /* "民生" ...; "" open */
    bool is_away;         /* only of people who work away from home */
    int64_t unit;
};
/* Adds a rule after those that are there; its id is not read. */
bool store_add_route(struct store *store, const struct routing_rule *route);
bool store_clear_routes(struct store *store);
/* All, in their order. */
bool store_routes(struct store *store, void *mem, struct routing_rule **routes, size_t *n);

#endif
