/*
 * Classifies one line of a modem: a final result (27.007 9, 27.005 3.2.5), an unsolicited code, or
 * information; and cuts it into fields, whatever the modem did with quotes and spaces. Pure: no port, no
 * memory of its own.
 */
#ifndef MODEM_AT_LINES_H
#define MODEM_AT_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum at_final { AT_NONE, AT_OK, AT_ERROR, AT_CME, AT_CMS, AT_NO_CARRIER };

struct at_result {
    enum at_final final;
    int code;         /* the number of +CME or +CMS ERROR; -1 when it gave none */
    const char *text; /* words instead of the number or behind it; "" when none; points into the line */
};

/* True when line ends an answer. NO CARRIER and the like (V.250 5.7) end only that of a call command;
 * elsewhere they are codes. */
bool at_is_final(const char *line, struct at_result *result);

/* at_codes.c: the words for the number of a +CME (27.007 9.2) or +CMS (27.005 3.2.5) ERROR, NULL when
 * unknown; and the number for the words, -1 when unknown. */
const char *at_error_words(enum at_final final, int code);
int at_error_code(enum at_final final, const char *words);

/* at_codes.c: the +CMS code that means the same as this +CME code of 27.007 9.2; 500 (unknown) when none
 * does. */
int at_cms_of_cme(int code);

/*
 * at_codes.c: whether a text answered with this +CMS code was certainly not sent: a cause of 24.011 annex E
 * or 23.040 9.2.3.22, or one of the modem's own in 27.005 3.2.5. Not so 332 (network timeout), 500 (unknown
 * error), the makers' codes from 512 on but 515 (busy), and what the standards do not list.
 */
bool at_is_unsent(int cms);

/* The words for a result code that a modem gives as a number (ATV0; V.250 table 1); else the line itself. */
const char *at_result_words(const char *line);

enum at_code_kind {
    AT_CODE_STORED,        /* +CMTI */
    AT_CODE_REPORT_STORED, /* +CDSI */
    AT_CODE_DELIVER,       /* +CMT, its PDU in the next line */
    AT_CODE_REPORT,        /* +CDS, its PDU in the next line */
    AT_CODE_BROADCAST,     /* +CBM, its PDU in the next line */
    AT_CODE_FULL,
    AT_CODE_RING,
    AT_CODE_CALLER, /* +CLIP */
    AT_CODE_CALL,   /* other steps of a call */
    AT_CODE_CALL_END,
    AT_CODE_KEY, /* a key was pressed during a call */
    AT_CODE_USSD,
    AT_CODE_REGISTRATION,
    AT_CODE_SIGNAL,
    AT_CODE_SIM,
    AT_CODE_BOOT,      /* the modem has certainly restarted */
    AT_CODE_HEARTBEAT, /* ^BOOT: it restarted, or only says that it is alive */
    AT_CODE_READY,     /* a part of it became ready, some time after the start */
    AT_CODE_INDICATOR, /* +CIEV */
    AT_CODE_STATUS     /* of no use to us */
};

struct at_code {
    const char *name; /* the line's beginning; the whole line when it ends in '$' */
    enum at_code_kind kind;
};

/* at_codes.c: the row of the table of unsolicited codes for this line; NULL when it is none. */
const struct at_code *at_find_code(const char *line);

/* at_codes.c: whether the code's PDU stands in the line that follows. */
bool at_code_has_pdu(const struct at_code *code);

/* Where an unsolicited line begins that is glued to the end of this one; 0 when there is none. */
size_t at_glued_at(const char *line);

/* Whether the line is the echo of a command, or a torn remainder of one. */
bool at_is_echo(const char *line);

/* Whether the line is an even number of hex digits, at least min of them, and nothing else. */
bool at_is_hex(const char *line, size_t min);

/* Whether the line is one octet away from a final result: what it said is not known. */
bool at_is_damaged_final(const char *line);

enum { AT_FIELDS = 24, AT_FIELD = 400 };

struct at_field {
    const char *at; /* into the line, behind an opening quote */
    size_t length;
    bool was_quoted;
};

/* Cuts '+NAME: a,"b",c' into its fields, which point into the line; returns their number. Quotes may be
 * missing or unbalanced. */
size_t at_fields(const char *line, struct at_field fields[AT_FIELDS]);

/* The field as text, cut to size octets with its NUL; as a decimal number, or otherwise when it is none. */
void at_field_text(const struct at_field *field, char *text, size_t size);
long at_field_number(const struct at_field *field, long otherwise);

/* Where the parameters begin: behind "+NAME:" and its spaces; line itself when it has no such head. */
const char *at_parameters(const char *line);

/* The name "+CREG" of "AT+CREG?", cut to size; and whether line begins with that name and a colon. */
void at_command_name(const char *command, char *name, size_t size);
bool at_answers(const char *line, const char *name);

#endif
