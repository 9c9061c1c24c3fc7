/*
 * Reads the information lines of AT answers and codes (27.007, 27.005) in all the forms that modems give
 * them. Pure functions of one line: the result is a copy unless it says otherwise. False: the line does not
 * hold it, and the result holds only its unknown values (-1, "").
 */
#ifndef MODEM_AT_ANSWERS_H
#define MODEM_AT_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AT_PDU_SIZE = 400 }; /* 176 octets in hex and some room */

/* +CREG (27.007 7.2), +CGREG, +CEREG and +C5GREG, as an answer, which begins with <n>, or as a code. */
struct at_registration {
    int stat;               /* 0 idle, 1 home, 2 searching, 3 denied, 4 unknown, 5 roaming, ...; -1 unknown */
    char lac[12], cell[20]; /* upper-case hex without leading zeros; "" unknown */
    int technology;         /* <AcT>, 27.007 7.3; -1 unknown */
};
bool at_read_registration(const char *line, bool is_answer, struct at_registration *registration);

/* The word for a <stat> such as "home"; NULL for a number we do not know. */
const char *at_registration_word(int stat);

/* Whether texts can come and go with this <stat>: home or roaming, also for SMS only and without CSFB. */
bool at_is_registered(int stat);

/*
 * The line before a PDU, 27.005 3.4.2 and 3.4.3: at_read_list_head takes "+CMGL: index,stat,[alpha],length";
 * at_read_message_head takes "+CMGR: stat,[alpha],length", "+CMT: [alpha],length" and "+CDS: length".
 */
struct at_message_head {
    int index, stat, length; /* stat as in 27.005 3.1; length in octets of the TPDU; -1 unknown */
    char pdu[AT_PDU_SIZE];   /* the hex, for a modem that puts it into the same line; else "" */
};
bool at_read_list_head(const char *line, struct at_message_head *head);
bool at_read_message_head(const char *line, struct at_message_head *head);

/* +CMTI: "SM",3 and +CDSI, 27.005 3.4.1. mem is the storage, "" when it names none. False: without an index,
 * or with index -1, there is nothing to read. */
bool at_read_stored(const char *line, char mem[4], int *index);

/* +CPMS=? (27.005 3.2.2): the storages that each of mem1, mem2 and mem3 can be, as "SM" and "ME". */
enum { AT_STORAGES = 8 };
struct at_storages {
    char names[3][AT_STORAGES][4];
    size_t n[3], lists; /* names in each list, and the lists given: 1 to 3 */
};
bool at_read_storages(const char *line, struct at_storages *storages);

/* The answers to +CPMS? (with names) and +CPMS= (without): slots used and in all, for up to three memories.
 */
struct at_usage {
    char names[3][4];
    int used[3], total[3];
    size_t n;
};
bool at_read_usage(const char *line, struct at_usage *usage);

/* +CSQ (27.007 8.5): rssi is 0..31, 99 unknown, up to 199 for TD-SCDMA and LTE; ber 0..7, 99, -1 missing. */
bool at_read_signal(const char *line, int *rssi, int *ber);

/*
 * +CCLK (27.007 8.15): unix seconds; two digits of the year from 70 on are of the last century. Without a
 * zone, or with one beyond 14 hours, the time is taken as UTC. False: it is no date.
 */
bool at_read_clock(const char *line, int64_t *at);

/* +COPS: mode,format,"name",act (27.007 7.3); name as UTF-8, also from a modem in UCS-2; -1 where missing. */
struct at_operator {
    int mode, format, technology;
    char name[48];
};
bool at_read_operator(const char *line, struct at_operator *op);

/* +CSCA (27.005 3.3.1): the number of the service centre; also from a modem in UCS-2. False: it has none. */
bool at_read_centre(const char *line, char *number, size_t size);

/* +CLIP (27.007 7.11) and +CCWA: number is "" when withheld, begins with + for type of address 145. */
struct at_caller {
    char number[48];
    int toa; /* -1 unknown */
};
bool at_read_caller(const char *line, struct at_caller *caller);

/* +CPIN (27.007 8.3): the state such as READY or SIM PIN, without quotes, cut to size. */
bool at_read_sim(const char *line, char *state, size_t size);

/* +CUSD: m[,text[,dcs]] (27.007 7.15). dcs is -1 when missing. The text is as coded: see modem_ussd_text. */
struct at_ussd {
    int m, dcs;
    bool was_quoted;
    const char *text; /* points into the line; not ended by a NUL */
    size_t length;    /* octets */
};
bool at_read_ussd(const char *line, struct at_ussd *ussd);

#endif
