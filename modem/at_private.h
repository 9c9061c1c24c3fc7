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
    bool is_void; /* the modem restarted: what was said to it before is forgotten */
    bool was_woken, was_late;
    int greeting_ms;
    atomic_bool is_hurried;
    int64_t hurried_at;
    int patience_ms;
    int slow_ms;           /* how late this modem was found to answer; 0 when it is in time */
    int owed;              /* commands whose final result may still come */
    int owed_others;       /* of them, those that do not send */
    int64_t swallow_until; /* a late +CMGS was seen: the final result before this moment is its */

    /* finding out whose answer the next one is */
    bool is_synchronising, knows_probes;
    bool lacks_probes; /* this modem answers, but none of the probes by its name */
    unsigned finals;   /* final results so far, whosever */

    /* the command under way */
    bool has_stray; /* a final result came to the probe that may be another's */
    bool is_last_probe;
    bool has_stray_error; /* not the probe's, unless the modem does not know it */
    int strays;   /* final results since the last probe was answered that belong to no command for certain */
    int refusals; /* of them, +CMS ERROR */
    int refusal;  /* the +CMS code of the latest */
    bool has_probe_line; /* the answer of a probe came: the next final result is that probe's */
    bool has_old_probes; /* a probe of the same name may be answered yet */
    bool is_busy, is_done, is_probe, is_send, has_prompt, has_own_line, is_damaged, restarted;
    char command[AT_COMMAND_SIZE];
    char name[32];
    void *mem;
    struct at_reply reply;
    unsigned answer_lines; /* of all commands */
    int reference;
    bool has_reference, is_written; /* of the PDU */
    int unanswered;                 /* sends given up whose answer may still come */
    int64_t given_up_at;            /* the latest of them */
    int skipped;                    /* of them, those given up since last_reference */
    int last_reference;             /* TP-MR of the latest send that was answered, -1 */

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

/* at_input.c: a +CMGS that answers a send given up earlier; reference is its TP-MR. */
void at_settle_late(struct at *at, int reference);

/* at_input.c: a +CMS ERROR that answers a send given up earlier. With several, nobody knows which. */
void at_refuse_late(struct at *at, int code);

/* at_input.c: from now on no answer is taken for that of a send given up. */
void at_forget_late(struct at *at);

/*
 * at_input.c: when one more final result came than commands that do not send were owed, it answers a send
 * given up; that send was refused if all of the results were +CMS ERROR.
 */
void at_settle_strays(struct at *at);

/* at_input.c: keeps a final result that may answer several commands; the answer to the next probe tells
 * which. */
void at_add_stray(struct at *at, enum at_final final, int code);

/* at.c: takes what can be read within us microseconds. */
void at_look(struct at *at, int us);

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

/* at_command.c: the steps of a command. The deadline (at_now_ms) is later for a modem that was found slow:
 * three times what it took. */
int64_t at_deadline_in(const struct at *at, int timeout_ms);
bool at_is_ready(struct at *at, const char *command); /* false, with the reason, when it may not begin */
bool at_write_command(struct at *at);
bool at_wait_for_final(struct at *at, int64_t deadline);
void at_owe(struct at *at);   /* a command that does not send has no answer yet */
bool at_judge(struct at *at); /* true when the answer is whole and good; else the reason is kept */

/* at.c: keeps the reason for at_error. Always false. */
bool at_fail(struct at *at, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
