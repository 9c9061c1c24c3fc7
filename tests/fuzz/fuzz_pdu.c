/*
 * Any octets, read in every way there is; what is taken must hold together.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

#include "modem/pdu/hex.h"
#include "modem/pdu/pdu.h"

static void check(const struct sms *sms)
{
    if (u8_check((const uint8_t *)sms->text, strlen(sms->text)) != NULL ||
        u8_check((const uint8_t *)sms->address.digits, strlen(sms->address.digits)) != NULL)
        abort();
    if (sms->concatenation.total != 0 &&
        (sms->concatenation.sequence == 0 || sms->concatenation.sequence > sms->concatenation.total))
        abort();
    if (sms->udh_length + sms->data_length > sms->ud_length ||
        (sms->message_class > 3 || sms->message_class < -1))
        abort();
}

static void read_as(const uint8_t *octets, size_t n, const struct pdu_reading *reading)
{
    void *mem = talloc_new(NULL);
    const char *error = NULL;
    struct sms *sms = pdu_decode_as(mem, octets, n, reading, &error);

    if (sms != NULL)
        check(sms);
    else if (error == NULL)
        abort();
    talloc_free(mem);
}

/* The hex reader takes these octets back. */
static void read_hex(const uint8_t *octets, size_t n)
{
    char *hex = malloc(2 * n + 1);
    struct sms *sms;

    hex_write(octets, n, hex);
    sms = pdu_decode(NULL, hex, true, false, NULL);
    talloc_free(sms);
    free(hex);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t n)
{
    for (unsigned way = 0; way < 8; way++)
        read_as(octets, n,
                &(const struct pdu_reading){ .has_smsc = way & 1,
                                             .from_mobile = way & 2,
                                             .takes_damage = way & 4,
                                             .locking_shift = way & 4 ? (uint8_t)n : 0,
                                             .single_shift = way & 4 ? (uint8_t)n : 0 });
    read_hex(octets, n);
    return 0;
}
