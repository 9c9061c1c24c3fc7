#include "gateway/command/voice/command_recorder.h"

#include "gateway/clock.h"

static bool commit(desk_job *job, void *job_arg, void *arg)
{
    struct command_recorder *own = arg;

    return turn_once(own->mem, own->store, own->config, clock_now(), false, job, job_arg, &own->error);
}

struct recorder command_recorder(struct command_recorder *own)
{
    return (struct recorder){ .config = own->config, .commit = commit, .arg = own };
}
