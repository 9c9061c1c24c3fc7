#include "gateway/recording/sound_octets.h"

#include <stdio.h>
#include <string.h>

static sf_count_t get_length(void *arg)
{
    return ((struct sound_octets *)arg)->length;
}

static sf_count_t seek(sf_count_t offset, int whence, void *arg)
{
    struct sound_octets *octets = arg;
    sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? octets->position : octets->length;

    if (from + offset < 0 || from + offset > octets->length)
        return -1;
    return octets->position = from + offset;
}

static sf_count_t read_octets(void *to, sf_count_t n, void *arg)
{
    struct sound_octets *octets = arg;
    sf_count_t left = octets->length - octets->position;

    n = n < left ? n : left;
    memcpy(to, octets->at + octets->position, (size_t)n);
    for (sf_count_t i = 0; i < 4 && octets->size_at; i++)
        if (octets->size_at + i >= octets->position && octets->size_at + i < octets->position + n)
            ((unsigned char *)to)[octets->size_at + i - octets->position] = octets->size[i];
    octets->position += n;
    return n;
}

static sf_count_t tell(void *arg)
{
    return ((struct sound_octets *)arg)->position;
}

static sf_count_t write_nothing(const void *from, sf_count_t n, void *arg)
{
    (void)from, (void)n, (void)arg;
    return 0;
}

SNDFILE *sound_octets_open(struct sound_octets *octets, SF_INFO *info)
{
    SF_VIRTUAL_IO io = { get_length, seek, read_octets, write_nothing, tell };

    *info = (SF_INFO){ 0 };
    return sf_open_virtual(&io, SFM_READ, info, octets);
}
