/*
 * The configuration file, read with libconfuse and checked whole before anything starts.
 */
#ifndef GATEWAY_CONFIG_H
#define GATEWAY_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct modem_config {
    const char *name;
    const char *device;
    bool sends, receives;
    int baud;
    const char *pin;         /* resolved; NULL when none */
    const char *storage;     /* NULL: all the modem has */
    int poll_seconds;        /* how often to look when the modem does not announce */
    int command_timeout;     /* seconds */
    int send_timeout;        /* seconds */
    int per_minute, per_day; /* texts that may go out; 0: no limit */
    const char **prefixes;   /* numbers that go by this line, E.164 prefixes */
    size_t n_prefixes;
    bool verify;
    bool hard_reset;
    const char *balance_ussd; /* NULL: none */
    int balance_hours;
    const char *missed_call; /* "text", "task" or "silence" */
};

struct config {
    const char *path;
    const char *timezone;
    const char *store_url;        /* a relative path counts from the configuration file's folder */
    const char *database;         /* the path in it; NULL in memory */
    const char *templates;        /* folder that overrides texts; NULL */
    const char *signature;        /* put in front of every text, with its brackets; "" none */
    const char *language;         /* of people who have not chosen */
    const char *county;           /* name in texts */
    const char *number_prefix;    /* "" or one digit */
    const char *operator_phone;   /* who hears alerts; NULL */
    int quiet_from, quiet_until;  /* minutes of the day; equal: no quiet hours */
    int part_timeout;             /* seconds until a message with missing parts is delivered */
    int join_minutes;             /* a further text within these is added to the last case */
    int accept_days, finish_days; /* deadlines told to people */
    const char *http_listen;      /* NULL: no HTTP */
    struct modem_config *modems;
    size_t n_modems;
};

/* What check found: "FILE:LINE: words". */
struct config_problem {
    const char *text;
    int line; /* 0: the file as a whole */
    bool is_warning;
};

/*
 * Reads and checks a file, "-" standard input; problems (errors and warnings, in order of line) hang from mem
 * like the rest. NULL when there is an error; warnings alone still give a configuration.
 */
struct config *config_read(void *mem, const char *path, struct config_problem **problems, size_t *n);

/* The same for a text that is there already; path is its name in problems and where relative paths count
 * from. */
struct config *config_read_text(void *mem, const char *path, const char *text, size_t length,
                                struct config_problem **problems, size_t *n);

/* The file to use when none is named: xiangyin.conf here, else /etc/xiangyin/xiangyin.conf. */
const char *config_default_path(void);

#endif
