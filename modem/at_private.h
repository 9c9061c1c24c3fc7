/* Inside the AT dialogue: shared by at*.c only. */
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
 * Waits until something was read, at most until the deadline (at_now_ms, -1 none), and takes in all of it.
 * False at the deadline, when hurried, or when the port is lost. Stops for wake_fd when stops_for_wake.
 */
bool at_pump(struct at *at, int64_t deadline, bool stops_for_wake);

/* A +CMGS that belongs to a send given up. */
void at_settle_late(struct at *at, int reference);

/* A +CMS ERROR that belongs to a send given up. Of several it cannot be said to which. */
void at_refuse_late(struct at *at, int code);

/* From now on no answer is taken for one of a send given up. */
void at_forget_late(struct at *at);

/*
 * With one final result more than commands that do not send, that one is a send's; when all of them are
 * +CMS ERROR, so was it.
 */
void at_settle_strays(struct at *at);

/* A final result that may belong to several commands: whose it was shows when the next probe is answered. */
void at_add_stray(struct at *at, enum at_final final, int code);

/* Takes in what comes within so short a time. */
void at_look(struct at *at, int us);

/* Gives out all lines read so far; is_quiet: also the unfinished one. */
void at_take_tokens(struct at *at, bool is_quiet);

/* From now on answers belong to this command. */
void at_begin(struct at *at, void *mem, const char *command);

/* Takes in one line. */
void at_take_line(struct at *at, const char *line);

/* All of it written, at most until a second from now; how much is returned. */
size_t at_write(struct at *at, const char *octets, size_t n);

/* Whether the line answers one of the probes of at_synchronise. */
bool at_answers_probe(const char *line);

/* at_command.c: the steps of a command. A modem once found slow is given three times what it took. */
int64_t at_deadline_in(const struct at *at, int timeout_ms);
bool at_is_ready(struct at *at, const char *command); /* false, with the reason, when none may begin */
bool at_write_command(struct at *at);
bool at_wait_for_final(struct at *at, int64_t deadline);
void at_owe(struct at *at);   /* a command that does not send has no answer yet */
bool at_judge(struct at *at); /* true when the answer is whole and good; else the reason is kept */

bool at_fail(struct at *at, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
