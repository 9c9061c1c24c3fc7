/*
 * The national numbering plans, as modem/number.c reads them.
 */
#ifndef MODEM_NUMBER_PLANS_H
#define MODEM_NUMBER_PLANS_H

/*
 * Patterns: digits, . for any, [0-35-9] for some. A list has spaces between them; a plan is
 * LENGTH,LENGTH:LIST, with a semicolon before the next, and holds numbers of such a length that begin like
 * one of the list.
 */
struct number_plan {
    const char *regions;       /* ISO 3166, the main one first */
    const char *code;          /* ITU-T E.164 country code */
    const char *trunk;         /* list: digits before a number inside the country, or a carrier's */
    const char *international; /* list: what is dialled for + there */
    const char *numbers;       /* plan: without the trunk digits */
    const char *shorts;        /* plan: short codes, "" when none are known */
};

/* Ends with code NULL. */
extern const struct number_plan number_plans[];

/* List: the area codes of China. */
extern const char number_areas[];

#endif
