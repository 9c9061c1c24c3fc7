#include "modem/quirk.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Sound comes by the USB sound card, or by the NMEA port once position reports are off. AT+QPCMV must be 0
 * before it is switched, so hanging up sends AT+QPCMV=0. The microphone stage is loud. */
static const struct quirk_voice quectel_card = {
    .sound = QUIRK_CARD,
    .start = "AT+QTONEDET=1|AT^DSCI=1",
    .before = "AT+QPCMV=0|AT+QPCMV=1,2",
    .port_start = "AT+QTONEDET=1|AT^DSCI=1|AT+QGPSCFG=\"outport\",\"none\"",
    .port_before = "AT+QPCMV=0|AT+QPCMV=1,0",
    .ended = "AT+QPCMV=0",
    .gain_in = 1,
    .gain_out = 0.7,
};

/* Only an AT+CPCMREG=1 accepted at the first try shows that the sound works: writes succeed either way. VoLTE
 * makes it 16 kHz unless told otherwise. */
static const struct quirk_voice simcom_port = {
    .sound = QUIRK_PORT,
    .interface = 4,
    .start = "AT+DDET=1",
    .before = "AT+CPCMFRM=0|AT+CPCMBANDWIDTH=1,1",
    .asks = "AT+CPCMBANDWIDTH?",
    .says = "1,1",
    .connected = "AT+CPCMREG=1",
    .ended = "AT+CPCMREG=0",
    .reset = "AT+CRESET",
    .gain_in = 1,
    .gain_out = 1,
    .is_experimental = true,
};

/* The sound comes by a serial port; keys come only as tones in the sound. */
static const struct quirk_voice huawei_port = {
    .sound = QUIRK_PORT,
    .interface = 1,
    .connected = "AT^DDSETEX=2",
    .gain_in = 1,
    .gain_out = 1,
};

static const struct quirk quirks[] = {
    { .maker = "Quectel",
      .model = "EC200",
      .start = "AT+QINDCFG=\"smsfull\",1",
      .clock = "AT+CTZU=3",
      .why = "EC200 and EC200U have no audio" },
    { .maker = "Quectel",
      .model = "EG2",
      .start = "AT+QINDCFG=\"smsfull\",1",
      .clock = "AT+CTZU=3",
      .voice = &quectel_card,
      .why = "EG25 is the EC25 of the world" },
    { .maker = "SIMCom",
      .model = "SIM7600",
      .clock = "AT+CLTS=1|AT+CTZU=1",
      .voice = &simcom_port,
      .why = "has a port for the sound of calls" },
    { .maker = "SIMCom",
      .model = "SIMCOM_SIM7600",
      .clock = "AT+CLTS=1|AT+CTZU=1",
      .voice = &simcom_port,
      .why = "the same, by the name that it gives itself" },
    { .maker = "Quectel",
      .model = "EC2",
      .start = "AT+QINDCFG=\"smsfull\",1",
      .clock = "AT+CTZU=3",
      .reports_in = "SR",
      .voice = &quectel_card,
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
      .voice = &huawei_port,
      .why = "E1xx sticks send ^BOOT every 20 s for as long as nobody runs their own program" },
    { .maker = "Vodafone",
      .model = "K",
      .has_heartbeat = true,
      .voice = &huawei_port,
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
