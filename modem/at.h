/*
 * The dialogue with a modem on an open port: one command at a time and its answer, and what comes on its own.
 * Used by one thread; at_hurry may be called from another. Every call ends by its time-out.
 *
 * No answer is given to the wrong command: a command that timed out leaves a debt, and before the next one a
 * probe is sent whose answer cannot be mistaken for another (at_synchronise). A modem found to be slow gets
 * longer time-outs from then on.
 */
#ifndef MODEM_AT_H
#define MODEM_AT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modem/at_lines.h"

struct at;

/* What a modem said on its own; pdu is NULL unless the code has one (and it came). */
typedef void at_heard(void *context, const struct at_code *code, const char *line, const char *pdu);

/*
 * An answer that came after at_send gave up waiting, for the oldest such send. code 0: sent, with this TP-MR
 * (also said of a +CMGS nobody waits for); above: certainly refused, the +CMS code. Below: of all the sends
 * given up nothing more will be known.
 */
typedef void at_late(void *context, int reference, int code);

struct at_reply {
    enum at_final final;
    int code;       /* of +CME or +CMS ERROR, -1; from its words where it has no number */
    int number;     /* the number itself, -1 */
    char words[48]; /* what stood instead of the number or behind it */
    char **lines;   /* information, without echo, codes and the final result; a text array from mem */
    size_t n;
    bool was_echoed;
};

enum at_sending { AT_SENT, AT_REFUSED, AT_UNANSWERED };

/* wake_fd: an eventfd that ends at_listen, -1 for none. */
struct at *at_new(void *mem, int wake_fd, at_heard *heard, at_late *late, void *context);

/* Takes an open, non-blocking port; the caller closes it after at_detach. */
void at_attach(struct at *at, int fd);
void at_detach(struct at *at);

/*
 * Writes the command and waits for its final result; true when that was OK. reply may be NULL; else its lines
 * hang from mem, also on an error. False: at_error names the command and what came.
 */
bool at_command(struct at *at, void *mem, int timeout_ms, struct at_reply *reply, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* That it says: busy. */
bool at_is_busy(const struct at_reply *reply);

/* The same, again every 250 ms while the modem says that it or its SIM is busy (+CME 14 or 515, +CMS 314). */
bool at_command_patiently(struct at *at, void *mem, int timeout_ms, struct at_reply *reply,
                          const char *command);

/*
 * AT+CMGS and its PDU in hex. AT_REFUSED: certainly not sent, *code is the +CMS code or 0. AT_UNANSWERED: all
 * was written. *reference is TP-MR, -1 when the modem took the PDU without naming one.
 */
enum at_sending at_send(struct at *at, size_t tpdu_length, const char *pdu, int prompt_ms, int answer_ms,
                        int *reference, int *code);

/* Makes sure that the next answer belongs to the next command. False: the modem does not answer. */
bool at_synchronise(struct at *at);

/*
 * First words on a fresh port: leaves a prompt or half a command somebody left there (ESC, never Ctrl-Z) and
 * says AT until it is answered, and turns result codes in words on (V.250 6.2.5, 6.2.6) where somebody stored
 * that there be none or numbers. False: no answer in timeout_ms.
 */
bool at_greet(struct at *at, int timeout_ms);

/* How long the modem took for the AT that at_greet had answered. */
int at_greeting_ms(const struct at *at);

/* The latest at_synchronise heard the answer of a command given up before. */
bool at_was_late(const struct at *at);

/* Takes in what has already arrived, without waiting. */
void at_drain(struct at *at);

/* Asks nothing, only listens; returns after something came, at wake-up or after timeout_ms (-1 never). False:
 * lost. */
bool at_listen(struct at *at, int timeout_ms);

/* Listens for so long: instead of sleeping. */
bool at_pause(struct at *at, int ms);

/* Writes a command and does not wait: for a modem that answers nothing any more. */
void at_shout(struct at *at, const char *command);

/*
 * Writes ESC: a prompt that may be open is left without sending anything. The CR behind it is for modems that
 * take ESC for the beginning of a line, and would not know a command glued to it.
 */
void at_escape(struct at *at);

/* From any thread: what is under way ends within a second, and no command begins any more. */
void at_hurry(struct at *at);

/* From at_heard: the modem has just started anew. The command under way will have no answer, and none begins
 * before the next at_greet. */
void at_interrupt(struct at *at);

/* For at_command calls: what a command may take by default, in ms. */
void at_set_patience(struct at *at, int command_timeout_ms);

bool at_is_lost(const struct at *at);
bool at_was_woken(struct at *at); /* once for each time wake_fd was written */
unsigned long at_commands(const struct at *at);
const char *at_error(const struct at *at);

int64_t at_now_ms(void); /* CLOCK_MONOTONIC */

/*
 * A recorded dialogue instead of a port, for tests and for mending: the command as if just written (NULL:
 * none, the modem speaks on its own; a PDU and its Ctrl-Z: after the prompt), octets as if just read, and
 * what came of it.
 */
void at_replay_command(struct at *at, void *mem, const char *command);
void at_replay_octets(struct at *at, const char *octets, size_t n);

struct at_replayed {
    struct at_reply reply;
    const char *command; /* its CR taken off */
    bool had_prompt, has_reference;
    int reference;
};
struct at_replayed at_replay_end(struct at *at);

#endif
