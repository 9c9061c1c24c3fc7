/* Inside one modem: shared by modem_*.c only. */
#ifndef MODEM_MODEM_PRIVATE_H
#define MODEM_MODEM_PRIVATE_H

#include <stdatomic.h>

#include "modem/at.h"
#include "modem/at_answers.h"
#include "modem/at_messages.h"
#include "modem/modem.h"
#include "modem/quirk.h"

enum {
    MODEM_STORAGES = 4,
    MODEM_ANNOUNCED = 64,
    MODEM_DIRECT = 500, /* messages that came without a slot and are not yet forgotten */
    MODEM_CALLS = 32,
    MODEM_LATES = 16,
    MODEM_SILENT = 32
};

struct storage {
    char name[4];      /* "" : the modem cannot choose */
    bool is_due;       /* may hold something new */
    int64_t listed_at; /* at_now_ms, 0 never */
    int used, total;
    int unread; /* slots of the last list that could not be read, and stay */
};

/* A +CMTI or +CDSI whose message was not seen yet. */
struct announced {
    char storage[4];
    int index;
    bool is_report;
};

/* A message that came with its code: kept until forgotten. */
struct direct {
    int id;
    char *pdu;
    int length; /* as announced, -1 unknown */
    bool is_report;
};

/* A command of the start that got no answer, in so many starts of this modem in a row. */
struct silent {
    char command[32];
    int starts;
};

struct ringing {
    bool is_on;
    struct modem_call call;
    int64_t last_ms; /* the latest RING */
};

struct modem {
    struct modem_settings settings;
    struct modem_state state;
    int wake_fd, fd;
    struct at *at;
    atomic_bool is_hurried;
    int wake;            /* bits that modem_wait has yet to return */
    bool has_other_mail; /* something came since the list began that no list of slots settles */

    bool is_starting, is_restarted, is_suspect; /* suspect: ^BOOT was seen; settings must be looked at */
    bool echoes;                                /* cannot be told not to */
    bool wants_cnma;
    int failed_starts;

    struct silent silent[MODEM_SILENT];
    size_t n_silent;
    char silent_model[sizeof(((struct modem_state *)0)->port) + 100]; /* whose they are: port, maker, model */

    const struct quirk *quirk;
    const char *cnmi; /* the form the modem took; NULL none */

    struct storage storages[MODEM_STORAGES];
    size_t n_storages, current;
    struct announced announced[MODEM_ANNOUNCED];
    size_t n_announced;
    int relists; /* in a row, because something was damaged */

    struct direct *direct;
    size_t n_direct;
    int next_direct;

    struct ringing ringing;
    struct modem_call calls[MODEM_CALLS];
    size_t n_calls;

    char *ussd;
    int ussd_m;

    int unknown_sends;
    struct late {
        int reference, code; /* as modem_take_late tells them */
    } lates[MODEM_LATES];
    size_t n_lates;

    char error[400];
};

bool modem_fail(struct modem *modem, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool modem_fail_at(struct modem *modem); /* with at_error */

/* modem_heard.c: what comes on its own. */
void modem_hear(void *context, const struct at_code *code, const char *line, const char *pdu);
void modem_hear_late(void *context, int reference, int code);
void modem_end_call(struct modem *modem);
int64_t modem_call_deadline(const struct modem *modem); /* at_now_ms; -1 when nobody rings */
void modem_set_registration(struct modem *modem, int stat);

/*
 * modem_try.c: a command the modem need not know. Waited for briefly; one that comes late after all is given
 * its full time, one that was never answered is left out of further starts. reply may be NULL.
 */
bool modem_try(struct modem *modem, void *mem, struct at_reply *reply, const char *command);
void modem_forget_silences(struct modem *modem);

/* modem_start.c, modem_storage.c */
bool modem_is_usable(struct modem *modem); /* false, with the reason, when lost or restarted */
bool modem_find_storages(struct modem *modem);
bool modem_select(struct modem *modem, size_t storage);
void modem_all_due(struct modem *modem);
int modem_find_storage(const struct modem *modem, const char *name); /* -1 */
bool modem_read_network(struct modem *modem);
bool modem_keeps_settings(struct modem *modem);

/* modem_read.c: one slot by AT+CMGR. *found false: it is empty. */
bool modem_read_slot(struct modem *modem, void *mem, int index, struct at_message *reading, bool *found);
bool modem_is_sound(void *mem, const struct at_message *reading, struct sms **sms, const char **why);

#endif
