/*
 * People (people.c); units, which are places or offices, and the names of places (units.c); stand-ins and the
 * rules of who handles what (rules.c).
 *
 * Phones are E.164, texts UTF-8, times seconds since 1970 UTC, 0 for never. What is found is allocated from
 * mem: NULL when there is none, and NULL with *n 0 for an empty list. False means failed, as in store.h.
 */
#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H

#include "store/store.h"

/* A set; everybody not on the list is a villager. Written "cadre", "leader", "supervisor", "operator",
 * "clerk": who listens to recordings for the county, and writes down what they say. */
enum role {
    ROLE_VILLAGER = 0,
    ROLE_CADRE = 1,
    ROLE_LEADER = 2,
    ROLE_SUPERVISOR = 4,
    ROLE_OPERATOR = 8,
    ROLE_CLERK = 16
};

/* Written "village", "township", "county", "department", "office". The first three are places too. */
enum unit_level { UNIT_VILLAGE, UNIT_TOWNSHIP, UNIT_COUNTY, UNIT_DEPARTMENT, UNIT_OFFICE };

struct unit {
    int64_t id;
    const char *code; /* the national statistical code: 6 digits for a county, 9 for a township, 12 for a
                         village; departments and offices have codes of the county's own */
    const char *name;
    enum unit_level level;
    int64_t parent;   /* id; 0 at the top */
    const char *duty; /* of offices and departments: what they are for, such as "livelihood", "petition",
                         "away" or "discipline"; else "" */
    int64_t latitude, longitude; /* millionths of a degree, WGS 84; both 0: not known */
};

/* A name by which people call a place: its own, the same without 村 or 镇, or a local alias. */
struct place_name {
    const char *name;
    int64_t unit;
};

/* The automatic answers somebody may still have: a token bucket, and a count for the day. */
struct answer_budget {
    int64_t tokens;    /* thousandths of an answer, as of filled_at */
    int64_t filled_at; /* 0: nothing is kept yet */
    int64_t day;       /* to which today belongs; written 20261129 */
    int today;         /* answers on that day */
};

struct person {
    const char *phone; /* E.164 */
    const char *name;  /* "" when unknown */
    const char *title; /* "" when none */
    int roles;
    int64_t unit;         /* id; 0 when none */
    const char *language; /* "zh" or "en"; "" not chosen */
    bool is_stopped;      /* asked for no notices */
    bool is_greeted;      /* has had the note that goes with the first answer */
    const char *line;     /* line last used */
    int64_t seen_at;      /* last text; 0 never */
    int64_t muted_until;  /* gets no automatic answers before this moment */
    int64_t retired_at;   /* when the number stopped being a registered person's; 0: it did not */
    bool is_called;       /* does not read: news come by call */
    int64_t owner_since;  /* cases received before are of the number's former owner, or may be; 0: none */
    struct answer_budget budget;
};

/* The words of enum unit_level; parsing an unknown word returns false and sets nothing. */
const char *unit_level_name(enum unit_level level);
bool unit_level_parse(const char *name, enum unit_level *level);
/* "cadre leader" -> bits of enum role; false for an unknown word, and *roles is not set. */
bool roles_parse(const char *words, int *roles);
/* From mem, words with a space between. */
const char *roles_text(void *mem, int roles);

/* Adds the unit, or updates the one with its code, which keeps its point where none is given; sets unit->id.
 */
bool store_put_unit(struct store *store, struct unit *unit);
/* 值班: who alone receives the unit's new cases. NULL for nobody. False also when no person has the phone. */
bool store_set_on_duty(struct store *store, int64_t unit, const char *phone);
/* Who is on duty in a unit; NULL: nobody. */
bool store_on_duty(struct store *store, void *mem, int64_t unit, const char **phone);
/* Adds a name for a unit. Several units may share a name; adding one twice does nothing. */
bool store_put_place_name(struct store *store, const char *name, int64_t unit);
/* By id, by code; NULL when there is none. */
bool store_unit(struct store *store, void *mem, int64_t id, struct unit **unit);
bool store_unit_by_code(struct store *store, void *mem, const char *code, struct unit **unit);
/* The first unit, by code, with this duty; NULL: there is none, or duty is "". */
bool store_unit_by_duty(struct store *store, void *mem, const char *duty, struct unit **unit);
/* Every unit of that name (two villages may share one). */
bool store_units_by_name(struct store *store, void *mem, const char *name, struct unit **units, size_t *n);
/* All units, by code. */
bool store_units(struct store *store, void *mem, struct unit **units, size_t *n);
/* Calls each for every unit, by id, and for every name, in any order; what it is given lives only during the
 * call. False from each stops. */
bool store_each_unit(struct store *store, bool (*each)(const struct unit *unit, void *arg), void *arg);
bool store_each_place_name(struct store *store, bool (*each)(const struct place_name *name, void *arg),
                           void *arg);
/* All names, in order; a name of several units comes once for each. */
bool store_place_names(struct store *store, void *mem, struct place_name **names, size_t *n);

/*
 * Adds a person, or changes name, title, roles, unit and language of the one with this phone; a language of
 * "" keeps the old one. The other fields are not read.
 */
bool store_put_person(struct store *store, const struct person *person);
/* NULL: nobody has this phone. */
bool store_person(struct store *store, void *mem, const char *phone, struct person **person);
/* Notes that a text came from this phone: adds the person, or sets line and seen_at. */
bool store_see_person(struct store *store, const char *phone, const char *line, int64_t at);
/* The setters below change one field of a person. They return true and do nothing when nobody has the phone.
 */

/* "zh" or "en"; not checked here. */
bool store_set_language(struct store *store, const char *phone, const char *language);
/* 退订 and 恢复. Kept only; what it stops is up to whoever sends. */
bool store_set_stopped(struct store *store, const char *phone, bool is_stopped);
/* Who does not read is called instead of texted. */
bool store_set_called(struct store *store, const char *phone, bool is_called);
/* The person has had the note of the first contact; cannot be taken back. */
bool store_set_greeted(struct store *store, const char *phone);
/* The number has, or may have, a new owner, who has nothing to do with cases received before this moment. */
bool store_set_owner_since(struct store *store, const char *phone, int64_t since);
/* No automatic answer goes to this phone before this moment; 0 ends it. */
bool store_set_muted(struct store *store, const char *phone, int64_t until);
bool store_set_answer_budget(struct store *store, const char *phone, const struct answer_budget *budget);
/* In which unit this person's work counts: their own, and for a village's people the township. 0: in none, or
 * nobody has the phone. */
bool store_working_unit(struct store *store, const char *phone, int64_t *unit);
/* People with one of these roles (0: any role, so no villagers), of this unit (0: any unit), by phone. */
bool store_people(struct store *store, void *mem, int roles, int64_t unit, struct person **people, size_t *n);

/* 请假: while a person is on leave, a stand-in gets their notices and cases. A new leave replaces the last.
 */
struct leave {
    const char *phone;
    int64_t since, until; /* [since, until) */
    const char *stand_in; /* phone */
};
bool store_put_leave(struct store *store, const struct leave *leave);
/* 销假. True also when there was no leave. */
bool store_drop_leave(struct store *store, const char *phone);
/* The leaves that have not ended at this moment, also those that have not begun, by phone. */
bool store_leaves(struct store *store, void *mem, int64_t now, struct leave **leaves, size_t *n);

/* Which unit handles a case: the first rule that fits decides. A field left open fits every case. */
struct routing_rule {
    int64_t id;           /* gives the order */
    int64_t place;        /* this place and every place in it; 0 open */
    const char *topic;    /* "water" ...; "" open */
    const char *category; /* "民生" ...; "" open */
    bool is_away;         /* only cases of people who work away from home; false: open */
    int64_t unit;
};
/* Adds a rule after the existing ones; its id is not read. */
bool store_add_route(struct store *store, const struct routing_rule *route);
/* Deletes all rules. */
bool store_clear_routes(struct store *store);
/* All rules, in order. */
bool store_routes(struct store *store, void *mem, struct routing_rule **routes, size_t *n);

#endif
