/*
 * What the information lines of AT answers and codes say, 27.007 and 27.005, in all the forms modems give
 * them. Pure functions of one line. False: the line does not say it.
 */
#ifndef MODEM_AT_ANSWERS_H
#define MODEM_AT_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

enum { AT_PDU_SIZE = 400 }; /* 176 octets in hex and some room */

/* +CREG, +CGREG, +CEREG, +C5GREG; as answer (n first) or code. 27.007 7.2 */
struct at_registration {
    int stat;               /* 0 idle, 1 home, 2 searching, 3 denied, 4 unknown, 5 roaming, ...; -1 */
    char lac[12], cell[20]; /* upper-case hex without leading zeros; "" unknown */
    int technology;         /* AcT; -1 unknown */
};
bool at_read_registration(const char *line, bool is_answer, struct at_registration *registration);
const char *at_registration_word(int stat);     /* "home"; NULL */
const char *at_technology_word(int technology); /* "lte"; NULL */
bool at_is_registered(int stat);

/* +CMGL: index,stat,[alpha],length   +CMGR: stat,[alpha],length   +CMT: [alpha],length   +CDS: length */
struct at_message_head {
    int index, stat, length; /* -1 unknown */
    char pdu[AT_PDU_SIZE];   /* when the PDU stands in the same line; else "" */
};
bool at_read_list_head(const char *line, struct at_message_head *head);
bool at_read_message_head(const char *line, struct at_message_head *head);

/* +CMTI: "SM",3 and +CDSI. mem "" when it names none. False: there is nothing to read (no index, -1). */
bool at_read_stored(const char *line, char mem[4], int *index);

/* +CPMS=? : for each of mem1..mem3 the storages, as "SM" "ME" ... */
enum { AT_STORAGES = 8 };
struct at_storages {
    char names[3][AT_STORAGES][4];
    size_t n[3], lists;
};
bool at_read_storages(const char *line, struct at_storages *storages);

/* +CPMS? (with names) and +CPMS= (without): used and total of up to three. */
struct at_usage {
    char names[3][4];
    int used[3], total[3];
    size_t n;
};
bool at_read_usage(const char *line, struct at_usage *usage);

/* +CSQ: rssi 0..31 or 99 */
bool at_read_signal(const char *line, int *rssi, int *ber);

/* +COPS: mode,format,"name",act; name as UTF-8. -1 where missing. */
struct at_operator {
    int mode, format, technology;
    char name[48];
};
bool at_read_operator(const char *line, struct at_operator *op);

/* +CLIP, +CCWA: number "" when withheld. toa and class -1 unknown. */
struct at_caller {
    char number[48];
    int toa, class;
};
bool at_read_caller(const char *line, struct at_caller *caller);

/* +CPIN: READY, with or without quotes */
bool at_read_sim(const char *line, char *state, size_t size);

/* +CUSD: m[,text[,dcs]]; the text in place. dcs -1 when missing. */
struct at_ussd {
    int m, dcs;
    bool was_quoted;
    const char *text; /* into line */
    size_t length;
};
bool at_read_ussd(const char *line, struct at_ussd *ussd);

#endif
