#include "tests/support/transcript.h"

#include <stdbool.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/transcript_facts.h"

struct walk {
    void *mem;
    struct at *at;
    json_object *facts;
    int commands;
    bool is_begun; /* something was fed that at_replay_end has not yet judged */
};

static void hear(void *context, const struct at_code *code, const char *line, const char *pdu)
{
    struct walk *walk = context;

    facts_of_code(walk->facts, code, line, pdu);
}

static void hear_late(void *context, int reference, int code)
{
    struct walk *walk = context;

    (void)code;
    json_object_object_add(walk->facts, "mr", json_object_new_int(reference));
}

static void judge(struct walk *walk)
{
    struct at_replayed answer;

    if (!walk->is_begun)
        return;
    answer = at_replay_end(walk->at);
    if (*answer.command)
        facts_of_answer(walk->facts, &answer);
    walk->is_begun = false;
}

static void say(struct walk *walk, const char *text)
{
    bool is_pdu = strchr(text, '\x1a') != NULL;

    if (!is_pdu)
        judge(walk);
    walk->commands += is_pdu ? 0 : 1;
    at_replay_command(walk->at, walk->mem, text);
    walk->is_begun = true;
}

static bool take_chunk(struct walk *walk, json_object *chunk)
{
    json_object *dir, *text;

    if (!json_object_object_get_ex(chunk, "dir", &dir) || !json_object_object_get_ex(chunk, "text", &text))
        return false;
    if (strcmp(json_object_get_string(dir), "host") == 0) {
        say(walk, json_object_get_string(text));
        return true;
    }
    if (!walk->is_begun)
        at_replay_command(walk->at, walk->mem, NULL);
    walk->is_begun = true;
    at_replay_octets(walk->at, json_object_get_string(text), (size_t)json_object_get_string_len(text));
    return true;
}

json_object *transcript_facts(json_object *exchange)
{
    struct walk walk = { .mem = talloc_new(NULL), .facts = json_object_new_object() };
    bool is_good = json_object_is_type(exchange, json_type_array);

    walk.at = at_new(walk.mem, -1, hear, hear_late, &walk);
    for (size_t i = 0; is_good && i < json_object_array_length(exchange); i++)
        is_good = take_chunk(&walk, json_object_array_get_idx(exchange, i));
    judge(&walk);
    if (walk.commands > 2)
        json_object_object_add(walk.facts, "sequence", json_object_new_string("init"));
    talloc_free(walk.mem);
    if (is_good)
        return walk.facts;
    json_object_put(walk.facts);
    return NULL;
}
