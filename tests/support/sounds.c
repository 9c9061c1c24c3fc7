#include "tests/support/sounds.h"

#include <stdbool.h>
#include <string.h>
#include <talloc.h>

struct octets {
    unsigned char *at;
    size_t n;
};

static void put(struct octets *octets, const char *text)
{
    memcpy(octets->at + octets->n, text, strlen(text));
    octets->n += strlen(text);
}

static void put_number(struct octets *octets, unsigned long number, int n)
{
    for (int i = 0; i < n; i++)
        octets->at[octets->n++] = (unsigned char)(number >> 8 * i);
}

/* Noise; silence is the idle code of each coding. */
static unsigned long sample(const struct sounds_wish *wish, unsigned *noise, bool is_silent)
{
    static const unsigned idle[] = { [1] = 0x80, [6] = 0xd5, [7] = 0xff };

    *noise = *noise * 1103515245u + 12345u;
    if (is_silent)
        return wish->bits == 16 ? 0 : idle[wish->coding];
    return wish->bits == 16 ? *noise >> 18 : *noise >> 24;
}

void *sounds_wav(void *mem, const struct sounds_wish *wish, size_t *length)
{
    long loud = (long)wish->ms * wish->rate / 1000 * wish->channels;
    long all = loud + (long)wish->silent_ms * wish->rate / 1000 * wish->channels;
    unsigned long size = (unsigned long)all * (unsigned long)wish->bits / 8;
    unsigned long claimed = wish->claimed < 0 ? size : (unsigned long)wish->claimed;
    unsigned long block = (unsigned long)(wish->channels * wish->bits / 8);
    struct octets octets = { .at = talloc_size(mem, 44 + size) };
    unsigned noise = wish->seed;

    put(&octets, "RIFF");
    put_number(&octets, 36 + claimed, 4);
    put(&octets, "WAVEfmt ");
    put_number(&octets, 16, 4);
    put_number(&octets, (unsigned long)wish->coding, 2);
    put_number(&octets, (unsigned long)wish->channels, 2);
    put_number(&octets, (unsigned long)wish->rate, 4);
    put_number(&octets, (unsigned long)wish->rate * block, 4);
    put_number(&octets, block, 2);
    put_number(&octets, (unsigned long)wish->bits, 2);
    put(&octets, "data");
    put_number(&octets, claimed, 4);
    for (long i = 0; i < all; i++)
        put_number(&octets, sample(wish, &noise, i >= loud), wish->bits / 8);
    *length = octets.n;
    return octets.at;
}

void *sounds_call(void *mem, int ms, unsigned seed, size_t *length)
{
    return sounds_wav(
        mem,
        &(struct sounds_wish){
            .coding = 1, .bits = 16, .rate = 8000, .channels = 1, .ms = ms, .seed = seed, .claimed = -1 },
        length);
}
