/*
 * The configuration file, checked whole before anything starts.
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
    int poll_seconds;        /* how often to look for texts that the modem did not announce */
    int command_timeout;     /* seconds */
    int send_timeout;        /* seconds */
    int per_minute, per_day; /* texts that may go out; 0: no limit */
    const char **prefixes;   /* beginnings of the numbers this line sends to, in E.164 */
    size_t n_prefixes;
    bool verify;
    bool hard_reset;
    const char *balance_ussd; /* NULL: none */
    int balance_hours;
    int low_balance;   /* yuan; with less left, the operator is alerted */
    bool has_voice;    /* calls are answered */
    const char *audio; /* the sound of calls: a port or "alsa:PCM"; NULL: found by the modem's USB device */
    const char *missed_call; /* "text", "task" or "silence" */
    const char *number;      /* of its SIM: nobody's who reports; NULL */
};

/* An HTTP provider: its webhooks, and the requests we make. */
struct provider_config {
    const char *name;
    const char *kind;     /* "generic", "twilio", ... */
    const char *url;      /* base of the requests; NULL: the kind's own */
    const char *account;  /* NULL when none */
    const char *secret;   /* resolved; NULL when none */
    const char *from;     /* sender of outgoing texts: a number or a name; NULL */
    const char *hook_key; /* resolved: the last part of the webhook's path, where nothing is signed; NULL */
    const char **allow;   /* networks webhooks may come from; none: any */
    size_t n_allow;
    int replay_seconds; /* how far a signed time may be from our clock */
    bool sends, receives;
    const char *trust;            /* "senders": it proves their numbers; "none" */
    const char *app;              /* an application id: Tencent's SdkAppId ... */
    const char *region;           /* NULL: the kind's own */
    const char *hook_secret;      /* resolved: signs webhooks; NULL: secret does */
    const char *signature_method; /* vonage: "md5hash" "md5" "sha1" "sha256" "sha512" */
    const char *authority;        /* file of certificates in PEM instead of the system's; NULL */
    int connections, timeout;     /* requests at the same time; seconds for one */
    int per_minute, per_day;      /* texts that may go out; 0: no limit */
    int poll_seconds;             /* 0: not polled */
    const char **prefixes;        /* beginnings of the numbers this line sends to, in E.164 */
    size_t n_prefixes;
    const char **templates; /* "NAME CODE VARIABLE=FIELD ...", see provider/mapping.h */
    size_t n_templates;
    /* generic only: templates of a request, see provider/generic_send.c */
    const char *method, *body, *body_type; /* "GET" or "POST"; NULL; "json" "form" "text" */
    bool is_base64;                        /* the body */
    const char **headers;                  /* "Name: value" */
    size_t n_headers;
    const char *mac_over;    /* template of the text whose MD5 is {{mac}}; NULL */
    const char *sent_field;  /* in the answer; NULL: the answer's text begins with one of the words */
    const char **sent_words; /* that mean the text was accepted; none: any answer with status 2xx */
    size_t n_sent_words;
    const char *sent_id, *sent_why;     /* where the text's id and the reason stand; NULL */
    const char *poll_url, *poll_cursor; /* NULL: not polled; field of the next {{cursor}} */
    /* generic only: names of fields, or JSON pointers; NULL: there is none */
    const char *in_list, *in_from, *in_to, *in_text, *in_id, *in_time, *in_charset;
    const char *charset; /* of what comes, where nothing tells; NULL: UTF-8 */
    const char *receipt_list, *receipt_id, *receipt_number, *receipt_status, *receipt_own;
    const char **receipt_delivered, **receipt_failed; /* status words; any other means still trying */
    size_t n_receipt_delivered, n_receipt_failed;
    const char *signature_header, *timestamp_header; /* HMAC-SHA256 over body and time, in hex */
    const char *answer;                              /* body of our answer once a text is stored; "" */
};

/* How long something may take; LIMIT_UNSET: as in the class "normal", or in "urgent" for that class. */
struct time_limit_config {
    int count;
    enum { LIMIT_UNSET, LIMIT_HOURS, LIMIT_DAYS, LIMIT_WORKING_DAYS } unit;
};

/* How long something is kept; both 0: for ever. */
struct period_config {
    int months, days;
};

/* A class of urgency. */
struct urgency_class_config {
    const char *name; /* "normal" and "urgent" exist without being configured too */
    struct time_limit_config accept, tell, finish, give_back, extend;
};

/* Another program that each step of a case is sent to. */
struct webhook_config {
    const char *name;
    const char *url;
    const char *secret;    /* resolved; signs what is sent */
    const char *authority; /* PEM file; NULL: the system's certificates are trusted */
    const char **steps;    /* kinds of step to send; none: all but "viewed" */
    size_t n_steps;
    bool guarded;  /* send restricted cases (art. 30) too */
    bool imported; /* send steps of imported paper forms too */
};

struct config {
    const char *path;
    const char *timezone;
    const char *store_url;                  /* a relative path counts from the configuration file's folder */
    const char *database;                   /* the path in it; NULL in memory */
    const char *templates;                  /* folder with templates that replace the built-in ones; NULL */
    const char *signature;                  /* starts every outgoing text, with its brackets; "": none */
    const char *language;                   /* of people who have not chosen */
    const char *county;                     /* name in texts */
    const char *log_level;                  /* "info" "warning" "error" */
    struct period_config retain_texts;      /* words of ended cases and of messages without a case */
    const char *backup_folder;              /* of the daily copies; NULL: none are taken */
    const char *backup_recipient;           /* age public key that they are encrypted to; NULL */
    int backup_keep;                        /* how many copies stay */
    struct period_config retain_recordings; /* recordings of ended cases and of none */
    const char *recordings;   /* folder of recordings; NULL: the database's name with .recordings */
    int recording_cap;        /* octets */
    const char *voice_listen; /* ADDRESS:PORT for SIP; NULL: no calls are taken */
    const char **voice_peers; /* IPv4 networks that may call; none: this machine alone */
    size_t n_voice_peers;
    int voice_calls;         /* at once, at most */
    const char *voice_trunk; /* ADDRESS:PORT of the PBX that takes our calls; NULL: none go out */
    const char *voice_user, *voice_password; /* ours at the PBX; NULL: it asks for none */
    bool voice_register;                     /* tells the PBX where we are */
    int voice_keep_alive;                    /* seconds between two OPTIONS */
    const char *voice_prefix;                /* dialled before every number; "" */
    const char *voice_area;                  /* the county's area code, with its 0; NULL */
    const char **voice_call;                 /* whom we call: "mobile", "area", or area codes */
    size_t n_voice_call;
    int voice_call_budget;      /* calls out on one day */
    int call_from, call_until;  /* minutes of the day in which people are called */
    bool voice_alarm;           /* danger rings whoever is told of it */
    const char **voice_blocked; /* numbers that are not taken */
    size_t n_voice_blocked;
    const char *voice_office;      /* number of the office, for callers of whom nothing can be kept; NULL */
    const char *voice_prompts;     /* folder of prompts recorded by a person; NULL */
    const char *synthesizer;       /* program that renders prompts */
    int recording_reserve_mb;      /* with less free space than this no recording is taken */
    const char *centre_url;        /* of the province's centre; NULL: there is none, and no journal */
    const char *centre_token;      /* resolved */
    const char *centre_authority;  /* file of certificates in PEM instead of the system's; NULL */
    const char *centre_bodies;     /* "plain", or "sealed": the centre reads no personal data */
    const char *adviser_endpoint;  /* http URL of a language model on this machine; NULL: none */
    const char *adviser_model;     /* its name */
    int adviser_timeout;           /* seconds */
    const char *transcriber;       /* command; NULL: none */
    int transcriber_timeout;       /* seconds */
    int office_from, office_until; /* minutes of a working day in which clerks listen; equal: none */
    const char *review_body;       /* answers reviews that no unit of the county may answer; "" not named */
    const char *number_prefix;     /* "" or one digit */
    int silence_hours;             /* alert when a line has received nothing for this long; 0: never */
    const char *operator_phone;    /* gets the alerts; NULL */
    const char *overseer_phone;    /* sees restricted cases where all who oversee them are accused; NULL */
    int answers_per_hour, answers_burst, answers_per_day; /* automatic answers to one sender; 0: no limit */
    int all_answers_per_day;                     /* automatic answers to everybody but cadres; 0: no limit */
    int quiet_from, quiet_until;                 /* minutes of the day; equal: no quiet hours */
    int part_timeout;                            /* seconds to wait for the missing parts of a long text */
    int join_minutes;                            /* a further text within these is added to the last case */
    int accept_days, finish_days;                /* deadlines told to people */
    int urgent_accept_hours, urgent_finish_days; /* of urgent cases; 0: as for others */
    int return_days, urgent_return_days;         /* in which a unit may return a case that is not its own */
    int extension_days, urgent_extension_days;   /* all extensions together */
    int review_days;                             /* to ask for a review, and to answer it */
    const char *accept_counts, *finish_counts, *return_counts, *extension_counts,
        *review_counts;                /* "working": days; NULL and anything else: calendar days */
    const char **holidays, **workdays; /* dates: weekdays off, and weekend days that are worked */
    size_t n_holidays, n_workdays;
    bool page_is_on;                         /* the operator's page */
    const char *page_public_listen;          /* address of the public boards; NULL: none */
    const char *page_public_url;             /* under which people reach them; NULL */
    const char *http_listen;                 /* NULL: no HTTP */
    const char *http_certificate, *http_key; /* files in PEM; NULL: no TLS */
    const char *http_public_url; /* scheme and host under which others reach us; NULL: as each request says */
    int http_body_cap, http_header_cap; /* octets */
    int http_timeout;                   /* seconds without an octet until a connection is closed */
    int http_request_timeout;           /* seconds in which a request must be complete, and an answer taken */
    int http_connections;
    int http_address_connections; /* of one address; 0: no limit */
    const char **http_proxies;    /* networks of proxies whose http_proxy_header is believed */
    size_t n_http_proxies;
    const char *http_proxy_header; /* header that names their client */
    const char **http_allow;       /* networks that may use /api and /cgi-bin; none: any */
    size_t n_http_allow;
    const char **http_metrics_allow; /* the same for /metrics; none: this machine */
    size_t n_http_metrics_allow;
    struct provider_config *providers;
    size_t n_providers;
    struct webhook_config *webhooks;
    size_t n_webhooks;
    struct urgency_class_config *urgency_classes;
    size_t n_urgency_classes;
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
 * gateway/config/read.c: reads and checks a file, "-" for standard input. The problems, errors and warnings
 * in order of line, are allocated from mem like the configuration. NULL when there is an error; warnings
 * alone still give a configuration.
 */
struct config *config_read(void *mem, const char *path, struct config_problem **problems, size_t *n);

/* The same for a text; path is its name in problems and the start of relative paths. */
struct config *config_read_text(void *mem, const char *path, const char *text, size_t length,
                                struct config_problem **problems, size_t *n);

/* gateway/config/problem.c. In which words problems are told from now on: translate gives those for an
 * English message or format, whose conversions stay the same in the same order. NULL, as at first: in
 * English. */
void config_speak(const char *(*translate)(const char *english));

/* gateway/config/read.c: the devices of all modems that the file names, also where it has errors; from mem.
 */
const char **config_devices(void *mem, const char *path, size_t *n);

/* The file to use when none is named: xiangyin.conf here, else /etc/xiangyin/xiangyin.conf. */
const char *config_default_path(void);

#endif
