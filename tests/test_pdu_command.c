#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

#include "tests/support/program.h"

/* Single quotes stand for double ones, which are many here. */
static char *quoted(void *mem, const char *text)
{
    char *copy = talloc_strdup(mem, text);

    for (char *quote = copy; (quote = strchr(quote, '\'')) != NULL;)
        *quote = '"';
    return copy;
}

/* What `xiangyin` prints on both outputs for these lines, and its exit status. */
static void answers(const char *const *arguments, const char *lines, int status, const char *expected)
{
    void *mem = talloc_new(NULL);
    struct outcome outcome = program_run(mem, NULL, quoted(mem, lines), arguments);

    assert_string_equal(talloc_asprintf(mem, "%s%s", outcome.out, outcome.err), quoted(mem, expected));
    assert_int_equal(outcome.status, status);
    talloc_free(mem);
}

#define GIVEN(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void decode_tells_all_of_a_delivery(void **state)
{
    (void)state;
    answers(GIVEN("pdu", "decode"),
            "0891683108200505F0440D91683108108300F00000425060708090230805000301020182\n", 0,
            "{'valid':true,'direction':'deliver','smsc':'+8613800250500','address':'+8613800138000',"
            "'address_type':'international','timestamp':'2024-05-06T07:08:09+08:00','alphabet':'gsm7',"
            "'class':null,'udh_raw':'050003010201','udh':{'ref':1,'total':2,'seq':1},'text':'A',"
            "'content':'text','tpdu_len':27}\n");
}

static void decode_tells_all_of_a_report(void **state)
{
    (void)state;
    answers(GIVEN("pdu", "decode"), "  0891683108200505F0062A05810180F642209232958523423010000030234A ", 0,
            "{'valid':true,'direction':'status-report','smsc':'+8613800250500','address':'10086',"
            "'address_type':'other','timestamp':'2024-02-29T23:59:58+08:00','mr':42,'status':74,"
            "'status_class':'reserved','status_range':'permanent-error-range',"
            "'discharge':'2024-03-01T00:00:03+08:00','content':'text','tpdu_len':22}\n");
}

static void every_line_gets_its_answer(void **state)
{
    (void)state;
    answers(GIVEN("pdu", "decode"), "\nzz\n{'pdu':3}\n{\n", 0,
            "{'valid':false,'error':'octet 0: empty'}\n"
            "{'valid':false,'error':'octet 0: something other than hexadecimal digits'}\n"
            "{'valid':false,'error':'an object without \\'pdu\\''}\n"
            "{'valid':false,'error':'octet 0: something other than hexadecimal digits'}\n");
}

static void decode_sees_where_a_pdu_comes_from(void **state)
{
    static const char pdu[] = "012304913619340008C8303A8C0EA3C3";
    static const char submit[] = "{'valid':true,'direction':'submit','address':'+6391',"
                                 "'address_type':'international','mr':35,'alphabet':'gsm7',"
                                 "'class':null,'text':'Hahahaha','content':'text','tpdu_len':16}\n";

    (void)state;
    answers(GIVEN("pdu", "decode"), pdu, 0, submit);
    answers(GIVEN("pdu", "decode", "--no-smsc", "--submit", pdu), "", 0, submit);
    answers(GIVEN("pdu", "decode"),
            "{'pdu':'012304913619340008C8303A8C0EA3C3','has_smsc':false,'direction':'submit'}", 0, submit);
    answers(GIVEN("pdu", "decode", "--deliver"), pdu, 0,
            "{'valid':false,'error':'octet 1: neither DELIVER nor STATUS-REPORT'}\n");
}

/* 06 and a reference above 7F begin like an SMSC's address, 00 and a long number like an absent one's. */
static void a_tpdu_that_begins_like_an_smsc_is_known_by_its_length(void **state)
{
    static const char report[] = "06DC05810180F64220923295852342301000003023";

    (void)state;
    answers(GIVEN("pdu", "decode", "06DC05810180F6422092329585234230100000302300"), "", 0,
            "{'valid':true,'direction':'status-report','address':'10086','address_type':'other',"
            "'timestamp':'2024-02-29T23:59:58+08:00','mr':220,'status':0,'status_class':'delivered',"
            "'discharge':'2024-03-01T00:00:03+08:00','content':'text','tpdu_len':22}\n");
    answers(GIVEN("pdu", "decode", "000D91683108108300F00000425060708090230141"), "", 0,
            "{'valid':true,'direction':'deliver','address':'+8613800138000','address_type':'international',"
            "'timestamp':'2024-05-06T07:08:09+08:00','alphabet':'gsm7','class':null,'text':'A',"
            "'content':'text','tpdu_len':21}\n");
    answers(GIVEN("pdu", "decode", report), "", 0,
            "{'valid':false,'error':'octet 10: an address of more than 20 digits'}\n");
    answers(GIVEN("pdu", "decode", "--smsc", "06DC05810180F6422092329585234230100000302300"), "", 0,
            "{'valid':false,'error':'octet 10: an address of more than 20 digits'}\n");
}

static void encode_says_the_parts_or_why_not(void **state)
{
    (void)state;
    answers(GIVEN("pdu", "encode"),
            "{'to':'10086','text':'hi {€}'}\n"
            "{'to':'+8613800138000','text':'路灯','class':1}\n"
            "{'to':'1','text':'x'}\n"
            "hello\n",
            0,
            "{'encoding':'gsm7','parts':[{'pdu':'00010005810180F6000009E8346883DA943729','text':'hi {€}'}]}\n"
            "{'encoding':'ucs2','parts':["
            "{'pdu':'0001000D91683108108300F00019048DEF706F','text':'路灯'}]}\n"
            "{'error':'the number is not 3 to 20 digits with an optional +'}\n"
            "{'error':'not an object with \\'to\\' and \\'text\\''}\n");
}

static void wrong_use_is_said(void **state)
{
    (void)state;
    answers(GIVEN("pdu"), "", 2, "xiangyin pdu: expected decode or encode\nTry: xiangyin pdu --help\n");
    answers(GIVEN("number", "--region", "China"), "", 2,
            "xiangyin number: a region is two letters, such as CN\nTry: xiangyin number --help\n");
}

static void number_prints_an_object_a_line(void **state)
{
    (void)state;
    answers(GIVEN("number"), "138 0013 8000\nabc\n{'input':'999','default_region':'HK'}\n", 0,
            "{'input':'138 0013 8000','kind':'number','e164':'+8613800138000'}\n"
            "{'input':'abc','kind':'alphanumeric','e164':null}\n"
            "{'input':'999','kind':'short-code','e164':'+852999'}\n");
    answers(GIVEN("number", "--region", "TW", "-", "110"), "0912 345 678", 0,
            "{'input':'0912 345 678','kind':'number','e164':'+886912345678'}\n"
            "{'input':'110','kind':'short-code','e164':'+886110'}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decode_tells_all_of_a_delivery),
        cmocka_unit_test(decode_tells_all_of_a_report),
        cmocka_unit_test(every_line_gets_its_answer),
        cmocka_unit_test(decode_sees_where_a_pdu_comes_from),
        cmocka_unit_test(a_tpdu_that_begins_like_an_smsc_is_known_by_its_length),
        cmocka_unit_test(encode_says_the_parts_or_why_not),
        cmocka_unit_test(wrong_use_is_said),
        cmocka_unit_test(number_prints_an_object_a_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
