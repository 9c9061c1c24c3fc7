/*
 * One GSM modem: its port, its AT dialogue, its stored messages. One thread uses a modem; only modem_kick and
 * modem_hurry may be called from another. Every call returns within its time-out, also when the modem is
 * silent or gone. Functions without a .c named stand in modem.c.
 */
#ifndef MODEM_MODEM_H
#define MODEM_MODEM_H

#include "modem/pdu/sms.h"

struct modem;

struct modem_settings {
    const char *device;     /* a tty, a symlink to one, or usb:SERIAL, usb:VID:PID[:INTERFACE] */
    const char *pin;        /* SIM PIN, NULL: none; one that failed is never entered again */
    const char *storage;    /* the preferred one, "SM", "ME", ...; NULL: all that the modem has */
    int baud;               /* 0: 115200 */
    int command_timeout_ms; /* 0: 5000 */
    int send_timeout_ms;    /* 0: 60000 */
    bool verify;            /* read each slot twice and compare; reports never come directly then */
    bool sound_by_port;     /* of calls, where the model would use a sound card */
    bool answers;           /* calls may be answered: modem_wait returns MODEM_RING */
    bool hard_reset;        /* AT+CFUN=1,1 when reopening the port does not help */
};

/* Why modem_wait returned: a set of bits, 0 for the time-out. */
enum modem_wake {
    MODEM_MAIL = 1,     /* something was stored, or a report came: list */
    MODEM_CALL = 2,     /* a call notice waits: modem_take_call */
    MODEM_STATE = 4,    /* registration, signal, operator or SIM changed: modem_state */
    MODEM_USSD = 8,     /* a USSD text came; modem_ussd takes it for itself */
    MODEM_KICKED = 16,  /* modem_kick */
    MODEM_LOST = 32,    /* the port is gone, or the modem restarted: modem_start again */
    MODEM_LATE = 64,    /* an answer to a send given up came after all: modem_take_late */
    MODEM_RING = 128,   /* somebody calls, and the number is known or withheld: modem_answer */
    MODEM_KEY = 256,    /* a key was pressed in a call: modem_take_key */
    MODEM_HUNG_UP = 512 /* the call that was answered has ended */
};

/*
 * One message received. sms is NULL when its PDU cannot be decoded; why says the reason then. A PDU that
 * disagrees with its announced length but was read alike twice is decoded by its own lengths.
 */
struct modem_slot {
    char storage[4]; /* "" for a message that came directly (+CMT, +CDS) and has no slot to delete */
    int index;
    int stat;  /* 0 unread, 1 read */
    char *pdu; /* upper-case hex as the modem gave it */
    struct sms *sms;
    const char *why;
    bool is_shown_twice; /* two storages show it at this index; they may be one, and it may be gone already */
};

enum modem_sent {
    MODEM_SENT,    /* reference holds TP-MR */
    MODEM_REFUSED, /* certainly not sent: the modem said so, or the Ctrl-Z that sends it was not written */
    MODEM_UNKNOWN  /* all of it was written, and the answer does not tell, or none came */
};

enum { MODEM_NO_CODE = -1 };

struct modem_state {
    char manufacturer[48], model[48], revision[64], serial[32], imsi[24], iccid[24];
    char sim[24];     /* "READY", "SIM PIN", "SIM PUK", ... as +CPIN says */
    bool pin_refused; /* the configured PIN failed: it is not entered again until the SIM was seen READY */
    int registration; /* +CREG stat, 27.007 7.2: 1 home, 5 roaming; -1 unknown */
    char operator_name[48];
    int voice;               /* enum modem_voice, as modem_voice found it last */
    int signal;              /* +CSQ rssi 0..31, 99 unknown */
    char port[128];          /* the port in use */
    bool pushes;             /* the modem announces messages (AT+CNMI): no need to poll quickly */
    bool tells_registration; /* and when it loses the circuit-switched service it has (AT+CREG=1) */
    int used, total;         /* slots of the storages read */
    int unread;              /* slots that cannot be read: they stay, and are never deleted */
    int stuck;               /* slots that cannot be deleted: handed on once, then once an hour */
    bool is_clogged;         /* in some storage these two leave less than a quarter of the room */
    char failing_storage[4]; /* a storage that has refused to be read for a minute; "" none, "?" without a
                                name */
};

/* One call that was not answered. */
struct modem_call {
    char number[48]; /* "" when withheld */
    int64_t at;      /* unix seconds of the first RING */
};

/* Copies the settings and opens nothing. NULL when the process has no file descriptor left. talloc_free
 * closes the port and frees the modem. */
struct modem *modem_new(void *mem, const struct modem_settings *settings);

/* modem_start.c: call it before modem_start when an earlier run of the program found state.pin_refused with
 * the same PIN. */
void modem_refuse_pin(struct modem *modem);

/*
 * modem_start.c: opens the port and sets the modem up (ESC, AT, ATE0, CMEE, identity, SIM, CMGF=0, CPMS, CNMI
 * ...). An open port is closed first. False: not usable now, modem_error says why; call it again later.
 */
bool modem_start(struct modem *modem);

/*
 * modem_start.c: opens the port and makes sure that a modem answers, no more: for modem_command on a modem
 * that modem_start cannot set up.
 */
bool modem_open(struct modem *modem);

/* Waits for something to do: bits of enum modem_wake. timeout_ms -1: no limit. Does not wake the processor
 * while nothing happens. */
int modem_wait(struct modem *modem, int timeout_ms);

/* Sleeps, with or without a port; modem_kick ends it. */
void modem_pause(struct modem *modem, int timeout_ms);

/* Whether modem_wait would report MODEM_LOST. */
bool modem_is_lost(const struct modem *modem);

/* From any thread, also a signal handler: makes modem_wait return MODEM_KICKED, now or at its next call. */
void modem_kick(struct modem *modem);

/*
 * modem_list.c: all received messages, stored ones (SUBMITs are left alone) and those that came directly.
 * *slots is allocated from mem. False: the list is not complete, but what *slots holds was read whole: it may
 * be committed and forgotten.
 */
bool modem_list(struct modem *modem, void *mem, struct modem_slot **slots, size_t *n);

/*
 * modem_forget.c: deletes one slot (AT+CMGD), unless it is_shown_twice and holds another message by now;
 * acknowledges a direct message (AT+CNMA) where the modem wants that. False: it may still be there. A message
 * that two calls did not delete is not listed for an hour: state.stuck counts it.
 */
bool modem_forget(struct modem *modem, const struct modem_slot *slot);

/*
 * modem_send.c: sends one TPDU with its SMSC octets in front, as pdu_encode makes it. MODEM_SENT: *reference
 * is TP-MR, -1 when the modem did not say. MODEM_REFUSED: *code is the +CMS code (27.005 3.2.5), 0 when there
 * was none. MODEM_UNKNOWN: *code 0 when there was no answer, which may still come (modem_take_late); else the
 * code of an error that leaves open whether it was sent, MODEM_NO_CODE for one without a code.
 */
enum modem_sent modem_send(struct modem *modem, const uint8_t *pdu, size_t length, int *reference, int *code);

/*
 * Takes an answer that came after its time-out, for the oldest send that became MODEM_UNKNOWN; false when
 * there is none. *code 0: it was sent with this TP-MR. *code above 0: the +CMS code; see modem_is_unsent.
 * *code below 0: nothing more will be known of it, nor of any that became MODEM_UNKNOWN after it.
 */
bool modem_take_late(struct modem *modem, int *reference, int *code);

/* Takes the oldest call notice; false when there is none. */
bool modem_take_call(struct modem *modem, struct modem_call *call);

/* Whether calls can reach this modem, and be heard there. */
enum modem_voice {
    MODEM_VOICE_UNKNOWN,
    MODEM_VOICE_NONE, /* callers hear that it is switched off, or the modem has no way for the sound */
    MODEM_VOICE_CS,   /* circuit-switched */
    MODEM_VOICE_VOLTE /* LTE, and IMS is registered */
};

/* modem_voice.c: asks the modem. modem_voice_word: "none", "CS", "VoLTE", "unknown". */
enum modem_voice modem_voice(struct modem *modem);
const char *modem_voice_word(enum modem_voice voice);

/* modem_voice.c: how the sound of the model's calls reaches this machine; NULL: it does not. */
const struct quirk_voice *modem_sound(const struct modem *modem);

/*
 * modem_voice.c: what answers a call that rings, in three steps: modem_prepare makes the sound ready and may
 * fail while nobody has been charged; modem_answer answers (ATA) and lets the sound flow. *call says who
 * calls. False: there is no call any more, or it was hung up again because its sound does not come; then
 * modem_take_call has it.
 */
bool modem_prepare(struct modem *modem, struct modem_call *call);
bool modem_answer(struct modem *modem);

/* modem_voice.c: *call says who calls now. False: nobody does. */
bool modem_ringing(const struct modem *modem, struct modem_call *call);

/* modem_voice.c: refuses the call that rings; modem_take_call does not have it. */
void modem_refuse(struct modem *modem);

/* modem_voice.c: calls a number (digits, + in front), without sound, and does not wait for an answer;
 * modem_hang_up ends it. */
bool modem_dial(struct modem *modem, const char *number);

/* modem_voice.c: ends the call that was answered or dialled, if it still is there, and switches its sound
 * off. */
void modem_hang_up(struct modem *modem);

/* modem_voice.c: asks whether the answered call still stands, for modems that do not say when it ends; if
 * not, modem_wait returns MODEM_HUNG_UP. */
void modem_check_call(struct modem *modem);

/* modem_voice.c: the next key, '0'-'9', '*', '#', 'A'-'D'; 0: none. */
char modem_take_key(struct modem *modem);

/* modem_voice.c: the modem refused its sound at the first try, which only a restart cures. modem_cure
 * restarts it (between calls); false: it has no such fault, or no such command. */
bool modem_is_flagged(const struct modem *modem);
bool modem_cure(struct modem *modem);

/* Whether a text that was answered with this +CMS code was certainly not sent. */
bool modem_is_unsent(int code);

/* modem_ussd.c: runs a USSD code such as *100# (27.007 7.15). The answer as UTF-8 from mem; NULL on error. */
char *modem_ussd(struct modem *modem, void *mem, const char *code, int timeout_ms);

/* modem_ussd.c: runs any AT command, for the operator. The lines of its answer, joined by \n, from mem; ""
 * when it has none, NULL on error. */
char *modem_command(struct modem *modem, void *mem, const char *command, int timeout_ms);

/*
 * modem_clock.c: what the modem's clock shows, in unix seconds. One that was never set shows a date long
 * past, such as 80/01/06 or 04/01/01; modem_follow_network_time lets it take the network's time, which that
 * sends when the modem registers. False: it has no clock, or no date in it.
 */
bool modem_clock(struct modem *modem, int64_t *at);
void modem_follow_network_time(struct modem *modem);

/*
 * modem_state.c: reads registration, signal and operator again, and checks that the modem still keeps our
 * settings. A handful of commands; call it about once a minute. False: the modem does not answer or has
 * restarted: modem_start again.
 */
bool modem_check(struct modem *modem);

/*
 * From any thread, for a clean stop: ends what is under way within a second (a send without an answer as
 * MODEM_UNKNOWN). From then on every call fails at once, modem_start too; modem_stop closes the port.
 */
void modem_hurry(struct modem *modem);

/* Cancels an open prompt (ESC) and closes the port; a call that rings ends for modem_take_call. Takes at most
 * 2 s. */
void modem_stop(struct modem *modem);

/* The state as last read; lives and changes with the modem. */
const struct modem_state *modem_state(const struct modem *modem);

/* AT commands written since modem_new, for measurements. */
unsigned long modem_commands(const struct modem *modem);

/* Why the last call failed, in plain words that name the command: "AT+CMGR=3: +CMS ERROR: 321". Valid until
 * the next call. */
const char *modem_error(const struct modem *modem);

#endif
