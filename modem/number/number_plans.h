/*
 * China's numbering plans and the country codes of the world, for number.c.
 */
#ifndef MODEM_NUMBER_NUMBER_PLANS_H
#define MODEM_NUMBER_NUMBER_PLANS_H

/*
 * A pattern is digits, . for any digit, [0-35-9] for some. A list is patterns with spaces between them. A
 * plan is LENGTH,LENGTH:LIST, repeated with "; " between: it holds the numbers of one of the lengths that
 * begin with a pattern of the list behind it.
 */
struct number_plan {
    const char *region;        /* ISO 3166 */
    const char *code;          /* ITU-T E.164 country code */
    const char *trunk;         /* list: digits before a number inside the country, or a carrier's */
    const char *international; /* list: what is dialled there instead of + */
    const char *numbers;       /* plan: numbers in use, without the trunk digits */
    const char *forms;         /* plan: what could be a number; tells a trunk digit from a number's own */
    const char *shorts;        /* plan: short codes, "" when none are known */
};

/* Ends with a row whose code is NULL. */
extern const struct number_plan number_plans[];

/* List: the country codes that are assigned. None of them is the beginning of another. */
extern const char number_country_codes[];

#endif
