/*
 * One GSM modem: its port, its AT dialogue, its stored messages. Used by one thread; only modem_kick may be
 * called from another. Every call returns within its time-out, also when the modem is silent or gone.
 */
#ifndef MODEM_MODEM_H
#define MODEM_MODEM_H

#include "modem/pdu/sms.h"

struct modem;

struct modem_settings {
    const char *device;     /* a tty, a symlink to one, or usb:SERIAL, usb:VID:PID[:INTERFACE] */
    const char *pin;        /* SIM PIN; NULL when none; entered once, never twice */
    const char *storage;    /* "SM", "ME", ... to prefer; NULL: all the modem has */
    int baud;               /* 0: 115200 */
    int command_timeout_ms; /* 0: 5000 */
    int send_timeout_ms;    /* 0: 60000 */
    bool verify;     /* read each slot twice and compare; reports too, which then never come directly */
    bool hard_reset; /* AT+CFUN=1,1 when reopening does not help */
};

/* What made modem_wait return; a set. 0: the time-out. */
enum modem_wake {
    MODEM_MAIL = 1,  /* something was stored, or a report came: list */
    MODEM_CALL = 2,  /* a call notice waits: modem_take_call */
    MODEM_STATE = 4, /* registration, signal, operator or SIM changed: modem_state */
    MODEM_USSD = 8,
    MODEM_KICKED = 16, /* modem_kick */
    MODEM_LOST = 32,   /* the port is gone, or the modem restarted: modem_start again */
    MODEM_LATE = 64    /* an answer to a send given up came after all: modem_take_late */
};

/* One stored message. sms is NULL when its PDU cannot be read; why says so then. */
struct modem_slot {
    char storage[4]; /* "" for a message that came directly (+CMT, +CDS) and has no slot to delete */
    int index;
    int stat;  /* 0 unread, 1 read */
    char *pdu; /* upper-case hex as the modem gave it */
    struct sms *sms;
    const char *why;
    bool is_shown_twice; /* two storages hold it at this index: or they are one, and it may be gone already */
};

enum modem_sent {
    MODEM_SENT,    /* reference holds TP-MR */
    MODEM_REFUSED, /* certainly not sent: the modem said so, or nothing that could send it was written */
    MODEM_UNKNOWN  /* no answer after the last octet; one may still come: modem_take_late */
};

struct modem_state {
    char manufacturer[48], model[48], revision[64], serial[32], imsi[24], iccid[24];
    char sim[24];     /* "READY", "SIM PIN", "SIM PUK", ... as +CPIN says */
    bool pin_refused; /* the configured PIN is not entered again before the SIM was seen READY */
    int registration; /* +CREG stat, 27.007 7.2: 1 home, 5 roaming; -1 unknown */
    char operator_name[48];
    int signal;      /* +CSQ rssi 0..31, 99 unknown */
    char port[128];  /* the port in use */
    bool pushes;     /* the modem took AT+CNMI: no need to poll quickly */
    int used, total; /* slots of the storages read */
    int unread;      /* slots that cannot be read: left where they are, never deleted */
    bool is_clogged; /* and in some storage they leave less than a quarter of the room */
};

/* One call that was not answered; number "" when withheld. */
struct modem_call {
    char number[48];
    int64_t at; /* unix seconds of the first RING */
};

/* Copies the settings. NULL when the process has no file descriptor left. Freed with talloc_free, which
 * closes the port. */
struct modem *modem_new(void *mem, const struct modem_settings *settings);

/* Before modem_start: an earlier run of the program found state.pin_refused, with the same PIN. */
void modem_refuse_pin(struct modem *modem);

/*
 * Opens the port and brings the modem up (MODEMS: ESC, AT, ATE0, CMEE, identity, SIM, CMGF=0, CPMS, CNMI
 * ...). False: not usable now, modem_error says why; may be called again. Safe on an open modem: closes it
 * first.
 */
bool modem_start(struct modem *modem);

/*
 * Opens the port and makes sure that a modem answers, no more: for modem_command on a modem that modem_start
 * does not bring up.
 */
bool modem_open(struct modem *modem);

/* Waits for something to do. Bits of enum modem_wake; timeout_ms -1 waits for ever. Costs no wake-up while
 * idle. */
int modem_wait(struct modem *modem, int timeout_ms);

/* Sleeps, also without a port; modem_kick ends it. */
void modem_pause(struct modem *modem, int timeout_ms);

/* What MODEM_LOST says, without waiting. */
bool modem_is_lost(const struct modem *modem);

/* From any thread, also a signal handler: makes modem_wait return MODEM_KICKED, now or at its next call. */
void modem_kick(struct modem *modem);

/*
 * Everything received that is stored (SUBMITs are left alone), and what came directly; slots hang from mem.
 * False: no complete list, but *slots holds what was read whole: it may be committed and forgotten.
 */
bool modem_list(struct modem *modem, void *mem, struct modem_slot **slots, size_t *n);

/* Deletes one slot by its own AT+CMGD; acknowledges a direct one (AT+CNMA) where the modem wants that. */
bool modem_forget(struct modem *modem, const struct modem_slot *slot);

/*
 * Sends one TPDU with its SMSC octet(s) in front, as pdu_encode made it. On MODEM_REFUSED, *code is the +CMS
 * code (27.005 3.2.5), 0 when there was none.
 */
enum modem_sent modem_send(struct modem *modem, const uint8_t *pdu, size_t length, int *reference, int *code);

/*
 * An answer that came after its time-out: true once, for the oldest send that became UNKNOWN. *code 0: it was
 * sent with this TP-MR; above 0: it was certainly not sent, for this +CMS code; below 0: of it and all after
 * it nothing more will be known.
 */
bool modem_take_late(struct modem *modem, int *reference, int *code);

/* True for each call notice not yet taken. */
bool modem_take_call(struct modem *modem, struct modem_call *call);

/* Runs a USSD code (27.007 7.15); the answer as UTF-8 text from mem, NULL on error. */
char *modem_ussd(struct modem *modem, void *mem, const char *code, int timeout_ms);

/* Any AT command, for the operator; all lines of its answer from mem, NULL on error. */
char *modem_command(struct modem *modem, void *mem, const char *command, int timeout_ms);

/*
 * Asks registration, signal and operator again, and whether the modem still keeps our settings. False: it
 * does not answer or has restarted: modem_start again. For the caller to run every minute or so; a handful of
 * commands.
 */
bool modem_check(struct modem *modem);

/*
 * From any thread: what is under way ends within a second (a send without answer as MODEM_UNKNOWN), and from
 * then on every call fails at once, modem_start too. For a clean stop; modem_stop then closes the port.
 */
void modem_hurry(struct modem *modem);

/* Finishes or cancels (ESC) what is under way and closes the port; never leaves a `>` open. At most 2 s. */
void modem_stop(struct modem *modem);

const struct modem_state *modem_state(const struct modem *modem);

/* AT commands written since modem_new: for the measurements. */
unsigned long modem_commands(const struct modem *modem);

/* Why the last call failed, in plain words, naming the command: "AT+CMGR=3: +CMS ERROR: 321". */
const char *modem_error(const struct modem *modem);

#endif
