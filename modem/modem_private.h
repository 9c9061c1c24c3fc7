/* The driver of one modem from the inside: only modem*.c include this. */
#ifndef MODEM_MODEM_PRIVATE_H
#define MODEM_MODEM_PRIVATE_H

#include <stdatomic.h>

#include "modem/at.h"
#include "modem/at_answers.h"
#include "modem/at_messages.h"
#include "modem/modem.h"
#include "modem/quirk.h"

enum {
    MODEM_STORAGES = 6,
    MODEM_ANNOUNCED = 64,
    MODEM_DIRECT = 500, /* messages that came without a slot and are not yet forgotten */
    MODEM_CALLS = 32,
    MODEM_LATES = 16,
    MODEM_SILENT = 32
};

struct storage {
    char name[4];          /* "" : the modem cannot choose */
    bool is_due;           /* may hold something new: list it */
    bool is_listed;        /* the list under way has read it whole */
    int64_t listed_at;     /* at_now_ms; 0: never */
    int64_t failing_since; /* at_now_ms of the first list that it refused; 0: it answers */
    int used, total;
    int unread; /* slots of the last list that could not be read; they stay */
    int stuck;  /* slots of the last list that could not be deleted */
};

/* A message that modem_forget has deleted, until a list shows that it is gone. */
struct forgotten {
    char storage[4];
    int index;
    char *pdu;
    int tries;        /* how often it was deleted */
    int64_t tried_at; /* at_now_ms of the latest */
    bool is_shown;    /* by the list under way */
};

/* A +CMTI or +CDSI whose message has not been seen yet. */
struct announced {
    char storage[4];
    int index;
    bool is_report;
};

/* A message that came directly, with its code: kept until modem_forget. */
struct direct {
    int id;
    char *pdu;
    int length; /* as announced, -1 unknown */
    bool is_report;
};

/* A command of modem_start that got no answer; starts counts the starts in a row without one. */
struct silent {
    char command[32];
    int starts;
};

struct ringing {
    bool is_on, has_caller;
    int rings;
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
    bool has_other_mail; /* something came since the list began that the list does not show */

    bool is_starting, is_restarted;
    bool is_suspect;             /* ^BOOT or an echo came: the modem may have restarted, check its settings */
    bool has_registration_codes; /* it took AT+CREG=1 */
    bool echoes;                 /* ATE0 does not stop the echo */
    bool wants_cnma;             /* what comes directly must be acknowledged by AT+CNMA */
    int failed_starts;           /* in a row */

    struct silent silent[MODEM_SILENT];
    size_t n_silent;
    char silent_model[sizeof(((struct modem_state *)0)->port) +
                      100]; /* the modem they belong to: port, maker, model */

    const struct quirk *quirk;
    const char *cnmi;   /* the form of AT+CNMI that the modem took; NULL: none */
    char cnmi_said[32]; /* what AT+CNMI? said after that; "" nothing */

    struct storage storages[MODEM_STORAGES];
    size_t n_storages, current;
    bool knows_storages;        /* AT+CPMS=? was answered */
    int64_t storages_again_at;  /* at_now_ms at which it is asked again */
    bool has_become_ready;      /* AT_CODE_READY came: what the SIM refused before may work now */
    int memories;               /* names that the modem wants in AT+CPMS=; 0: not known yet */
    char written[4], stored[4]; /* its second and third memory, "" unknown */
    struct forgotten *forgotten;
    size_t n_forgotten;
    struct announced announced[MODEM_ANNOUNCED];
    size_t n_announced;
    int relists; /* lists in a row that were repeated because something was damaged */

    struct direct *direct;
    size_t n_direct;
    int next_direct;

    struct ringing ringing;
    struct {
        bool is_on; /* answered, and not yet ended */
        bool is_dialled;
        struct modem_call call;
        char keys[32];
        bool is_flagged;
    } talking;
    struct modem_call calls[MODEM_CALLS];
    size_t n_calls;

    char *ussd;
    int ussd_m;

    int unknown_sends;
    struct late {
        int reference, code; /* as for modem_take_late */
    } lates[MODEM_LATES];
    size_t n_lates;

    char error[400];
};

/* modem_heard.c: the at_heard and at_late of this modem; context is the struct modem. */
void modem_hear(void *context, const struct at_code *code, const char *line, const char *pdu);
void modem_hear_late(void *context, int reference, int code);

/* modem_voice.c: a key notice; the call that was answered has ended. */
void modem_hear_key(struct modem *modem, const char *line);
void modem_end_talk(struct modem *modem);

/* modem_voice.c: at the start of a modem whose calls are answered. */
void modem_end_old_call(struct modem *modem);

/* modem_heard.c: ends the call that is ringing, if any, and keeps it for modem_take_call; and the at_now_ms
 * at which it counts as ended by silence, -1 without a call. */
void modem_end_call(struct modem *modem);
int64_t modem_call_deadline(const struct modem *modem);

/* modem_list.c: the at_now_ms at which a storage that refused its list is to be listed again; -1: none
 * refused. */
int64_t modem_failing_deadline(const struct modem *modem);

/* modem_heard.c: stat is that of +CREG, 27.007 7.2; -1 unknown. A change wakes the caller. */
void modem_set_registration(struct modem *modem, int stat);

/* modem_try.c: keep the reason for modem_error, or the reason that at_error has. Always false. */
bool modem_fail(struct modem *modem, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool modem_fail_at(struct modem *modem);

/* modem_try.c: asks for +CMGF and +CNMI. False when one is not as we set it: the modem restarted unnoticed.
 */
bool modem_keeps_settings(struct modem *modem);

/* modem_try.c: false, with the reason, when the modem is not started, lost or restarted. */
bool modem_is_usable(struct modem *modem);

/*
 * modem_try.c: sends a command that the modem need not know, and waits briefly. A command whose answer came
 * late is repeated with the full timeout; one that was not answered in two starts is left out of the next
 * ten. reply may be NULL. False, with the reason, unless the answer was OK.
 */
bool modem_try(struct modem *modem, void *mem, struct at_reply *reply, const char *command);

/* modem_try.c: tries every command again: for a modem that may be another one. */
void modem_forget_silences(struct modem *modem);

/* Whether a line can be the answer to a question. */
typedef bool modem_is_answer(const char *text);

/*
 * modem_identity.c: asks a question whose answer has no name in front, until two answers agree on a line for
 * which is_answer holds; at most three times. answer is "" when none do.
 */
void modem_ask_twice(struct modem *modem, const char *command, modem_is_answer *is_answer, char *answer,
                     size_t size);

/* modem_identity.c: whether the text can be a maker or model: two characters, one of them a letter or digit;
 * or an IMSI: 15 digits. */
bool modem_is_name(const char *text);
bool modem_is_imsi(const char *text);

/* modem_start.c: finds the form of AT+CNMI that the modem takes. */
void modem_ask_for_codes(struct modem *modem);

/* modem_storage.c: finds which storages the modem has and chooses one. False only when the modem is lost. */
bool modem_find_storages(struct modem *modem);

/* modem_storage.c: asks again which storages there are, where the modem did not say so far: its SIM may have
 * been late. Keeps those known. */
void modem_find_more_storages(struct modem *modem);

/* modem_storage.c: adds a storage that a code named, if it may hold texts; false when it may not. */
bool modem_add_storage(struct modem *modem, const char *name);

/* modem_storage.c: whether the modem says that the chosen storage holds nothing. */
bool modem_storage_is_empty(struct modem *modem);

/* modem_storage.c: makes AT+CMGL, AT+CMGR and AT+CMGD act on this storage, an index into modem->storages.
 * False, with the reason, when the modem refuses. */
bool modem_select(struct modem *modem, size_t storage);

/* modem_storage.c: marks all storages as due for a list; the index of the storage of that name, or -1. */
void modem_all_due(struct modem *modem);
int modem_find_storage(const struct modem *modem, const char *name);

/* modem_state.c: reads registration, signal and operator into modem->state. False only when the modem is
 * lost. */
bool modem_read_network(struct modem *modem);

/*
 * modem_forget.c: what becomes of deleted slots. A list begins with modem_expect_forgotten for its storage,
 * asks modem_is_stuck of each slot, and ends with modem_settle_forgotten if it was complete. A slot is stuck,
 * and not handed on, for an hour after it was deleted twice and is still there.
 */
void modem_expect_forgotten(struct modem *modem, const char *storage);
bool modem_is_stuck(struct modem *modem, const struct modem_slot *slot);
void modem_settle_forgotten(struct modem *modem, const char *storage);

/*
 * modem_read.c: reads one slot of the chosen storage by AT+CMGR; *reading is allocated from mem. *found is
 * false for an empty slot. False: no answer, or an error that does not mean an empty slot.
 */
bool modem_read_slot(struct modem *modem, void *mem, int index, struct at_message *reading, bool *found);

/* modem_read.c: whether the PDU can be decoded and is as long as announced (27.005 3.1 <length>). *sms, from
 * mem, when it is; else *why says what is wrong. */
bool modem_is_sound(void *mem, const struct at_message *reading, struct sms **sms, const char **why);

/*
 * modem_read.c: decodes a PDU that is not sound but was read alike twice, or cannot be read twice: by its own
 * lengths, whatever was announced. NULL when it cannot be decoded; *why keeps its reason unless it had none.
 */
struct sms *modem_decode_damaged(void *mem, const struct at_message *reading, const char **why);

#endif
