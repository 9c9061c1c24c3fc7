/* The unsolicited codes with their kinds, and the words of the error codes. */
#include "modem/at_lines.h"

#include <string.h>
#include <strings.h>

static const struct at_code codes[] = {
    { "+CMTI:", AT_CODE_STORED },
    { "+CDSI:", AT_CODE_REPORT_STORED },
    { "+CMT:", AT_CODE_DELIVER },
    { "+CDS:", AT_CODE_REPORT },
    { "+CBM:", AT_CODE_BROADCAST },
    { "^SMMEMFULL", AT_CODE_FULL },         /* Huawei */
    { "+SMS FULL", AT_CODE_FULL },          /* SIMCom */
    { "+QIND: \"smsfull\"", AT_CODE_FULL }, /* Quectel */
    { "+QIND: SMS FULL", AT_CODE_FULL },
    { "+ZSMSFULL", AT_CODE_FULL },
    { "RING$", AT_CODE_RING },
    { "+CRING:", AT_CODE_RING },
    { "+CLIP:", AT_CODE_CALLER },
    { "+CCWA:", AT_CODE_CALL },
    { "+COLP:", AT_CODE_CALL },
    { "+CDIP:", AT_CODE_CALL },
    { "+CNAP:", AT_CODE_CALL },
    { "+CLCC:", AT_CODE_CALL },
    { "^ORIG:", AT_CODE_CALL }, /* Huawei */
    { "^CONF:", AT_CODE_CALL },
    { "^CONN:", AT_CODE_CALL },
    { "^DSCI:", AT_CODE_CALL },            /* Quectel */
    { "VOICE CALL: BEGIN", AT_CODE_CALL }, /* SIM7600 */
    { "CONNECT", AT_CODE_CALL },
    { "^CEND:", AT_CODE_CALL_END },
    { "VOICE CALL: END", AT_CODE_CALL_END },
    { "MISSED_CALL:", AT_CODE_CALL_END },
    { "HANGUP", AT_CODE_CALL_END }, /* ZTE, Qualcomm */
    { "NO CARRIER$", AT_CODE_CALL_END },
    { "NO ANSWER$", AT_CODE_CALL_END },
    { "BUSY$", AT_CODE_CALL_END },
    { "+DTMF:", AT_CODE_KEY },
    { "+RXDTMF:", AT_CODE_KEY },
    { "+QTONEDET:", AT_CODE_KEY },
    { "+CUSD:", AT_CODE_USSD },
    { "+CREG:", AT_CODE_REGISTRATION },
    { "+CGREG:", AT_CODE_REGISTRATION },
    { "+CEREG:", AT_CODE_REGISTRATION },
    { "+C5GREG:", AT_CODE_REGISTRATION },
    { "^RSSI:", AT_CODE_SIGNAL },
    { "^HCSQ:", AT_CODE_SIGNAL },
    { "+CSQN:", AT_CODE_SIGNAL },
    { "+CPIN:", AT_CODE_SIM },
    { "^SIMST:", AT_CODE_SIM },
    { "+QUSIM:", AT_CODE_SIM },
    { "+SIMCARD:", AT_CODE_SIM },
    { "+CSMINS:", AT_CODE_SIM },
    { "RDY$", AT_CODE_BOOT },
    { "^SYSSTART", AT_CODE_BOOT }, /* Cinterion */
    { "START$", AT_CODE_BOOT },    /* SIM7600 */
    { "*EMRDY:", AT_CODE_BOOT },   /* Ericsson */
    { "MODEM:STARTUP", AT_CODE_BOOT },
    { "APP RDY$", AT_CODE_BOOT },
    { "NORMAL POWER DOWN$", AT_CODE_BOOT },
    { "POWERED DOWN$", AT_CODE_BOOT },
    { "^SHUTDOWN", AT_CODE_BOOT },
    { "^BOOT:", AT_CODE_HEARTBEAT },
    { "Call Ready$", AT_CODE_READY },
    { "SMS Ready$", AT_CODE_READY },
    { "SMS DONE$", AT_CODE_READY },
    { "^SSIM READY$", AT_CODE_READY }, /* Cinterion */
    { "PB DONE$", AT_CODE_READY },
    { "OPL UPDATING$", AT_CODE_READY },
    { "PNN UPDATING$", AT_CODE_READY },
    { "+QIND: SMS DONE", AT_CODE_READY },
    { "+QIND: PB DONE", AT_CODE_READY },
    { "+PBREADY", AT_CODE_READY },
    { "+CFUN:", AT_CODE_STATUS },
    { "+CIEV:", AT_CODE_INDICATOR },
    { "^MODE:", AT_CODE_STATUS },
    { "^SRVST:", AT_CODE_STATUS },
    { "^DSFLOWRPT", AT_CODE_STATUS },
    { "^DSDORMANT", AT_CODE_STATUS },
    { "^STIN:", AT_CODE_STATUS },
    { "^NWTIME", AT_CODE_STATUS },
    { "^EARST", AT_CODE_STATUS },
    { "^LWURC", AT_CODE_STATUS },
    { "^THERM", AT_CODE_STATUS },
    { "^LOCCHD", AT_CODE_STATUS },
    { "^NDISSTAT", AT_CODE_STATUS },
    { "^ANLEVEL", AT_CODE_STATUS },
    { "^HDRRSSI", AT_CODE_STATUS },
    { "^CRSSI", AT_CODE_STATUS },
    { "^DATACONNECT", AT_CODE_STATUS },
    { "^CSNR:", AT_CODE_STATUS },
    { "^ACTIVEBAND", AT_CODE_STATUS },
    { "+ZDONR:", AT_CODE_STATUS }, /* ZTE */
    { "+ZPASR:", AT_CODE_STATUS },
    { "+ZUSIMR:", AT_CODE_STATUS },
    { "+ZPSTM:", AT_CODE_STATUS },
    { "+ZEND", AT_CODE_STATUS },
    { "+PACSP", AT_CODE_STATUS }, /* Sierra, Option */
    { "+CGEV:", AT_CODE_STATUS },
    { "+CTZV:", AT_CODE_STATUS },
    { "+CTZE:", AT_CODE_STATUS },
    { "+CTZDST:", AT_CODE_STATUS },
    { "+NITZ", AT_CODE_STATUS },
    { "*PSUTTZ:", AT_CODE_STATUS }, /* SIMCom */
    { "*PSNWID:", AT_CODE_STATUS },
    { "DST:", AT_CODE_STATUS },
    { "+QIND:", AT_CODE_STATUS },
    { "+QNETDEVSTATUS:", AT_CODE_STATUS },
    { "$QCSIMSTAT:", AT_CODE_STATUS },
    { "+CUSATP:", AT_CODE_STATUS },
    { "+STIN:", AT_CODE_STATUS },
    { "#QSS:", AT_CODE_STATUS }, /* Telit */
    { "UNDER-VOLTAGE", AT_CODE_STATUS },
    { "OVER-VOLTAGE", AT_CODE_STATUS },
    { "GPS READY$", AT_CODE_STATUS },
};

static bool is_code(const char *line, const char *name)
{
    size_t n = strlen(name);

    if (name[n - 1] == '$')
        return strlen(line) == n - 1 && strncasecmp(line, name, n - 1) == 0;
    return strncasecmp(line, name, n) == 0;
}

const struct at_code *at_find_code(const char *line)
{
    /* Most lines are PDUs, and no code begins with a digit. */
    if (*line >= '0' && *line <= '9')
        return NULL;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (is_code(line, codes[i].name))
            return &codes[i];
    return NULL;
}

bool at_code_has_pdu(const struct at_code *code)
{
    return code->kind == AT_CODE_DELIVER || code->kind == AT_CODE_REPORT || code->kind == AT_CODE_BROADCAST;
}

struct error_words {
    enum at_final final;
    int code;
    const char *words;
};

static const struct error_words errors[] = {
    { AT_CME, 0, "phone failure" },
    { AT_CME, 3, "operation not allowed" },
    { AT_CME, 4, "operation not supported" },
    { AT_CME, 5, "PH-SIM PIN required" },
    { AT_CME, 10, "SIM not inserted" },
    { AT_CME, 11, "SIM PIN required" },
    { AT_CME, 12, "SIM PUK required" },
    { AT_CME, 13, "SIM failure" },
    { AT_CME, 14, "SIM busy" },
    { AT_CME, 15, "SIM wrong" },
    { AT_CME, 16, "incorrect password" },
    { AT_CME, 17, "SIM PIN2 required" },
    { AT_CME, 18, "SIM PUK2 required" },
    { AT_CME, 20, "memory full" },
    { AT_CME, 21, "invalid index" },
    { AT_CME, 22, "not found" },
    { AT_CME, 23, "memory failure" },
    { AT_CME, 24, "text string too long" },
    { AT_CME, 26, "dial string too long" },
    { AT_CME, 30, "no network service" },
    { AT_CME, 31, "network timeout" },
    { AT_CME, 32, "network not allowed - emergency calls only" },
    { AT_CME, 100, "unknown" },
    { AT_CME, 515, "please wait/device busy" },
    { AT_CMS, 1, "unassigned number" },
    { AT_CMS, 8, "operator determined barring" },
    { AT_CMS, 10, "call barred" },
    { AT_CMS, 21, "short message transfer rejected" },
    { AT_CMS, 27, "destination out of service" },
    { AT_CMS, 28, "unidentified subscriber" },
    { AT_CMS, 29, "facility rejected" },
    { AT_CMS, 30, "unknown subscriber" },
    { AT_CMS, 38, "network out of order" },
    { AT_CMS, 41, "temporary failure" },
    { AT_CMS, 42, "congestion" },
    { AT_CMS, 47, "resources unavailable" },
    { AT_CMS, 50, "requested facility not subscribed" },
    { AT_CMS, 69, "requested facility not implemented" },
    { AT_CMS, 81, "invalid short message transfer reference value" },
    { AT_CMS, 95, "invalid message" },
    { AT_CMS, 96, "invalid mandatory information" },
    { AT_CMS, 111, "protocol error" },
    { AT_CMS, 300, "ME failure" },
    { AT_CMS, 301, "SMS service of ME reserved" },
    { AT_CMS, 302, "operation not allowed" },
    { AT_CMS, 303, "operation not supported" },
    { AT_CMS, 304, "invalid PDU mode parameter" },
    { AT_CMS, 305, "invalid text mode parameter" },
    { AT_CMS, 310, "SIM not inserted" },
    { AT_CMS, 311, "SIM PIN required" },
    { AT_CMS, 312, "PH-SIM PIN required" },
    { AT_CMS, 313, "SIM failure" },
    { AT_CMS, 314, "SIM busy" },
    { AT_CMS, 315, "SIM wrong" },
    { AT_CMS, 316, "SIM PUK required" },
    { AT_CMS, 320, "memory failure" },
    { AT_CMS, 321, "invalid memory index" },
    { AT_CMS, 322, "memory full" },
    { AT_CMS, 330, "SMSC address unknown" },
    { AT_CMS, 331, "no network service" },
    { AT_CMS, 332, "network timeout" },
    { AT_CMS, 340, "no +CNMA acknowledgement expected" },
    { AT_CMS, 500, "unknown error" },
    { AT_CMS, 515, "please wait/device busy" },
};

const char *at_error_words(enum at_final final, int code)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].final == final && errors[i].code == code)
            return errors[i].words;
    return NULL;
}

int at_error_code(enum at_final final, const char *words)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].final == final && strcasecmp(errors[i].words, words) == 0)
            return errors[i].code;
    return -1;
}

int at_cms_of_cme(int code)
{
    static const struct {
        int cme, cms;
    } same[] = { { 3, 302 },  { 4, 303 },  { 5, 312 },  { 10, 310 }, { 11, 311 }, { 12, 316 },
                 { 13, 313 }, { 14, 314 }, { 15, 315 }, { 17, 317 }, { 18, 318 }, { 20, 322 },
                 { 21, 321 }, { 23, 320 }, { 30, 331 }, { 31, 332 }, { 32, 331 }, { 515, 515 } };

    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (same[i].cme == code)
            return same[i].cms;
    return 500;
}

bool at_is_unsent(int cms)
{
    static const struct {
        int from, to;
    } unsent[] = { { 1, 255 },   { 300, 305 }, { 310, 318 }, { 320, 322 },
                   { 330, 331 }, { 340, 340 }, { 515, 515 } };

    for (size_t i = 0; i < sizeof unsent / sizeof *unsent; i++)
        if (cms >= unsent[i].from && cms <= unsent[i].to)
            return true;
    return false;
}
