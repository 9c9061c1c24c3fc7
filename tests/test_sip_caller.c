#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/voice/sip_caller.h"
#include "gateway/voice/sip_private.h"

/* An INVITE with this request line's user, From and further header lines; released with mem_deref. */
static struct sip_msg *invite(const char *user, const char *from, const char *headers)
{
    void *mem = talloc_new(NULL);
    const char *text =
        talloc_asprintf(mem,
                        "INVITE sip:%s@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKx\r\n"
                        "From: %s;tag=1\r\nTo: <sip:x@127.0.0.1>\r\nCall-ID: one\xff"
                        "'two\r\n"
                        "CSeq: 1 INVITE\r\n%sContent-Length: 0\r\n\r\n",
                        user, from, headers);
    struct mbuf *octets = mbuf_alloc(strlen(text));
    struct sip_msg *message = NULL;

    mbuf_write_mem(octets, (const uint8_t *)text, strlen(text));
    octets->pos = 0;
    assert_int_equal(sip_msg_decode(&message, octets), 0);
    mem_deref(octets);
    talloc_free(mem);
    return message;
}

static void the_caller_is_the_number_asserted_or_else_in_from_however_it_is_written(void **state)
{
    static const struct {
        const char *from, *headers, *caller;
    } cases[] = {
        { "<sip:13834500025@pbx>", "", "+8613834500025" },
        { "<sip:+8613834500025@pbx;user=phone>", "", "+8613834500025" },
        { "<sip:008613834500025@pbx>", "", "+8613834500025" },
        { "<sip:013834500025@pbx>", "", "+8613834500025" },
        { "<sip:%2B8613834500025@pbx>", "", "+8613834500025" },
        { "<sip:+8613834500025;npdi;rn=1@pbx>", "", "+8613834500025" },
        { "\"13900000000\" <sip:13834500025:secret@pbx>", "", "+8613834500025" },
        { "<tel:+8613834500025;phone-context=x>", "", "+8613834500025" },
        { "sip:03571234567@pbx", "", "+863571234567" },
        { "<sip:15400138000@pbx>", "", "+8615400138000" }, /* of a block that is not assigned yet */
        { "\"13834500025\" <sip:8001@pbx>", "", "" },
        { "\"Anonymous\" <sip:anonymous@anonymous.invalid>", "", "" },
        { "<sip:pbx>", "", "" },
        { "<sip:8001@pbx>", "P-Asserted-Identity: <tel:+8613834500025>\r\n", "+8613834500025" },
        { "<sip:8001@pbx>", "P-Asserted-Identity: \"x, y\" <sip:8001@pbx>, <tel:+8613834500025>\r\n",
          "+8613834500025" },
        { "<sip:13900000000@pbx>", "P-Asserted-Identity: <sip:8001@pbx>\r\n", "" },
        { "<sip:13834500025@pbx>", "Privacy: none\r\n", "+8613834500025" },
        { "<sip:anonymous@anonymous.invalid>",
          "Privacy: id\r\nP-Asserted-Identity: <sip:+8613834500025@pbx>\r\n", "" },
    };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sip_msg *message = invite("110", cases[i].from, cases[i].headers);

        assert_string_equal(sip_caller(mem, message), cases[i].caller);
        mem_deref(message);
    }
    talloc_free(mem);
}

static void what_is_kept_of_the_called_is_a_number(void **state)
{
    static const struct {
        const char *user, *called;
    } cases[] = { { "03571234567", "+863571234567" },
                  { "110", "110" },
                  { "8001", "8001" },
                  { "\xff\xfe", "" },
                  { "a'b", "" },
                  { "111111111111111111111111111111111111111111", "" } };
    void *mem = talloc_new(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sip_msg *message = invite(cases[i].user, "<sip:13834500025@pbx>", "");

        assert_string_equal(sip_called(mem, message), cases[i].called);
        mem_deref(message);
    }
    talloc_free(mem);
}

/* A PBX that starts anew may count its calls from one again. */
static void two_calls_of_one_call_id_have_names_of_their_own(void **state)
{
    void *mem = talloc_new(NULL);
    struct sip_msg *message = invite("110", "<sip:13834500025@pbx>", "");
    const char *one = sip_call_name(mem, message), *other = sip_call_name(mem, message);

    (void)state;
    assert_memory_equal(one, "one?'two ", 9);
    assert_string_not_equal(one, other);
    mem_deref(message);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_caller_is_the_number_asserted_or_else_in_from_however_it_is_written),
        cmocka_unit_test(what_is_kept_of_the_called_is_a_number),
        cmocka_unit_test(two_calls_of_one_call_id_have_names_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
