/*
 * What numbers each country has: facts of the national numbering plans, to the digit where libphonenumber's
 * metadata (Apache-2.0), with which they were gathered, tells a range in use from others.
 */
#include "modem/number/number_plans.h"

#include <stddef.h>

const struct number_plan *const number_plans[] = { number_plans_asia,   number_plans_oceania,
                                                   number_plans_europe, number_plans_america,
                                                   number_plans_africa, NULL };
