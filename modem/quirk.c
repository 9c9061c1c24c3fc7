#include "modem/quirk.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static const struct quirk quirks[] = {
    { .maker = "Quectel",
      .model = "EC2",
      .start = "AT+QINDCFG=\"smsfull\",1",
      .clock = "AT+CTZU=3",
      .reports_in = "SR",
      .why = "EC20 and EC25 announce +CDSI: \"SM\" while the report lies in SR" },
    { .maker = "Quectel",
      .start = "AT+QINDCFG=\"smsfull\",1",
      .clock = "AT+CTZU=3",
      .why = "reports a full storage only after this command; with AT+CTZU=1 its clock shows UTC with the "
             "local zone behind it" },
    { .maker = "SIMCom",
      .clock = "AT+CLTS=1|AT+CTZU=1",
      .why = "SIM800 and SIM900 stand at 04/01/01 until told to take the network's time" },
    { .maker = "Telit", .clock = "AT#NITZ=1", .why = "has a command of its own for the network's time" },
    { .maker = "ZTE",
      .start = "AT+ZOPRT=5",
      .why = "MF6xx sticks stay off the network until told to go on it" },
    { .maker = "Huawei",
      .has_heartbeat = true,
      .why = "E1xx sticks send ^BOOT every 20 s for as long as nobody runs their own program" },
    { .maker = "Vodafone",
      .model = "K",
      .has_heartbeat = true,
      .why = "K3xxx and K4xxx are Huawei's, and do not always say so" },
    { .maker = "Cinterion",
      .start = "AT^SSET=1",
      .why = "^SSIM READY tells when the SIM's messages can be read; before it lists are empty" },
    { .maker = NULL, .why = "the standard" },
};

static bool begins(const char *text, const char *start)
{
    return !start || strncasecmp(text, start, strlen(start)) == 0;
}

static bool names(const char *makers, const char *maker)
{
    return !maker || strcasestr(makers, maker);
}

const struct quirk *quirk_find(const char *makers, const char *model)
{
    const size_t n = sizeof quirks / sizeof *quirks;

    for (size_t i = 0; i < n; i++)
        if (names(makers, quirks[i].maker) && begins(model, quirks[i].model))
            return &quirks[i];
    return &quirks[n - 1];
}
