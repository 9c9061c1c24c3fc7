#include "gateway/command/print/viewed.h"

#include <pwd.h>
#include <stdlib.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "store/steps.h"

static const char *login_name(void)
{
    const char *before = getenv("SUDO_USER");
    const struct passwd *entry = getpwuid(getuid());

    return before && *before ? before : entry ? entry->pw_name : "?";
}

const char *viewed_words(void *mem, const char *command)
{
    return talloc_asprintf(mem, "%s: %s", login_name(), command);
}

bool viewed_case(struct store *store, int64_t case_id, const char *command)
{
    void *mem = talloc_new(NULL);
    struct step step = { .case_id = case_id,
                         .at = clock_now(),
                         .actor = "operator",
                         .line = "",
                         .kind = "viewed",
                         .words = viewed_words(mem, command) };
    bool is_done = step.words && store_add_step(store, &step);

    talloc_free(mem);
    return is_done;
}
