/* The slots of the SIM (SM) and of the modem (ME). */
#include "modem/emulator/parts.h"

void storage_open(struct emulator *emulator)
{
    static const char *const names[STORAGES] = { "SM", "ME" };
    const int sizes[STORAGES] = { emulator->options.slots > 0 ? emulator->options.slots : 50,
                                  emulator->options.modem_slots };

    for (size_t i = 0; i < STORAGES; i++) {
        struct emulated_storage *storage = &emulator->storages[i];

        snprintf(storage->name, sizeof storage->name, "%s", names[i]);
        storage->size = sizes[i];
        storage->slots = talloc_zero_array(emulator, struct slot, (size_t)sizes[i] + 1);
    }
}

struct emulated_storage *storage_named(struct emulator *emulator, const char *name)
{
    for (size_t i = 0; i < STORAGES; i++) {
        if (strcmp(emulator->storages[i].name, name) == 0 && emulator->storages[i].size > 0)
            return &emulator->storages[emulator->condition.one_storage ? 0 : i];
    }
    return NULL;
}

bool storage_is_full(const struct emulator *emulator, const struct emulated_storage *storage)
{
    return emulator->condition.full || storage->used >= storage->size;
}

int storage_add(struct emulator *emulator, struct emulated_storage *storage, const char *hex, int length,
                int stat)
{
    int i = 0;

    while (i < storage->size && storage->slots[i].hex != NULL)
        i++;
    if (i == storage->size)
        return 0;
    storage->slots[i] = (struct slot){ talloc_strdup(emulator, hex), length, stat };
    storage->used++;
    emulator->counters.stored++;
    return i + 1;
}

void storage_remove(struct emulator *emulator, struct emulated_storage *storage, int index)
{
    struct slot *slot = &storage->slots[index - 1];

    if (slot->hex == NULL)
        return;
    talloc_free(slot->hex);
    *slot = (struct slot){ 0 };
    storage->used--;
    emulator->counters.deleted++;
    emulator->told_full = false;
}
