#include "gateway/desk/learning.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/case/standing.h"
#include "gateway/clock.h"
#include "gateway/desk/alert.h"
#include "gateway/hex.h"
#include "gateway/log.h"
#include "gateway/turn/dates.h"
#include "gateway/understand/learn/corrections.h"
#include "store/steps.h"

enum {
    NIGHT_FROM = 2 * 60,
    NIGHT_UNTIL = 5 * 60,
    A_NIGHT = 20 * 3600,
    LOOK_SECONDS = 300,
    LEAST_PRIORITY = 19
};

struct learning {
    const struct config *config;
    struct desk *desk;
    struct store *store; /* a reader of its own */
    pthread_t thread;
    atomic_bool is_stopping;
    int wake_fd;
};

struct reading {
    void *mem;
    struct correction *list;
    size_t n;
};

static enum correction_kind kind_of(const char *name)
{
    static const char *const names[] = { [CORRECTED_CLASS] = LABEL_CLASS,
                                         [CORRECTED_PLACE] = LABEL_PLACE,
                                         [CORRECTED_COMPLAINT] = LABEL_COMPLAINT,
                                         [CORRECTED_ACCUSES] = LABEL_ACCUSES };

    for (enum correction_kind kind = CORRECTED_PLACE; kind <= CORRECTED_ACCUSES; kind++)
        if (strcmp(names[kind], name) == 0)
            return kind;
    return CORRECTED_CLASS;
}

static bool read_label(const struct labelled_case *labelled, void *arg)
{
    struct reading *reading = arg;
    const struct case_label *label = &labelled->label;

    reading->list = talloc_realloc(reading->mem, reading->list, struct correction, (unsigned)reading->n + 1);
    reading->list[reading->n++] =
        (struct correction){ .id = label->id,
                             .case_id = label->case_id,
                             .day = date_moment(date_of(label->at), 0),
                             .kind = kind_of(label->kind),
                             .is_so = strcmp(label->value, "no") != 0,
                             .place = strcmp(label->kind, LABEL_PLACE) == 0 ? strtoll(label->value, NULL, 10)
                                                                            : labelled->place,
                             .text = talloc_strdup(reading->mem, labelled->text),
                             .reporter = talloc_strdup(reading->mem, labelled->reporter),
                             .topic = talloc_strdup(reading->mem, label->topic),
                             .category = talloc_strdup(reading->mem, label->category),
                             .actor = talloc_strdup(reading->mem, label->actor),
                             .unit = label->unit };
    return true;
}

/* The last label that was looked at, and when. */
static bool last_try(struct store *store, int64_t *last_label, int64_t *at)
{
    struct learned_model *models;
    size_t n;
    void *mem = talloc_new(NULL);
    bool is_done = store_models(store, mem, &models, &n);

    *last_label = *at = 0;
    for (size_t i = 0; is_done && i < n; i++) {
        if (models[i].last_label > *last_label)
            *last_label = models[i].last_label;
        if (models[i].made_at > *at)
            *at = models[i].made_at;
    }
    talloc_free(mem);
    return is_done;
}

bool learning_is_due(struct store *store, int64_t now, bool *is_due)
{
    int64_t last, at, labels;
    int minutes = date_minutes(now);

    *is_due = false;
    if (minutes < NIGHT_FROM || minutes >= NIGHT_UNTIL)
        return true;
    if (!last_try(store, &last, &at) || !store_count_labels(store, last, &labels))
        return false;
    *is_due = labels >= LEARNING_LABELS_LEAST && now - at >= A_NIGHT;
    return true;
}

static void report(const struct learned_model *made, const struct corrected *corrected)
{
    log_info("learning from %zu labels of %zu people: of %lld held-back cases %lld are read better, %lld "
             "worse; %zu names of places; %s",
             corrected->counted, corrected->people, (long long)made->held, (long long)made->better,
             (long long)made->worse, corrected->n_places,
             learning_is_better(made) ? "it is used from now on" : "nothing changes");
}

/* Takes the new part where it is better, else keeps the part now in use. */
static void take_what_is_new(void *mem, struct learned_model *made, const struct corrected *corrected,
                             const struct learned_model *used)
{
    made->octets = corrected->octets     ? hex_encode(mem, corrected->octets, corrected->size)
                   : corrected->n_places ? (used ? used->octets : "")
                                         : "";
    made->places = corrected->octets || corrected->n_places ? (used ? used->places : "") : "";
    for (size_t i = 0; i < corrected->n_places; i++)
        made->places = talloc_asprintf(mem, "%s%s\t%lld\n", made->places, corrected->places[i].name,
                                       (long long)corrected->places[i].unit);
}

bool learning_is_better(const struct learned_model *made)
{
    return *made->octets || *made->places;
}

bool learning_try(void *mem, struct store *store, const struct config *config, int64_t now,
                  struct learned_model *made, const char **error)
{
    struct reading reading = { .mem = mem };
    struct corrected corrected;
    struct learned_model *used;
    struct understanding *understanding;

    if (!store_each_labelled(store, NULL, 0, now + 1, false, read_label, &reading) ||
        !store_model_in_use(store, mem, &used))
        return *error = store_error(store), false;
    understanding = turn_understanding(mem, store, config, NULL, error);
    if (!understanding)
        return false;
    corrections_learn(understanding, mem, reading.list, reading.n, used ? used->last_label : 0, &corrected);
    *made = (struct learned_model){ .made_at = now,
                                    .labels = (int64_t)corrected.counted,
                                    .last_label = reading.n ? reading.list[reading.n - 1].id : 0,
                                    .held = (int64_t)corrected.held,
                                    .better = (int64_t)corrected.better,
                                    .worse = (int64_t)corrected.worse,
                                    .right = (int64_t)corrected.right,
                                    .right_before = (int64_t)corrected.right_before,
                                    .base = understanding_base(understanding, mem) };
    take_what_is_new(mem, made, &corrected, used);
    report(made, &corrected);
    talloc_free(understanding);
    return true;
}

/* Adds a step to each case whose labels are new in the model. */
static bool add_steps(struct turn *turn, const struct learned_model *made, int64_t after)
{
    int64_t *ids;
    size_t n;

    if (!store_labelled_cases(turn->store, turn->mem, after, made->last_label, &ids, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct step step = { .case_id = ids[i],
                             .at = turn->now,
                             .actor = calendar_person.phone,
                             .line = "",
                             .kind = "learned",
                             .words = talloc_asprintf(turn->mem, "%lld", (long long)made->id) };

        if (!store_add_step(turn->store, &step))
            return false;
    }
    return true;
}

static bool tell_operator(struct turn *turn, const struct learned_model *made)
{
    const char *words = talloc_asprintf(turn->mem, "%lld", (long long)(made->better - made->worse));

    return alert_tell(turn, "alert-learned", "", (long)made->labels, words);
}

bool learning_keep(struct turn *turn, void *arg)
{
    struct learned_model *made = arg, *used;

    made->id = 0;
    if (!store_model_in_use(turn->store, turn->mem, &used) || !store_add_model(turn->store, made))
        return false;
    turn->has_new_names = learning_is_better(made);
    return !learning_is_better(made) ||
           (store_use_model(turn->store, made->id, turn->now) &&
            add_steps(turn, made, used ? used->last_label : 0) && tell_operator(turn, made));
}

static void learn(struct learning *learning, int64_t now)
{
    void *mem = talloc_new(NULL);
    struct learned_model made;
    const char *error = "the store failed";

    if (!learning_try(mem, learning->store, learning->config, now, &made, &error))
        log_warning("cannot learn from corrections: %s", error);
    else if (!atomic_load(&learning->is_stopping))
        desk_do(learning->desk, learning_keep, &made);
    talloc_free(mem);
}

static void *run(void *arg)
{
    struct learning *learning = arg;
    struct pollfd wait = { .fd = learning->wake_fd, .events = POLLIN };

    setpriority(PRIO_PROCESS, 0, LEAST_PRIORITY); /* of this thread alone */
    while (!atomic_load(&learning->is_stopping)) {
        int64_t now = clock_now();
        bool is_due;

        if (learning_is_due(learning->store, now, &is_due) && is_due)
            learn(learning, now);
        poll(&wait, 1, LOOK_SECONDS * 1000);
    }
    return NULL;
}

struct learning *learning_start(void *mem, const struct config *config, struct desk *desk, const char **error)
{
    struct learning *learning = talloc_zero(mem, struct learning);

    *learning = (struct learning){ .config = config, .desk = desk };
    learning->store = store_open_reader(learning, config->store_url, error);
    if (!learning->store)
        return NULL;
    learning->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (pthread_create(&learning->thread, NULL, run, learning) != 0) {
        *error = "cannot start the thread that learns";
        return NULL;
    }
    return learning;
}

void learning_stop(struct learning *learning)
{
    uint64_t one = 1;

    atomic_store(&learning->is_stopping, true);
    (void)!write(learning->wake_fd, &one, sizeof one);
    pthread_join(learning->thread, NULL);
    close(learning->wake_fd);
}
