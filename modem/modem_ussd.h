/* The text of a USSD answer, in whatever coding the modem left it. */
#ifndef MODEM_MODEM_USSD_H
#define MODEM_MODEM_USSD_H

#include "modem/at_answers.h"

/*
 * The text as UTF-8 from mem. Modems give the text itself, or UCS-2, packed septets or octets in hex, and the
 * coding scheme (23.038 section 5) does not always tell which; then the octets decide.
 */
char *modem_ussd_text(void *mem, const struct at_ussd *ussd);

#endif
