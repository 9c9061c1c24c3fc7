#include <stdlib.h>
#include <talloc.h>

#include "gateway/command/centre/centre_command.h"
#include "gateway/command/command.h"
#include "gateway/command/words.h"
#include "gateway/turn/transfer.h"
#include "store/journal/seal.h"

int centre_key(void *mem, int argc, char **argv)
{
    char public_key[SEAL_KEY_SIZE] = "", private_key[SEAL_KEY_SIZE] = "";
    const struct config *config;
    const char *old = NULL, *transfer_key;
    struct store *store;
    int status;

    if (argc > 1)
        return command_wrong_use("key takes no argument %s", argv[1]);
    status = command_open(mem, true, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    if (!store_recovery_key(store, mem, &old))
        return command_failed("%s", store_error(store));
    if (old)
        return command_failed("there is a recovery key already: what is sealed to it needs it");
    seal_new_key(public_key, private_key);
    if (!store_set_recovery_key(store, public_key) || !transfer_make_key(store, mem, &transfer_key))
        return command_failed("%s", store_error(store));
    printf("%s\n", private_key);
    fputs(words("Print it and give it to the discipline office; it is shown this once.\n"), stderr);
    fprintf(stderr, words("Other counties see this one with the fingerprint %s.\n"),
            centre_fingerprint(mem, transfer_key));
    return EXIT_SUCCESS;
}
