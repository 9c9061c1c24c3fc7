/*
 * The national numbering plans, as modem/number.c reads them.
 */
#ifndef MODEM_NUMBER_NUMBER_PLANS_H
#define MODEM_NUMBER_NUMBER_PLANS_H

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
    const char *forms;  /* plan: wider, what could be a number; tells a trunk digit from one of its own */
    const char *shorts; /* plan: short codes, "" when none are known */
};

/* Each ends with code NULL; and so do they all, with NULL. */
extern const struct number_plan number_plans_asia[], number_plans_oceania[], number_plans_america[],
    number_plans_africa[], number_plans_europe[];
extern const struct number_plan *const number_plans[];

#endif
