/*
 * The AT dialogue from the inside: only at*.c include this. at.c, at_command.c, at_input.c and
 * at_synchronise.c call each other in a ring, because the dialogue is one: a command waits by reading; what
 * is read may answer a command given up earlier; and to tell whose answer it is, the reader has to know the
 * probes that at_synchronise sends as commands of its own.
 */
#ifndef MODEM_AT_PRIVATE_H
#define MODEM_AT_PRIVATE_H

#include <stdatomic.h>

#include "modem/at.h"
#include "modem/at_reader.h"

enum { AT_COMMAND_SIZE = 600, AT_HEADER_SIZE = 160 };

struct at {
    int fd, wake_fd;
    struct at_reader *reader;
    at_heard *heard;
    at_late *late;
    void *context;

    bool is_lost;
    bool is_void;    /* the modem restarted: what was said to it before is forgotten */
    bool was_woken;  /* wake_fd was written: for at_was_woken */
    bool was_late;   /* for at_was_late */
    int greeting_ms; /* for at_greeting_ms */
    bool has_read;   /* octets came from this port */
    bool has_number; /* "0" came in answer to a greeting */
    bool is_terse;   /* its results are numbers, and it does not obey ATV1 */
    atomic_bool is_hurried;
    int64_t hurried_at;    /* when this thread first saw is_hurried, at_now_ms; 0: not yet */
    int patience_ms;       /* at_set_patience */
    int slow_ms;           /* how long a probe of this modem took; 0 when it answers in time */
    int owed;              /* commands given up whose final result may still come */
    int owed_others;       /* those among them that do not send */
    int64_t swallow_until; /* a late +CMGS: came; a final result before this moment belongs to it */

    /* at_synchronise */
    bool is_synchronising;
    bool knows_probes; /* an answer with a probe's name has come */
    bool lacks_probes; /* this modem answers, but never with a probe's name */
    unsigned finals;   /* final results so far, of all commands */

    /* the command under way */
    bool has_stray;       /* a final result came during the probe that may belong to an earlier command */
    bool has_stray_error; /* that result is an error: the earlier command's, or of a modem without this probe
                           */
    bool is_last_probe;
    int strays;          /* final results since the last answered probe that no command certainly owns */
    int refusals;        /* those among them that are +CMS ERROR */
    int refusal;         /* the code of the latest +CMS ERROR */
    bool has_probe_line; /* a line with a probe's name came: the next final result belongs to that probe */
    bool has_old_probes; /* probes of a failed round may still be answered */
    bool is_busy;        /* a command waits for its answer */
    bool is_done;        /* its final result came */
    bool is_probe, is_send;
    bool has_prompt;   /* of AT+CMGS */
    bool has_own_line; /* an information line with its name came */
    bool is_damaged;   /* a line came that is a final result but for one octet */
    bool restarted;    /* the modem restarted before it answered */
    char command[AT_COMMAND_SIZE];
    char name[32]; /* "+CREG" of "AT+CREG?" */
    void *mem;     /* owns the lines of the reply; NULL: they are dropped */
    struct at_reply reply;
    unsigned answer_lines; /* information lines of all commands so far */
    int reference;         /* TP-MR of the send under way, once has_reference */
    bool has_reference;
    bool is_written;     /* the PDU with its Ctrl-Z */
    int unanswered;      /* sends given up whose answer may still come */
    int64_t given_up_at; /* when the latest of them was given up, at_now_ms */
    int skipped;         /* those among them given up since last_reference came */
    int last_reference;  /* TP-MR of the latest send that was answered, -1 */

    const struct at_code *header_code; /* a code whose PDU has yet to come */
    char header[AT_HEADER_SIZE];

    unsigned long commands;
    char error[320];
};

/*
 * at.c: waits until something can be read, at most until the deadline (at_now_ms, -1 none), and takes all of
 * it. False at the deadline, when hurried, or when the port is lost; with stops_for_wake, also when wake_fd
 * is written.
 */
bool at_pump(struct at *at, int64_t deadline, bool stops_for_wake);

/* at_input.c: tells at_late that the oldest send given up was sent under this TP-MR, -1 unknown. */
void at_settle_late(struct at *at, int reference);

/* at_input.c: tells at_late that the send given up was refused with this +CMS code. When several were given
 * up it is unknown which, and all are forgotten. */
void at_refuse_late(struct at *at, int code);

/* at_input.c: tells at_late that nothing more will be known of the sends given up. */
void at_forget_late(struct at *at);

/*
 * at_input.c: when one more final result came than other commands were owed, it answers a send given up. That
 * send was refused if all of these results were +CMS ERROR.
 */
void at_settle_strays(struct at *at);

/* at_input.c: counts a final result that may answer several commands, until the next probe tells which. */
void at_add_stray(struct at *at, enum at_final final, int code);

/*
 * at.c: hands the lines read so far to at_take_line; with is_quiet, the unfinished one too. Stops behind the
 * final result of a send: the rest is taken by the next call once is_done or is_busy is false. True when it
 * handed on anything.
 */
bool at_take_tokens(struct at *at, bool is_quiet);

/* at_command.c: from now on answers belong to this command; mem owns the lines of the reply, NULL drops them.
 */
void at_begin(struct at *at, void *mem, const char *command);

/* at_input.c: decides what one line is: an answer, an unsolicited code, or the PDU of one. */
void at_take_line(struct at *at, const char *line);

/* at.c: writes n octets, for at most a second; returns how many were written. */
size_t at_write(struct at *at, const char *octets, size_t n);

/* at_synchronise.c: whether the line answers one of its probes. */
bool at_answers_probe(const char *line);

/*
 * at_command.c: the steps of a command.
 *
 * at_deadline_in: the at_now_ms at which timeout_ms have passed; later for a modem that was found slow.
 * at_is_ready: whether the command may begin, after at_synchronise if answers are owed; false with the
 * reason. at_write_command: writes at->command and its CR; false, with the reason, when the port takes no
 * octets. at_wait_for_final: reads until the final result or the deadline; true when the result came. at_owe:
 * counts a command that does not send and whose answer has not come. at_judge: whether the answer is complete
 * and good; false with the reason.
 */
int64_t at_deadline_in(const struct at *at, int timeout_ms);
bool at_is_ready(struct at *at, const char *command);
bool at_write_command(struct at *at);
bool at_wait_for_final(struct at *at, int64_t deadline);
void at_owe(struct at *at);
bool at_judge(struct at *at);

/* at.c: keeps the reason for at_error. Always false. */
bool at_fail(struct at *at, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
