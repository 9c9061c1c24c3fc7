/*
 * What the emulator's own files share; nobody else includes it. One thread serves it all, so nothing here is
 * locked.
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

#include "modem/emulator/emulator.h"
#include "modem/pdu/sms.h"

struct text {
    char *octets;
    size_t n, size;
};

struct timer {
    struct timer *next, *previous;
    int64_t due; /* as emulator_now */
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

/* What a restart forgets. */
struct settings {
    bool echo, terse, quiet, clip;
    int cmee, cnmi[5], service;
    int registration[3];                /* +CREG, +CGREG, +CEREG: which notices are wanted */
    struct emulated_storage *memory[3]; /* +CPMS: read, write, receive */
};

/* AT_BUSY: takes no octet until a timer ends it. */
enum dialogue_state { AT_LINE, AT_PROMPT, AT_LINE_PENDING, AT_PROMPT_PENDING, AT_BUSY };

struct dialogue {
    enum dialogue_state state;
    char line[2048];
    size_t n;
    int announced;    /* octets, by AT+CMGS= */
    int64_t due;      /* of what is pending */
    struct text held; /* notices that wait for the end of an answer */
};

/* Octets in a million. */
struct damage {
    unsigned garbled, lost, doubled;
};

/* What is wrong just now; emulator.h has the kinds. Counts of -1 are for ever. */
struct condition {
    struct damage in, out;
    int error_every, error_code, error_count, error_step;
    int late_ms, swallow_count, swallow_late_ms, swallow_code;
    int refuse_count, refuse_code;
    char refuse_to[32];
    int64_t stalled_until;
    bool swallow_blocks, full, duplicate, no_cnmi, sticky_echo, terse, quiet, strict, strict_error,
        one_storage;
    int chatter_ms, mute_count;
};

struct sim {
    char state[16]; /* as +CPIN says: "READY", "SIM PIN", "SIM PUK", or "" without a SIM */
    char pin[16];
    int tries;
};

struct counters {
    unsigned long commands, read, written, sent, refused, stored, deleted, reports;
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
    unsigned epoch; /* grows at each restart: what was about to be written is no more */

    struct text in, out;
    size_t in_at;
    int64_t arrived; /* when the octets in `in` came */
    struct settings settings;
    struct dialogue dialogue;
    struct sim sim;
    struct emulated_storage storages[STORAGES];
    int registration, signal, reference;
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

    struct condition condition;
    struct fault *faults;
    unsigned cures; /* how often all was made well: what was timed before is void */
    struct client *clients;
    struct timer *first_timer, *last_timer;
    struct counters counters;
    uint64_t random;
};

/* emulator.c */
int64_t emulator_now(void); /* microseconds, monotonic */
void emulator_after(struct emulator *emulator, int64_t ms, void (*run)(struct emulator *, void *),
                    void *data);
uint32_t emulator_random(struct emulator *emulator);
void text_add(void *mem, struct text *text, const char *octets, size_t n);
void text_take(struct text *text, size_t n);
void emulator_put(struct emulator *emulator, const char *octets, size_t n);
bool emulator_is_stalled(const struct emulator *emulator);
void emulator_flush(struct emulator *emulator);
bool emulator_plug(struct emulator *emulator);
void emulator_unplug(struct emulator *emulator);
void emulator_restart(struct emulator *emulator, const char *notice);

/* emulator_at.c: answers; a handler returns one of these, or ANSWER_CME or ANSWER_CMS with a code added. */
enum { ANSWER_OK, ANSWER_ERROR, ANSWER_NONE, ANSWER_CME = 0x1000, ANSWER_CMS = 0x2000 };
enum form { FORM_RUN, FORM_TEST, FORM_READ, FORM_SET };
struct at_command {
    const char *name;
    int (*run)(struct emulator *emulator, enum form form, const char *arguments);
    bool needs_sim;
};
extern const struct at_command emulator_basic_commands[];   /* emulator_basics.c */
extern const struct at_command emulator_message_commands[]; /* emulator_messages.c */
void at_reset(struct emulator *emulator);
void at_work(struct emulator *emulator);
void at_wait_for_line(struct emulator *emulator); /* whatever was under way; notices held back come out */
void at_finish(struct emulator *emulator, int answer);
void at_info(struct emulator *emulator, const char *format, ...) __attribute__((format(printf, 2, 3)));
void at_notice(struct emulator *emulator, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool at_take_number(const char **arguments, int *number);
bool at_take_string(const char **arguments, char *string, size_t size);

/* emulator_messages.c: the message commands. */
int messages_payload(struct emulator *emulator, const char *hex);

/* emulator_storage.c */
bool storage_open(struct emulator *emulator);
struct emulated_storage *storage_named(struct emulator *emulator, const char *name);
int storage_add(struct emulator *emulator, struct emulated_storage *storage, const char *hex, int length,
                int stat);
void storage_remove(struct emulator *emulator, struct emulated_storage *storage, int index);
bool storage_is_full(const struct emulator *emulator, const struct emulated_storage *storage);

/* emulator_network.c */
void queue_add(struct queue *queue, struct carried *message);
struct carried *queue_take(struct queue *queue, size_t n);
struct carried *network_carry(struct emulator *emulator, const char *hex, bool is_report,
                              const char *storage);
void network_deliver(struct emulator *emulator);
bool network_is_there(const struct emulator *emulator);
bool network_is_pdu(const char *hex);
int network_submit(struct emulator *emulator, const char *hex, int reference);
bool network_same_number(const char *one, const char *other);
const char *network_text(struct emulator *emulator, json_object *request, json_object *reply);
const char *network_flood(struct emulator *emulator, json_object *request);
void network_release(struct emulator *emulator, int window);
const char *network_set_policy(struct emulator *emulator, json_object *request);

/* emulator_calls.c */
void calls_begin(struct emulator *emulator, const char *from, int rings, int interval_ms);
bool calls_end(struct emulator *emulator);
extern const struct at_command emulator_call_commands[];

/* emulator_faults.c */
const char *faults_request(struct emulator *emulator, json_object *request);
bool faults_before_command(struct emulator *emulator); /* false: the port is gone */
void faults_octet_read(struct emulator *emulator);
size_t faults_may_write(struct emulator *emulator, size_t n);
void faults_written(struct emulator *emulator, size_t n);
int faults_error(struct emulator *emulator);

/* emulator_control.c */
bool control_open(struct emulator *emulator);
void control_close(struct emulator *emulator);
size_t control_polls(struct emulator *emulator, struct pollfd *polls, size_t size);
void control_serve(struct emulator *emulator, const struct pollfd *polls, size_t n);
void control_tell(struct emulator *emulator, const char *number, json_object *event);
int request_int(json_object *object, const char *key, int otherwise);
bool request_bool(json_object *object, const char *key);
const char *request_text(json_object *object, const char *key);

#endif
