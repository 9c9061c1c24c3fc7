#include "modem/at_private.h"

#include <string.h>
#include <talloc.h>

void at_replay_command(struct at *at, void *mem, const char *command)
{
    char line[AT_COMMAND_SIZE];
    size_t n = command ? strcspn(command, "\r\x1a") : 0;

    if (command && strchr(command, '\x1a')) {
        at->is_send = at->has_prompt = at->is_written = true;
        at->is_busy = true;
        return;
    }
    if (n >= sizeof line)
        n = sizeof line - 1;
    if (n > 0)
        memcpy(line, command, n);
    line[n] = '\0';
    at_begin(at, mem, line);
    at->is_busy = command != NULL;
}

void at_replay_octets(struct at *at, const char *octets, size_t n)
{
    at_reader_feed(at->reader, octets, n);
    at_take_tokens(at, false);
}

struct at_replayed at_replay_end(struct at *at)
{
    struct at_replayed replayed;

    at_take_tokens(at, true);
    replayed = (struct at_replayed){ .reply = at->reply,
                                     .command = at->command,
                                     .had_prompt = at->has_prompt,
                                     .has_reference = at->has_reference,
                                     .reference = at->reference };
    at->is_busy = at->is_send = false;
    at_take_tokens(at, true);
    return replayed;
}
