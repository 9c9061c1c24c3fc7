/* Every row of the driver's two tables of codes, as modems write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "modem/at_lines.h"

static const struct {
    const char *line;
    enum at_code_kind kind;
} codes[] = {
    { "+CMTI: \"SM\",3", AT_CODE_STORED },
    { "+CDSI: \"SR\",1", AT_CODE_REPORT_STORED },
    { "+CMT: ,23", AT_CODE_DELIVER },
    { "+CDS: 25", AT_CODE_REPORT },
    { "+CBM: 88", AT_CODE_BROADCAST },
    { "^SMMEMFULL:\"SM\"", AT_CODE_FULL },
    { "+SMS FULL: \"SM\"", AT_CODE_FULL },
    { "+QIND: \"smsfull\",\"SM\"", AT_CODE_FULL },
    { "+QIND: SMS FULL", AT_CODE_FULL },
    { "+ZSMSFULL: 1", AT_CODE_FULL },
    { "RING", AT_CODE_RING },
    { "+CRING: VOICE", AT_CODE_RING },
    { "+CLIP: \"13800138000\",129", AT_CODE_CALLER },
    { "+CCWA: \"13800138000\",129,1", AT_CODE_CALL },
    { "+COLP: \"13800138000\",129", AT_CODE_CALL },
    { "+CDIP: \"13800138000\",129", AT_CODE_CALL },
    { "+CNAP: \"WANG\",0", AT_CODE_CALL },
    { "+CLCC: 1,1,4,0,0,\"13800138000\",129", AT_CODE_CALL },
    { "^ORIG:1,0", AT_CODE_CALL },
    { "^CONF:1", AT_CODE_CALL },
    { "^CONN:1,0", AT_CODE_CALL },
    { "^DSCI: 1,1,4,0,13800138000,129", AT_CODE_CALL },
    { "VOICE CALL: BEGIN", AT_CODE_CALL },
    { "CONNECT 9600", AT_CODE_CALL },
    { "^CEND:1,0,104,16", AT_CODE_CALL_END },
    { "VOICE CALL: END: 000012", AT_CODE_CALL_END },
    { "MISSED_CALL: 09:12AM 13800138000", AT_CODE_CALL_END },
    { "HANGUP: 1", AT_CODE_CALL_END },
    { "NO CARRIER", AT_CODE_CALL_END },
    { "NO ANSWER", AT_CODE_CALL_END },
    { "BUSY", AT_CODE_CALL_END },
    { "+DTMF: 5", AT_CODE_KEY },
    { "+RXDTMF: 5", AT_CODE_KEY },
    { "+QTONEDET: 53", AT_CODE_KEY },
    { "+CUSD: 0,\"0041\",72", AT_CODE_USSD },
    { "+CREG: 1", AT_CODE_REGISTRATION },
    { "+CGREG: 1", AT_CODE_REGISTRATION },
    { "+CEREG: 1", AT_CODE_REGISTRATION },
    { "+C5GREG: 1", AT_CODE_REGISTRATION },
    { "^RSSI:21", AT_CODE_SIGNAL },
    { "^HCSQ:\"LTE\",52,41,121,22", AT_CODE_SIGNAL },
    { "+CSQN: 21,0", AT_CODE_SIGNAL },
    { "+CPIN: NOT READY", AT_CODE_SIM },
    { "^SIMST:1", AT_CODE_SIM },
    { "+QUSIM: 1", AT_CODE_SIM },
    { "+SIMCARD: NOT AVAILABLE", AT_CODE_SIM },
    { "+CSMINS: 1,1", AT_CODE_SIM },
    { "RDY", AT_CODE_BOOT },
    { "^SYSSTART AIRPLANE MODE", AT_CODE_BOOT },
    { "START", AT_CODE_BOOT },
    { "*EMRDY: 1", AT_CODE_BOOT },
    { "MODEM:STARTUP", AT_CODE_BOOT },
    { "APP RDY", AT_CODE_BOOT },
    { "NORMAL POWER DOWN", AT_CODE_BOOT },
    { "POWERED DOWN", AT_CODE_BOOT },
    { "^SHUTDOWN", AT_CODE_BOOT },
    { "^BOOT:20952548,0,0,0,75", AT_CODE_HEARTBEAT },
    { "Call Ready", AT_CODE_READY },
    { "SMS Ready", AT_CODE_READY },
    { "SMS DONE", AT_CODE_READY },
    { "^SSIM READY", AT_CODE_READY },
    { "PB DONE", AT_CODE_READY },
    { "OPL UPDATING", AT_CODE_READY },
    { "PNN UPDATING", AT_CODE_READY },
    { "+QIND: SMS DONE", AT_CODE_READY },
    { "+QIND: PB DONE", AT_CODE_READY },
    { "+PBREADY", AT_CODE_READY },
    { "+CFUN: 1", AT_CODE_STATUS },
    { "+CIEV: \"signal\",4", AT_CODE_INDICATOR },
    { "^MODE:5,4", AT_CODE_STATUS },
    { "^SRVST:2", AT_CODE_STATUS },
    { "^DSFLOWRPT:0000016C,00000000", AT_CODE_STATUS },
    { "^DSDORMANT:1", AT_CODE_STATUS },
    { "^STIN:1, 0, 0", AT_CODE_STATUS },
    { "^NWTIME:\"26/11/20,09:00:00+32,0\"", AT_CODE_STATUS },
    { "^EARST:3", AT_CODE_STATUS },
    { "^LWURC:1", AT_CODE_STATUS },
    { "^THERM:1", AT_CODE_STATUS },
    { "^LOCCHD:15,4", AT_CODE_STATUS },
    { "^NDISSTAT:1,,,\"IPV4\"", AT_CODE_STATUS },
    { "^ANLEVEL:4", AT_CODE_STATUS },
    { "^HDRRSSI:60", AT_CODE_STATUS },
    { "^CRSSI:60", AT_CODE_STATUS },
    { "^DATACONNECT", AT_CODE_STATUS },
    { "^CSNR:-82,-7", AT_CODE_STATUS },
    { "^ACTIVEBAND:3", AT_CODE_STATUS },
    { "+ZDONR: \"CMCC\",460,0,\"CS_PS\"", AT_CODE_STATUS },
    { "+ZPASR: \"LTE\"", AT_CODE_STATUS },
    { "+ZUSIMR:2", AT_CODE_STATUS },
    { "+ZPSTM: 0,0", AT_CODE_STATUS },
    { "+ZEND", AT_CODE_STATUS },
    { "+PACSP1", AT_CODE_STATUS },
    { "+CGEV: ME DETACH", AT_CODE_STATUS },
    { "+CTZV: +32", AT_CODE_STATUS },
    { "+CTZE: +32,0", AT_CODE_STATUS },
    { "+CTZDST: 0", AT_CODE_STATUS },
    { "+NITZ: 26/11/20,09:00:00", AT_CODE_STATUS },
    { "*PSUTTZ: 2026, 11, 20, 1, 0, 0, \"+32\", 0", AT_CODE_STATUS },
    { "*PSNWID: \"460\",\"00\"", AT_CODE_STATUS },
    { "DST: 0", AT_CODE_STATUS },
    { "+QIND: \"csq\",21,99", AT_CODE_STATUS },
    { "+QNETDEVSTATUS: 1", AT_CODE_STATUS },
    { "$QCSIMSTAT: 1, SIM INIT COMPLETED", AT_CODE_STATUS },
    { "+CUSATP: \"D009\"", AT_CODE_STATUS },
    { "+STIN: 25", AT_CODE_STATUS },
    { "#QSS: 1", AT_CODE_STATUS },
    { "UNDER-VOLTAGE WARNING", AT_CODE_STATUS },
    { "OVER-VOLTAGE WARNING", AT_CODE_STATUS },
    { "GPS READY", AT_CODE_STATUS },
};

static void every_unsolicited_code_is_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const struct at_code *code = at_find_code(codes[i].line);

        if (!code)
            fail_msg("%s is taken for a line of an answer", codes[i].line);
        if (code->kind != codes[i].kind)
            fail_msg("%s: kind %d", codes[i].line, code->kind);
    }
}

static void what_only_begins_like_a_whole_line_is_no_code(void **state)
{
    static const char *const lines[] = { "RING 1",      "RDY 2",       "START 1",  "BUSY 1", "NO CARRIER 1",
                                         "SMS Ready 1", "RIN",         "",         "+CMG",   "OK",
                                         "Call Read",   "GPS READY 1", "891683108" };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (at_find_code(lines[i]))
            fail_msg("%s is taken for a code", lines[i]);
}

static void a_pdu_follows_the_codes_that_bring_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        enum at_code_kind kind = codes[i].kind;
        bool has = kind == AT_CODE_DELIVER || kind == AT_CODE_REPORT || kind == AT_CODE_BROADCAST;

        assert_int_equal(at_code_has_pdu(at_find_code(codes[i].line)), has);
    }
}

/* 27.007 9.2 and 27.005 3.2.5. */
static const struct {
    enum at_final final;
    int code;
    const char *words;
} errors[] = {
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

static void every_error_has_its_words_and_its_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        const char *words = at_error_words(errors[i].final, errors[i].code);

        assert_non_null(words);
        assert_string_equal(words, errors[i].words);
        assert_int_equal(at_error_code(errors[i].final, errors[i].words), errors[i].code);
    }
}

/* A +CME ERROR in the place of a +CMS ERROR means the same; what has no counterpart is any error. */
static void a_cme_error_has_its_cms_counterpart(void **state)
{
    static const int same[][2] = { { 3, 302 },  { 4, 303 },  { 5, 312 },   { 10, 310 }, { 11, 311 },
                                   { 12, 316 }, { 13, 313 }, { 14, 314 },  { 15, 315 }, { 17, 317 },
                                   { 18, 318 }, { 20, 322 }, { 21, 321 },  { 23, 320 }, { 30, 331 },
                                   { 31, 332 }, { 32, 331 }, { 515, 515 }, { 0, 500 },  { 2, 500 },
                                   { 6, 500 },  { 16, 500 }, { 19, 500 },  { 22, 500 }, { 33, 500 },
                                   { 100, 500 } };

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (at_cms_of_cme(same[i][0]) != same[i][1])
            fail_msg("%d: %d", same[i][0], at_cms_of_cme(same[i][0]));
}

/* Both ends of each range and their neighbours: after any other code the text may have been sent. */
static void which_codes_say_that_nothing_was_sent(void **state)
{
    static const int unsent[] = { 1, 255, 300, 305, 310, 318, 320, 322, 330, 331, 340, 515 };
    static const int unclear[] = {
        0, 256, 299, 306, 309, 319, 323, 329, 332, 339, 341, 500, 512, 514, 516, -1
    };

    (void)state;
    for (size_t i = 0; i < sizeof unsent / sizeof *unsent; i++)
        if (!at_is_unsent(unsent[i]))
            fail_msg("%d", unsent[i]);
    for (size_t i = 0; i < sizeof unclear / sizeof *unclear; i++)
        if (at_is_unsent(unclear[i]))
            fail_msg("%d", unclear[i]);
}

static void an_unknown_error_has_neither(void **state)
{
    (void)state;
    assert_null(at_error_words(AT_CMS, 2));
    assert_null(at_error_words(AT_CME, 310));
    assert_int_equal(at_error_code(AT_CME, "SMSC address unknown"), -1);
    assert_int_equal(at_error_code(AT_CMS, ""), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_unsolicited_code_is_known),
        cmocka_unit_test(what_only_begins_like_a_whole_line_is_no_code),
        cmocka_unit_test(a_pdu_follows_the_codes_that_bring_one),
        cmocka_unit_test(every_error_has_its_words_and_its_number),
        cmocka_unit_test(a_cme_error_has_its_cms_counterpart),
        cmocka_unit_test(which_codes_say_that_nothing_was_sent),
        cmocka_unit_test(an_unknown_error_has_neither),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
