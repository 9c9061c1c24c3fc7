#include "gateway/adviser/adviser.h"

#include <curl/curl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/adviser/ask.h"
#include "gateway/adviser/question.h"
#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/understand/text/wordfile.h"
#include "store/people.h"

/* After TRIES_MOST failures a case counts as asked: the next one may fare better. */
enum { LOOK_MS = 3000, TRIES_MOST = 4 };
static const int pauses_ms[TRIES_MOST] = { 0, 60000, 600000, 3600000 };

struct adviser {
    const struct config *config;
    struct desk *desk;
    struct store *reader;
    const char *rules;
    pthread_t thread;
    atomic_bool stops;
    int wake_fd;
    int64_t failed_id; /* the case that was asked about last in vain */
    int failures;
};

/* The case may have been restricted, or ended and its words removed, while the model thought. */
static bool keep(struct turn *turn, void *arg)
{
    struct case_advice *advice = arg;
    struct case_ *case_;

    if (!store_case(turn->store, turn->mem, advice->case_id, &case_))
        return false;
    if (!case_ || case_->is_guarded || !case_state_is_open(case_->state))
        return true;
    advice->at = turn->now;
    return store_put_advice(turn->store, advice);
}

static const char *name_of(struct adviser *adviser, void *mem, const struct case_ *case_)
{
    struct person *person = NULL;

    return store_person(adviser->reader, mem, case_->reporter, &person) && person ? person->name : "";
}

/* False: the server is to be asked again later. */
static bool ask_about(struct adviser *adviser, void *mem, const struct case_ *case_,
                      struct case_advice *advice)
{
    const struct config *config = adviser->config;
    const char *text = question_text(mem, case_->text, name_of(adviser, mem, case_)), *body, *answer;

    if (!text)
        return true;
    body = question_body(mem, config->adviser_model, adviser->rules, text);
    if (ask(mem, config->adviser_endpoint, body, config->adviser_timeout, &adviser->stops, &answer) ==
        ASKED) {
        question_read(mem, answer, text, advice);
        return true;
    }
    if (atomic_load(&adviser->stops))
        return false;
    log_warning("understand: %s: %s", config->adviser_endpoint, answer);
    adviser->failures = adviser->failed_id == case_->id ? adviser->failures + 1 : 1;
    adviser->failed_id = case_->id;
    return adviser->failures >= TRIES_MOST;
}

/* How long to wait before the next one. */
static int do_next(struct adviser *adviser)
{
    void *mem = talloc_new(NULL);
    struct case_advice advice = { .topic = "", .quote = "", .model = adviser->config->adviser_model };
    struct case_ *case_ = NULL;
    int wait_ms = LOOK_MS;

    if (!store_next_to_advise(adviser->reader, mem, UNSURE_BELOW, &case_))
        log_error("understand: %s", store_error(adviser->reader));
    if (case_) {
        advice.case_id = case_->id;
        if (!ask_about(adviser, mem, case_, &advice))
            wait_ms = pauses_ms[adviser->failures % TRIES_MOST];
        else if (desk_do(adviser->desk, keep, &advice))
            wait_ms = 0;
    }
    talloc_free(mem);
    return wait_ms;
}

static void *run(void *arg)
{
    struct adviser *adviser = arg;
    struct pollfd wake = { .fd = adviser->wake_fd, .events = POLLIN };

    while (!atomic_load(&adviser->stops))
        poll(&wake, 1, do_next(adviser));
    return NULL;
}

struct adviser *adviser_start(void *mem, const struct config *config, struct desk *desk, const char **error)
{
    struct adviser *adviser;
    const char *lexicons = config->templates ? talloc_asprintf(mem, "%s/lexicon", config->templates) : NULL;

    *error = NULL;
    if (!config->adviser_endpoint || !config->database)
        return NULL;
    adviser = talloc_zero(mem, struct adviser);
    adviser->config = config;
    adviser->desk = desk;
    adviser->rules = wordfile_text(adviser, lexicons, "adviser.txt", error);
    adviser->reader = adviser->rules ? store_open_reader(adviser, config->store_url, error) : NULL;
    if (!adviser->reader)
        return NULL;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    adviser->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (adviser->wake_fd < 0 || pthread_create(&adviser->thread, NULL, run, adviser) != 0) {
        *error = "cannot start the thread that asks a model";
        return NULL;
    }
    return adviser;
}

void adviser_stop(struct adviser *adviser)
{
    uint64_t one = 1;

    if (!adviser)
        return;
    atomic_store(&adviser->stops, true);
    (void)!write(adviser->wake_fd, &one, sizeof one);
    pthread_join(adviser->thread, NULL);
    close(adviser->wake_fd);
    talloc_free(adviser->reader);
    adviser->reader = NULL;
    curl_global_cleanup();
}
