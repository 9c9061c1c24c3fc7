#include "gateway/turn/turn.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/hex.h"
#include "gateway/log.h"
#include "gateway/turn/kept_means.h"
#include "store/learned/lessons.h"
#include "store/people.h"

static bool add_unit(const struct unit *unit, void *arg)
{
    gazetteer_add(arg, unit);
    return true;
}

static bool add_alias(const struct place_name *alias, void *arg)
{
    gazetteer_add_alias(arg, alias);
    return true;
}

struct places {
    struct store *store;
    const struct learned_model *learned; /* NULL: nothing is used that was learned */
};

/* What people's corrections taught: lines of a name, a tab and the unit's id. */
static void add_learned(const char *lines, struct gazetteer *gazetteer)
{
    char *rest = talloc_strdup(NULL, lines), *next = rest, *line;

    while ((line = strsep(&next, "\n"))) {
        const char *name = strsep(&line, "\t");

        if (line)
            gazetteer_add_alias(gazetteer,
                                &(struct place_name){ .name = name, .unit = strtoll(line, NULL, 10) });
    }
    talloc_free(rest);
}

/* Row by row: a list of every village of the country would take several times what the gazetteer does. */
static bool add_places(struct gazetteer *gazetteer, void *arg)
{
    const struct places *places = arg;

    if (!store_each_unit(places->store, add_unit, gazetteer) ||
        !store_each_place_name(places->store, add_alias, gazetteer))
        return false;
    if (places->learned)
        add_learned(places->learned->places, gazetteer);
    return true;
}

/* What was learned from corrections; without it when it belongs to another model of the program. */
static void use_learned(void *mem, const struct learned_model *learned, struct understanding *understanding)
{
    size_t size;
    const void *octets = *learned->octets ? hex_decode(mem, learned->octets, &size) : NULL;

    if (octets && !understanding_use_learned(understanding, octets, size, learned->base))
        log_info("model %lld was learned beside another model: it is not used", (long long)learned->id);
}

const char *turn_lexicons(void *mem, const struct config *config)
{
    return config->templates ? talloc_asprintf(mem, "%s/lexicon", config->templates) : NULL;
}

struct understanding *turn_understanding(void *mem, struct store *store, const struct config *config,
                                         const struct language *language, const char **error)
{
    void *scratch = talloc_new(NULL);
    struct understanding_source source = {
        .language = language,
        .lexicons = turn_lexicons(scratch, config),
        .add_places = add_places,
    };
    struct learned_model *learned = NULL;
    struct places places;
    struct person *people;
    size_t n_people;
    struct understanding *understanding = NULL;

    *error = NULL;
    if (store_model_in_use(store, scratch, &learned) &&
        store_people(store, scratch, 0, 0, &people, &n_people) &&
        kept_lexicon(scratch, store, &source.words, &source.n_words)) {
        const char **cadres = talloc_array(scratch, const char *, n_people + 1);
        for (size_t i = 0; i < n_people; i++)
            if (people[i].roles != ROLE_VILLAGER && *people[i].name)
                cadres[source.n_cadres++] = people[i].name;
        source.cadres = cadres;
        places = (struct places){ store, learned };
        source.add_places_arg = &places;
        understanding = understanding_new(NULL, &source, error);
    }
    if (understanding && learned)
        use_learned(scratch, learned, understanding);
    if (!understanding)
        *error = talloc_strdup(mem, *error ? *error : store_error(store));
    talloc_free(scratch);
    return understanding;
}

const char *turn_error(const struct turn *turn)
{
    return turn->error ? turn->error : store_error(turn->store);
}

bool turn_once(void *mem, struct store *store, const struct config *config, int64_t now, bool is_rehearsal,
               desk_job *job, void *arg, const char **error)
{
    int64_t clock = clock_now();
    struct words *words = words_open(mem, config->templates, error);
    struct understanding *understanding = words ? turn_understanding(mem, store, config, NULL, error) : NULL;

    if (!understanding)
        return false;
    talloc_steal(mem, understanding);
    struct turn turn = { .mem = mem,
                         .store = store,
                         .config = config,
                         .words = words,
                         .understanding = understanding,
                         .now = now,
                         .ahead = now > clock ? now - clock : 0,
                         .is_rehearsal = is_rehearsal };
    if (!store_begin(store, STORE_BUSY_MS)) {
        *error = talloc_strdup(mem, store_error(store));
        return false;
    }
    turn.config = kept_config(mem, store, config);
    turn.words = kept_words(mem, store, words);
    bool is_good = turn.config && turn.words && job(&turn, arg);
    if (is_good && !is_rehearsal)
        is_good = store_commit(store);
    if (!is_good)
        *error = talloc_strdup(mem, turn_error(&turn));
    if (!is_good || is_rehearsal)
        store_rollback(store);
    return is_good;
}
