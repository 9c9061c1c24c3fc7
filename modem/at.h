/*
 * The dialogue with a modem on an open port: commands and their answers, one at a time, and unsolicited
 * codes. One thread uses a dialogue; only at_hurry may be called from another. Every call ends by its
 * time-out.
 *
 * An answer is never matched to the wrong command: a command that timed out leaves a debt, and before the
 * next command a probe is sent whose answer cannot be mistaken for another (at_synchronise). Once a modem was
 * found to be slow, its time-outs are longer.
 */
#ifndef MODEM_AT_H
#define MODEM_AT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "modem/at_lines.h"

struct at;

/*
 * Takes an unsolicited code: its row in the table, and its line. pdu is the line that followed, for a code
 * that has a PDU and when it came; else NULL. The strings live until the function returns.
 */
typedef void at_heard(void *context, const struct at_code *code, const char *line, const char *pdu);

/*
 * Takes an answer that came after at_send had given up, for the oldest such send. code 0: it was sent with
 * this TP-MR, -1 unknown (a +CMGS that nobody waits for counts too). code above 0: it was certainly refused,
 * with this +CMS code. code below 0: nothing more will be known of any send given up so far.
 */
typedef void at_late(void *context, int reference, int code);

struct at_reply {
    enum at_final final;
    int code;       /* of +CME or +CMS ERROR; looked up when the modem gave words instead; -1 unknown */
    int number;     /* the code as the modem gave it; -1 when it gave none */
    char words[48]; /* the words instead of the number or behind it */
    char **lines;   /* information, without echo, codes and the final result; a text array from mem */
    size_t n;
    bool was_echoed;
};

enum at_sending { AT_SENT, AT_REFUSED, AT_DOUBTFUL, AT_UNANSWERED };

/*
 * at.c: a dialogue without a port, freed with talloc_free. wake_fd is an eventfd that ends at_listen, -1 for
 * none. heard and late may be NULL; they are called with context from inside the calls below.
 */
struct at *at_new(void *mem, int wake_fd, at_heard *heard, at_late *late, void *context);

/*
 * at.c: begins on an open, non-blocking port. The caller keeps the port and closes it after at_detach. Sends
 * given up on the port before may still be answered on this one, unless that port was lost or the modem said
 * that it restarted.
 */
void at_attach(struct at *at, int fd);
void at_detach(struct at *at);

/*
 * at_command.c: writes the command and waits for its final result. reply may be NULL; else its lines hang
 * from mem, also after an error. False unless the result was OK: at_error names the command and what came
 * instead.
 */
bool at_command(struct at *at, void *mem, int timeout_ms, struct at_reply *reply, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* at_command.c: the modem or its SIM is busy: +CME 14 or 515 (27.007 9.2), +CMS 314 or 515 (27.005 3.2.5). */
bool at_is_busy(const struct at_reply *reply);

/* at_command.c: at_command, repeated every 250 ms for timeout_ms while the answer is at_is_busy. */
bool at_command_patiently(struct at *at, void *mem, int timeout_ms, struct at_reply *reply,
                          const char *command);

/*
 * at_send.c: AT+CMGS (27.005 3.5.1) and its PDU: hex with the SMSC's octets in front, which tpdu_length does
 * not count. Waits prompt_ms for the prompt and answer_ms for the answer. AT_SENT: *reference is TP-MR, -1
 * when the modem did not say. AT_REFUSED: certainly not sent; *code is the +CMS code (a +CME code is given as
 * the +CMS code of the same meaning), or 0. AT_DOUBTFUL: all octets were written and answered by an error
 * that leaves open whether it was sent (at_is_unsent); *code is as before. AT_UNANSWERED: all octets were
 * written and no answer came; one may still reach at_late.
 */
enum at_sending at_send(struct at *at, size_t tpdu_length, const char *pdu, int prompt_ms, int answer_ms,
                        int *reference, int *code);

/* at_synchronise.c: makes sure that the next answer belongs to the next command. False: the modem does not
 * answer, was lost, or has restarted. */
bool at_synchronise(struct at *at);

/*
 * at_synchronise.c: begins the dialogue on a fresh port. Cancels a prompt or half a command that somebody
 * left there (ESC, never Ctrl-Z) and repeats AT until it is answered; turns result codes in words on
 * (V.250 6.2.5, 6.2.6) in case somebody stored Q1 or V0. False: no answer in timeout_ms.
 */
bool at_greet(struct at *at, int timeout_ms);

/* at.c: how long the modem took to answer the AT of at_greet. */
int at_greeting_ms(const struct at *at);

/* at.c: whether the latest at_synchronise heard the answer of a command given up before. */
bool at_was_late(const struct at *at);

/* at.c: takes what has already arrived, without waiting. */
void at_drain(struct at *at);

/* at.c: takes what arrives next, waiting at most us microseconds for it; neither a kick nor a hurry ends the
 * wait. */
void at_look(struct at *at, int us);

/*
 * at.c: listens without asking anything, until something came, wake_fd was written or timeout_ms has passed
 * (-1: no limit). False: the port is lost.
 */
bool at_listen(struct at *at, int timeout_ms);

/* at.c: listens for ms milliseconds, in place of sleeping; at_hurry ends it. False: the port is lost. */
bool at_pause(struct at *at, int ms);

/* at_synchronise.c: writes a command and does not wait, for a modem that no longer answers. */
void at_shout(struct at *at, const char *command);

/*
 * at.c: writes ESC, which cancels an open prompt without sending anything. A CR follows for modems that take
 * ESC for the beginning of a line: they would not recognise the next command behind it.
 */
void at_escape(struct at *at);

/* at.c: from any thread: ends what is under way within a second; from then on no command begins. */
void at_hurry(struct at *at);

/* at.c: for at_heard to call: the modem has restarted. The command under way gets no answer, and none begins
 * before the next at_greet. */
void at_interrupt(struct at *at);

/* at.c: how long a modem may take for a command, unless a call says otherwise; 5000 ms at first. */
void at_set_patience(struct at *at, int command_timeout_ms);

/* at.c: the port is gone: only at_attach helps. */
bool at_is_lost(const struct at *at);

/* at.c: wake_fd was written since the last call. */
bool at_was_woken(struct at *at);

/* at.c: commands written since at_new. */
unsigned long at_commands(const struct at *at);

/* at.c: why the last call failed, in plain words; valid until the next call. */
const char *at_error(const struct at *at);

/* at.c: milliseconds of CLOCK_MONOTONIC, for every deadline of the driver. */
int64_t at_now_ms(void);

/*
 * at_replay.c: a recorded dialogue in place of a port, for tests and repairs. at_replay_command takes a
 * command as if it had just been written (NULL: none, the modem speaks on its own; a PDU with its Ctrl-Z:
 * after the prompt); mem owns the lines of its reply. at_replay_octets takes octets as if they had just been
 * read. at_replay_end returns what came of the command; its strings live until the next one.
 */
void at_replay_command(struct at *at, void *mem, const char *command);
void at_replay_octets(struct at *at, const char *octets, size_t n);

struct at_replayed {
    struct at_reply reply;
    const char *command; /* without its CR */
    bool had_prompt, has_reference;
    int reference;
};
struct at_replayed at_replay_end(struct at *at);

#endif
