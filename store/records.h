/*
 * The records that several files use. Included in store/ and its tests alone.
 */
#ifndef STORE_RECORDS_H
#define STORE_RECORDS_H

#include "store/record.h"

extern const struct record case_record;   /* cases.c: struct case_ */
extern const struct record notice_record; /* notices.c: struct notice */

#endif
