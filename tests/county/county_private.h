/* Inside the county: shared by its files alone. */
#ifndef TESTS_COUNTY_COUNTY_PRIVATE_H
#define TESTS_COUNTY_COUNTY_PRIVATE_H

#include <sqlite3.h>

#include "gateway/calendar/calendar.h"
#include "gateway/desk/desk.h"
#include "store/cases.h"
#include "tests/county/county.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, NOBODY = -1, NONE = -1, CODE_SIZE = 8 };

/* Somebody with a phone, and what the generator knows of the talk with them. */
struct who {
    const char *phone, *name, *title;
    int roles;
    int64_t unit;
    const char *unit_code, *unit_name, *duty; /* "" for villagers */
    int village;                              /* of villagers */
    char code[CODE_SIZE];                     /* the last they were told */
    int64_t heard_at, owner_since;            /* of the number, as owner.h says */
    int64_t busy_until;                       /* waits for a code: nothing else until then */
    int64_t joined_at;                        /* their last text that made or joined a case */
    int asked;                                /* appeal whose rating they were asked for last; NONE */
    int64_t asked_at;
    int undoable; /* appeal of the last step that can be taken back; NONE */
    bool is_stopped, is_starting, is_english;
    int64_t away_from, away_until; /* on leave in [from, until) */
    struct who *stand_in;
    int written; /* appeals so far: makes each text another */
};

struct village {
    int64_t id;
    const char *code, *name, *township_code, *township; /* name as people say it */
};

/* How an appeal ends. */
enum fate {
    SOLVED,
    LEFT_EXPLAINED,
    LEFT_REFUSED,
    LEFT_MERGED,
    LEFT_WITHDRAWN,
    LEFT_RATED_UNSOLVED, /* "没解决", too late to be taken up again */
    LEFT_REOPENED,       /* taken up again, and never finished */
    LEFT_IN_HAND,
    LEFT_NEW,
    FATES
};

/* How it comes. */
enum origin { BY_TEXT, BY_HIDDEN_TEXT, FILED_BY_CADRE, SPLIT_OFF, CUT_OUT };

enum stage { UNBORN, WAITING, WORKED_ON, ENDED, OVER };

/* Things that happen on the way of some. */
enum wish {
    WANTS_RETURN = 1,
    WANTS_FORWARD = 2,
    WANTS_RECUSAL = 4,
    WANTS_JOIN = 8,
    WANTS_ADD = 16,
    WANTS_STATUS = 32,
    WANTS_THANKS = 64,
    WANTS_EXTENSION = 128,
    WANTS_NUDGE = 256,
    WANTS_ADOPTION = 512,
    WANTS_HOLD = 1024,
    WANTS_SHOW = 2048,
    WANTS_UNDO = 4096,
    WANTS_WRONG_CODE = 8192,
    WANTS_CLEARING = 16384,
    WANTS_GUARD = 32768, /* accuses in a further text */
    WANTS_REOPENING = 65536,
    WANTS_APPEAL = 131072,
    WANTS_SAME_AGAIN = 262144,
    WANTS_WRONG_NUMBER = 524288,
    WANTS_STOP = 1048576,
    WANTS_SECOND_REVIEW = 2097152
};

struct appeal {
    int index;
    struct who *reporter, *filer;
    enum fate fate;
    enum origin origin;
    int host, child; /* the appeal it comes out of, or that comes out of it; NONE */
    unsigned wishes;
    enum case_category category;
    const char *topic, *text;
    int village;
    struct who *accused;      /* NULL none */
    const char *accused_name; /* what the text says against whom: a name, or a unit's; NULL */
    bool is_guarded, is_urgent;
    enum stage stage;
    int age; /* grows when everything planned for it is off */
    int64_t sent_at, born_at, given_at, accepted_at, ended_at, end_wanted;
    int64_t case_id;
    char number[16];
    struct who *candidate, *boss, *handler, *leader;
    int progress_left, said, rating, tries;
    const char *ending; /* the action that ends it */
    int merged_into;
    int64_t reviewed_at;
    bool has_recusal;
    struct who *stepped_back;
    bool has_merged; /* another was merged into it */
};

struct item;
struct action {
    const char *name;
    const char *step; /* the kind of step it must leave; NULL none */
    bool ignores_busy;
    bool (*say)(struct county *county, struct item *item); /* false: it is off */
    void (*then)(struct county *county, struct item *item);
};

/* One thing planned. */
struct item {
    int64_t at, sent_at;
    long order;
    const struct action *action; /* NULL: the day's calendar */
    struct appeal *appeal;
    struct who *by, *own; /* who says it; whose it is, when they are not on leave */
    int age;
    const char *text, *step; /* filled by say; step as the action's, unless it says otherwise */
    int64_t event_id;
    bool is_peek;  /* somebody looks for what they must not know */
    char kept[24]; /* between saying and being answered */
};

struct county {
    struct county_options wish;
    struct county_sum sum;
    uint64_t random;
    const char *folder, *path, *config_path;
    struct config config;
    struct words *words;
    struct desk *desk;
    sqlite3 *db; /* the checker's own eyes */
    struct village *villages;
    int n_villages;
    struct who *staff, *villagers;
    int n_staff, n_villagers;
    struct appeal *appeals;
    struct appeal **by_case; /* by case id */
    struct item *queue;
    size_t n_queue, room;
    bool is_hourly; /* something urgent is open */
    int kills;
    long order;
    int64_t now, start, last_day_run, last_step, last_notice, last_event_key, sent_until;
    int64_t outages[9][2];
    int n_outages;
    uint64_t *told; /* who was told what: hashes, for texts said twice */
    int64_t *told_at;
    void *statements; /* the checker's, by their text */
    void *mem;        /* of the batch */
};

/* county_people.c */
void county_settle(struct county *county);
struct who *county_by_phone(struct county *county, const char *phone);
struct who *county_staff_of(struct county *county, int roles, const char *unit_code); /* one by lot; NULL */
void county_write_appeal(struct county *county, struct appeal *appeal);
const char *county_accusation(struct county *county, const struct appeal *appeal);
const char *county_topic_word(const char *topic);

/* Whoever acts for this person now: a stand-in, unless that one stepped back from the case, or it is guarded.
 */
struct who *county_acting(const struct county *county, const struct appeal *appeal, struct who *who);
const char *county_in_english(struct county *county, const struct who *by, const char *text);

/* county_acts.c */
extern const struct action *const county_birth;
void county_plan(struct county *county);
const struct action *county_action(const char *name);
void county_heard(struct county *county, struct appeal *appeal, const char *name, struct who *to);

/* county.c */
unsigned county_draw(struct county *county, unsigned below);
bool county_chance(struct county *county, unsigned per_mille);
void county_add(struct county *county, int64_t at, const struct action *action, struct appeal *appeal,
                struct who *by);
int64_t county_soon(struct county *county);
int64_t county_office_hour(struct county *county, int64_t after, int days_least, int days_most);
int64_t county_free_hour(struct county *county, int64_t after, int days_least, int days_most);
void county_watch_by_the_hour(struct county *county);
void county_broken(struct county *county, const struct appeal *appeal, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* county_steps.c. Whoever reported what was merged into it is asked about it too: a bare digit of theirs is
 * about that. */
void county_ask_joined(struct county *county, const struct appeal *appeal);

/* county_watch.c, county_steps.c, county_days.c */
sqlite3_stmt *county_ask(struct county *county, const char *sql); /* prepared once */
int64_t county_number(struct county *county, const char *sql, int64_t value);
void county_watch_texts(struct county *county, struct item **items, const struct event *events, size_t n);
void county_watch_day(struct county *county, const struct due_line *lines, size_t n);
void county_watch_hour(struct county *county, const struct due_line *lines, size_t n);
void county_watch_end(struct county *county);

#endif
