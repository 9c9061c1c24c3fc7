/*
 * What the emulator's own files share; only they include it. One thread serves it all, so nothing here is
 * locked.
 *
 * The files call each other in a ring, because what they emulate does: an octet from the port completes a
 * command (dialogue.c), the command hands a text to the network (messages.c, network.c), the network brings a
 * notice or a report back to the port (dialogue.c, emulator.c), and a fault may strike at each of these steps
 * and restart the modem in the middle of it (faults.c). Every file sees the one struct emulator; splitting it
 * would hide the ring, not open it.
 */
#ifndef MODEM_EMULATOR_PARTS_H
#define MODEM_EMULATOR_PARTS_H

#include <json-c/json.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "modem/emulator/clock.h"
#include "modem/emulator/emulator.h"
#include "modem/pdu/sms.h"

struct text {
    char *octets;
    size_t n, size;
};

struct timer {
    struct timer *next, *previous;
    int64_t due; /* emulator_now */
    void (*run)(struct emulator *emulator, void *data);
    void *data;
};

/* One message as +CMGL shows it: SMSC address and TPDU in hex; length counts the TPDU's octets. */
struct carried {
    struct carried *next;
    char *hex;
    int length;
    bool is_report;
    char storage[4]; /* "" for wherever +CPMS says */
};

struct queue {
    struct carried *first, **end;
    size_t n;
};

struct slot {
    char *hex; /* NULL: free */
    int length, stat;
};

struct emulated_storage {
    char name[4];
    int size, used;
    struct slot *slots; /* index 1 is slots[0] */
};

#define BOOT_NOTICE "^BOOT:20260101,0,0,0,75"
#define NETWORK_CENTRE "+8613800357500"
enum {
    STORAGES = 2,
    NETWORK_OFFSET_MINUTES = 480,
    INVALID_PDU = 304,
    RETIRED = 8,
    EMULATOR_OUT_LIMIT = 1 << 20
};

/* The character sets of AT+CSCS. */
enum { CHARSET_IRA, CHARSET_GSM, CHARSET_UCS2, CHARSET_HEX };

/* What a restart forgets. */
struct settings {
    bool is_text;        /* AT+CMGF=1 */
    int charset;         /* AT+CSCS */
    int operator_format; /* AT+COPS=3,: 2 is numeric */
    int csmp[4];         /* AT+CSMP: fo, vp, pid, dcs of what is sent in text mode */
    bool echo, terse, quiet, clip;
    int cmee, cnmi[5], service;
    int registration[3];                /* +CREG, +CGREG, +CEREG: which notices are wanted */
    struct emulated_storage *memory[3]; /* +CPMS: read, write, receive */
};

/* DIALOGUE_BUSY: takes no octet until a timer ends it. */
enum dialogue_state {
    DIALOGUE_LINE,
    DIALOGUE_PROMPT,
    DIALOGUE_LINE_PENDING,
    DIALOGUE_PROMPT_PENDING,
    DIALOGUE_BUSY
};

struct dialogue {
    enum dialogue_state state;
    char line[2048];
    size_t n;
    int announced;    /* octets, by AT+CMGS= or AT+CMGW= */
    bool writes;      /* AT+CMGW: into a slot, not to the network */
    int stat;         /* of the slot then */
    char to[32];      /* in text mode */
    int64_t due;      /* of what is pending */
    struct text held; /* notices that wait for the end of an answer */
};

/* Octets in a million. */
struct damage {
    unsigned garbled, lost, doubled;
};

/* The faults in force; emulator.h has their kinds. A count of -1 is for ever. */
struct condition {
    struct damage in, out;
    int error_every, error_code, error_count, error_step;
    int late_ms, swallow_count, swallow_late_ms, swallow_code;
    int refuse_count, refuse_code;
    char refuse_to[32];
    int64_t stalled_until;
    bool swallow_blocks, full, duplicate, no_cnmi, sticky_echo, terse, stays_terse, quiet, strict,
        strict_error, one_storage, keeps;
    int chatter_ms, mute_count, names;
    char refused[16]; /* a command, "" for none */
    int refused_code;
    struct {
        int refuses; /* how often AT+CPCMREG=1 is an error; -1: until a restart */
        int octets;  /* of a frame */
        bool dead_uplink, dead_downlink, splits, silent_end, double_keys;
    } sound;
};

struct sim {
    char state[16]; /* as +CPIN says: "READY", "SIM PIN", "SIM PUK", or "" without a SIM */
    char pin[16];
    int tries;
};

struct counters {
    unsigned long commands, read, written, sent, refused, stored, deleted, reports, resets, dialled, rings,
        handed;
};

struct emulator {
    struct emulator_options options;
    char *error, *control_path;
    int master, slave, listener, wake, log;
    int retired[RETIRED]; /* slaves of terminals that are no more */
    size_t next_retired;
    pthread_t thread;
    bool has_thread, quit;
    bool booting;
    unsigned epoch; /* grows at each restart, which drops the answers still to come */

    struct text in, out;
    size_t in_at;
    int64_t arrived; /* when the octets in `in` came */
    struct settings settings;
    struct dialogue dialogue;
    struct sim sim;
    struct emulated_storage storages[STORAGES];
    int registration, signal, reference;
    char clock[40]; /* what AT+CCLK? says; "" the network's time */
    char imei[16], imsi[16], iccid[24];
    char *ussd;
    int ussd_dcs;

    struct queue spool, held;
    bool told_full;
    unsigned next_reference;
    int64_t next_delivery;
    struct partial *partials;
    struct policy *policies;
    struct call *call;
    struct voice *voice; /* NULL: it has none */
    char maker[48], model[48];
    char bandwidth[16]; /* AT+CPCMBANDWIDTH */
    bool is_lte_only;   /* +CREG and +CGREG say 0 */
    int ims;            /* +CIREG's <reg_info>; -1: it has no such command */

    struct condition condition;
    struct fault *faults;
    unsigned cures; /* counts the faults of kind "none": those timed before no longer strike */
    struct client *clients;
    struct timer *first_timer, *last_timer;
    struct counters counters;
    uint64_t random;
};

/*
 * emulator.c: calls run(emulator, data) from the emulator's loop, ms milliseconds from now. A timer cannot be
 * cancelled: run must check itself whether it is still wanted, and owns data.
 */
void emulator_after(struct emulator *emulator, int64_t ms, void (*run)(struct emulator *, void *),
                    void *data);

/* emulator.c: 32 pseudo-random bits; options.seed determines all of them. */
uint32_t emulator_random(struct emulator *emulator);

/* emulator.c: append n octets, copied, to a buffer that is allocated from mem; remove the first n of them. */
void text_add(void *mem, struct text *text, const char *octets, size_t n);
void text_take(struct text *text, size_t n);

/*
 * emulator.c: queues n octets for the client, damaged as condition.out says. Drops them while the port is
 * unplugged or the modem is stalled. emulator_flush writes as much of the queue as the terminal takes.
 */
void emulator_put(struct emulator *emulator, const char *octets, size_t n);
void emulator_flush(struct emulator *emulator);

/* emulator.c: whether a "stall" fault is in force: nothing is heard and nothing said. */
bool emulator_is_stalled(const struct emulator *emulator);

/*
 * emulator.c: make the pseudo-terminal and its symlink, or remove them, which hangs the client up. Both reset
 * the dialogue and do nothing when that is the state already. emulator_plug is false, with the reason in
 * emulator_error, when there is no terminal to be had.
 */
bool emulator_plug(struct emulator *emulator);
void emulator_unplug(struct emulator *emulator);

/* emulator.c: restarts the modem: notice ("" for none) is said first, then options.boot_ms of silence. */
void emulator_restart(struct emulator *emulator, const char *notice);

/*
 * A handler returns one of these, or ANSWER_CME or ANSWER_CMS with a code added (27.007 9.2, 27.005 3.2.5).
 * ANSWER_NONE: no final result now; the handler has set the state of the dialogue itself.
 */
enum { ANSWER_OK, ANSWER_ERROR, ANSWER_NONE, ANSWER_CME = 0x1000, ANSWER_CMS = 0x2000 };

/* AT+NAME, AT+NAME=?, AT+NAME? and AT+NAME=arguments. */
enum form { FORM_RUN, FORM_TEST, FORM_READ, FORM_SET };

/* One row of a table of commands, which ends with a row whose name is NULL. */
struct emulator_command {
    const char *name; /* without AT: "+CMGF", "E", "&F" */
    int (*run)(struct emulator *emulator, enum form form, const char *arguments); /* an answer, see above */
    bool needs_sim; /* is an error unless sim.state is READY */
};
extern const struct emulator_command emulator_basic_commands[];   /* basics.c */
extern const struct emulator_command emulator_message_commands[]; /* messages.c */
extern const struct emulator_command emulator_call_commands[];    /* calls.c */
extern const struct emulator_command emulator_text_commands[];    /* text_mode.c */
extern const struct emulator_command emulator_phone_commands[];   /* phone.c */
extern const struct emulator_command emulator_voice_commands[];   /* voice.c */

/*
 * phone.c: answers a command whose answers never change; name is the first n octets. ANSWER_NONE: there is no
 * such command.
 */
int phone_answer(struct emulator *emulator, const char *name, size_t n, enum form form);

/* text_mode.c: the number of "REC UNREAD", "REC READ", "STO UNSENT", "STO SENT" or "ALL"; -1 for other words.
 */
int text_mode_stat(const char *name);

/* text_mode.c: says a slot behind head ("\r\n+CMGR: "), or a message that comes directly, in text mode. */
void text_mode_show(struct emulator *emulator, const char *head, const struct slot *slot);
void text_mode_announce(struct emulator *emulator, const struct carried *message);

/* text_mode.c: the number that the client typed in its character set. False: it is none. */
bool text_mode_number(const struct emulator *emulator, const char *typed, char number[32]);

/* text_mode.c: the SUBMIT, as hex from mem, of the text that was typed for dialogue.to; NULL when it is too
 * long for one message or not in the character set. */
char *text_mode_encode(void *mem, const struct emulator *emulator, const char *typed);

/* dialogue.c: the settings after a restart or AT&F; memories are not set. */
struct settings emulator_defaults(void);

/* dialogue.c: forgets what a restart forgets: settings, queued octets, the command under way. Increments
 * epoch. */
void emulator_reset(struct emulator *emulator);

/* dialogue.c: takes octets from emulator->in and runs the commands they complete, until one waits for its
 * latency.
 */
void emulator_work(struct emulator *emulator);

/* dialogue.c: drops the command or prompt under way; the notices that were held back are said. */
void emulator_wait_for_line(struct emulator *emulator);

/* dialogue.c: says the final result of an answer and ends the command; does nothing for ANSWER_NONE. */
void emulator_finish(struct emulator *emulator, int answer);

/*
 * dialogue.c: say one line, at most 1023 octets of it. emulator_info says it at once. emulator_notice holds
 * it back until the command under way has ended, and drops it when the port is unplugged or 256 KiB are
 * unread.
 */
void emulator_info(struct emulator *emulator, const char *format, ...) __attribute__((format(printf, 2, 3)));
void emulator_notice(struct emulator *emulator, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * dialogue.c: read one argument, quotes removed, and advance *arguments past it and its comma. False when it
 * is left out: *number then keeps its value, string becomes "".
 */
bool emulator_take_number(const char **arguments, int *number);
bool emulator_take_string(const char **arguments, char *string, size_t size);

/*
 * messages.c: submits the PDU, in hex with its SMSC octets, that was typed at the prompt of AT+CMGS. The
 * answer to give, ANSWER_NONE while "swallow_send" keeps it back.
 */
int messages_payload(struct emulator *emulator, const char *hex);

/* storage.c: makes the slots, as many as the options say. */
void storage_open(struct emulator *emulator);

/* storage.c: the storage of that name, "SM" or "ME"; NULL when the modem has none. */
struct emulated_storage *storage_named(struct emulator *emulator, const char *name);

/*
 * storage.c: puts a copy of hex into the first free slot. length counts the TPDU's octets; stat is that of
 * 27.005 3.1: 0 unread, 1 read, 2 unsent, 3 sent. The index, from 1; 0 when every slot is taken.
 */
int storage_add(struct emulator *emulator, struct emulated_storage *storage, const char *hex, int length,
                int stat);

/* storage.c: frees the slot, index 1 to size; a free one stays free. */
void storage_remove(struct emulator *emulator, struct emulated_storage *storage, int index);

/* storage.c: also true while the fault "full" is in force. */
bool storage_is_full(const struct emulator *emulator, const struct emulated_storage *storage);

/* network.c: appends a message to the queue. */
void queue_add(struct queue *queue, struct carried *message);

/*
 * network.c: a new message for a queue, freed with talloc_free; hex is copied. storage NULL or "": the one
 * that +CPMS has chosen. NULL when hex does not begin with an octet.
 */
struct carried *network_carry(struct emulator *emulator, const char *hex, bool is_report,
                              const char *storage);

/* network.c: brings what is due of the spool to the modem, in order, until a storage is full. */
void network_deliver(struct emulator *emulator);

/* network.c: the modem is plugged in, up, its SIM READY, and registered (stat 1 or 5, 27.007 7.2). */
bool network_is_there(const struct emulator *emulator);

/* network.c: whether hex is whole octets with a TPDU behind the SMSC's address. The TPDU is not decoded. */
bool network_is_pdu(const char *hex);

/*
 * network.c: carries one SUBMIT (hex with its SMSC octets) to its phone, logs it, and reports on it under
 * this TP-MR. 0, or the code of the +CMS ERROR that refuses it (27.005 3.2.5).
 */
int network_submit(struct emulator *emulator, const char *hex, int reference);

/* network.c: whether two numbers are one subscriber's, with or without + and China's country code. */
bool network_same_number(const char *one, const char *other);

/* network.c: moves what was held back to the spool, each time a random one of the first `window`. */
void network_release(struct emulator *emulator, int window);

/*
 * network.c and texts.c: carry out "report", "text" and "flood" of emulator.h; "text" adds "parts" to reply,
 * "flood" changes request. NULL, or a constant that says what is wrong.
 */
const char *network_set_policy(struct emulator *emulator, json_object *request);
const char *network_text(struct emulator *emulator, json_object *request, json_object *reply);
const char *network_flood(struct emulator *emulator, json_object *request);

/*
 * calls.c: rings now and every interval_ms, `rings` times in all, in place of a call under way; from "" is a
 * withheld number. calls_end is false when there was no call to end.
 */
void calls_begin(struct emulator *emulator, const char *from, int rings, int interval_ms);
bool calls_end(struct emulator *emulator);

/*
 * voice.c: the modem becomes one with sound, of the request's "maker" and "model", and has a second port.
 * voice_plug and voice_unplug make and remove that port. NULL, or a constant that says what is wrong.
 */
const char *voice_open(struct emulator *emulator, json_object *request);
void voice_plug(struct emulator *emulator);
void voice_unplug(struct emulator *emulator);

/* voice.c: a call comes, whose caller does what the request says; it is answered; it has ended. All do
 * nothing for a modem without sound. */
void voice_call(struct emulator *emulator, json_object *request);
void voice_answer(struct emulator *emulator);
void voice_end(struct emulator *emulator);

/* faults.c: lets the fault strike, or arms it. NULL, or a constant that says what is wrong. */
const char *faults_request(struct emulator *emulator, json_object *request);

/*
 * faults.c: counts the command that has just come and lets the fault that waits for it strike. False: the
 * modem has restarted, stalled or been unplugged, and the command is lost.
 */
bool faults_before_command(struct emulator *emulator);

/* faults.c: the code of the +CMS ERROR that this command must answer; -1: none. Counts the commands. */
int faults_error(struct emulator *emulator);

/*
 * faults.c: count the octets read (one) and written (n), and let the fault that waits for the last of them
 * strike. faults_may_write cuts a write of n octets short so that it ends where a fault must strike.
 */
void faults_octet_read(struct emulator *emulator);
size_t faults_may_write(struct emulator *emulator, size_t n);
void faults_written(struct emulator *emulator, size_t n);

/*
 * control.c: make the socket DEVICE.control and remove it. control_open is false, with the reason in
 * emulator_error, when another emulator serves there or the path is too long.
 */
bool control_open(struct emulator *emulator);
void control_close(struct emulator *emulator);

/*
 * control.c: fills in at most size entries to poll and returns their number; control_serve takes the same
 * entries after poll, and answers the requests that have come.
 */
size_t control_polls(struct emulator *emulator, struct pollfd *polls, size_t size);
void control_serve(struct emulator *emulator, const struct pollfd *polls, size_t n);

/* control.c: sends the event to every client that watches this number, or all numbers. */
void control_tell(struct emulator *emulator, const char *number, json_object *event);

/* control.c: a member of a request; otherwise, false or NULL when it is left out. The text belongs to object.
 */
int request_int(json_object *object, const char *key, int otherwise);
bool request_bool(json_object *object, const char *key);
const char *request_text(json_object *object, const char *key);

#endif
