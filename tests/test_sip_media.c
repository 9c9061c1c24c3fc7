#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/voice/sip_private.h"

enum { SECOND = 1000 / FRAME_MS };

static void want(void *arg, enum call_want what, const char *digits)
{
    (void)arg, (void)what, (void)digits;
}

static void record(void *arg, const int16_t samples[FRAME_SAMPLES])
{
    (void)arg, (void)samples;
}

static struct clip prompt(void *arg, const char *id)
{
    (void)arg, (void)id;
    return (struct clip){ 0 };
}

static void offer(struct sip_call *call, const char *direction)
{
    const char *text = talloc_asprintf(call,
                                       "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\n"
                                       "t=0 0\r\nm=audio 9 RTP/AVP 8\r\na=%s\r\n",
                                       direction);
    struct mbuf *octets = mbuf_alloc(strlen(text));

    mbuf_write_str(octets, text);
    octets->pos = 0;
    assert_int_equal(sdp_decode(call->sdp, octets, true), 0);
    mem_deref(octets);
    sip_media_change(call);
}

static void hold(struct sip_call *call, int seconds)
{
    for (int i = 0; i < seconds * SECOND; i++)
        sip_media_tick(call);
}

/* A PBX that was switched off during a hold never comes back to it. */
static void a_call_is_not_on_hold_for_ever(void **state)
{
    struct sip_line *line = talloc_zero(NULL, struct sip_line);
    struct sip_call *call = talloc_zero(line, struct sip_call);
    struct sa local;

    (void)state;
    assert_int_equal(libre_init(), 0);
    assert_null(peers_read(line, NULL, 0, &line->peers));
    call->line = line;
    call->answering.host =
        (struct call_host){ .arg = call, .want = want, .record = record, .prompt = prompt };
    call->call = call_new(call, &call->answering.host, REASON_CALLER, NUMBER_SHOWN);
    sa_set_str(&local, "127.0.0.1", 0);
    assert_int_equal(sip_media_open(call, &local), 0);
    offer(call, "sendonly");
    hold(call, 200);
    assert_false(sip_media_is_dead(call));
    offer(call, "sendrecv");
    offer(call, "inactive");
    hold(call, 101);
    assert_true(sip_media_is_dead(call));
    sip_media_close(call);
    libre_close();
    talloc_free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_not_on_hold_for_ever),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
