/* Any octets as a recording: what is taken has a format and no more sound than it is long. */
#include <assert.h>
#include <string.h>
#include <talloc.h>

#include "gateway/recording/sound.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *mem = talloc_new(NULL);
    void *octets = talloc_memdup(mem, data, size); /* of exactly this size */
    struct sound sound = { 0 };

    if (!sound_examine(mem, octets, size, &sound))
        assert(sound.format && sound.ms >= 0 && sound.sound_ms <= sound.ms + 1 && sound.ms <= SOUND_MOST_MS);
    talloc_free(mem);
    return 0;
}
