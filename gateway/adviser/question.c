#include "gateway/adviser/question.h"

#include <json-c/json.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

#include "gateway/turn/redact.h"
#include "gateway/understand/lexicon.h"

enum {
    TEXT_MOST = 1500,
    QUOTE_LEAST = 2,
    QUOTE_MOST = 60 /* characters */,
    WORDS_MOST = 300,
    DEPTH_MOST = 8
};

const char *question_text(void *mem, const char *text, const char *name)
{
    const uint8_t *cut = (const uint8_t *)text;
    size_t left = TEXT_MOST;

    while (left > 0 && *cut) {
        ucs4_t c;

        cut += u8_mbtouc(&c, cut, strlen((const char *)cut));
        left--;
    }
    return redact_for_programs(mem, name, talloc_strndup(mem, text, (size_t)((const char *)cut - text)));
}

static struct json_object *message(const char *role, const char *content)
{
    struct json_object *object = json_object_new_object();

    json_object_object_add(object, "role", json_object_new_string(role));
    json_object_object_add(object, "content", json_object_new_string(content));
    return object;
}

const char *question_body(void *mem, const char *model, const char *rules, const char *text)
{
    struct json_object *body = json_object_new_object(), *messages = json_object_new_array();
    const char *written;

    json_object_array_add(messages, message("system", rules));
    json_object_array_add(messages, message("user", text));
    json_object_object_add(body, "model", json_object_new_string(model));
    json_object_object_add(body, "messages", messages);
    json_object_object_add(body, "temperature", json_object_new_int(0));
    json_object_object_add(body, "max_tokens", json_object_new_int(WORDS_MOST));
    json_object_object_add(body, "stream", json_object_new_boolean(false));
    written = talloc_strdup(mem, json_object_to_json_string_ext(body, JSON_C_TO_STRING_PLAIN));
    json_object_put(body);
    return written;
}

/* NULL: it is not one whole JSON value in well-formed UTF-8. */
static struct json_object *parse(const char *text, size_t length)
{
    struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MOST);
    struct json_object *object;

    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    object = json_tokener_parse_ex(tokener, text, (int)length);
    if (json_tokener_get_error(tokener) != json_tokener_success) {
        json_object_put(object);
        object = NULL;
    }
    json_tokener_free(tokener);
    return object;
}

static const char *string_in(struct json_object *object, const char *name)
{
    struct json_object *value;

    if (!json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, json_type_string))
        return NULL;
    return strlen(json_object_get_string(value)) == (size_t)json_object_get_string_len(value)
               ? json_object_get_string(value)
               : NULL; /* a NUL in it */
}

/* choices[0].message.content; NULL. */
static const char *content_of(struct json_object *answer)
{
    struct json_object *choices, *said;

    if (!json_object_is_type(answer, json_type_object) ||
        !json_object_object_get_ex(answer, "choices", &choices) ||
        !json_object_is_type(choices, json_type_array) || json_object_array_length(choices) == 0 ||
        !json_object_is_type(json_object_array_get_idx(choices, 0), json_type_object) ||
        !json_object_object_get_ex(json_object_array_get_idx(choices, 0), "message", &said) ||
        !json_object_is_type(said, json_type_object))
        return NULL;
    return string_in(said, "content");
}

static bool is_quote(const char *quote, const char *text)
{
    size_t characters = u8_mbsnlen((const uint8_t *)quote, strlen(quote));

    return characters >= QUOTE_LEAST && characters <= QUOTE_MOST && strstr(text, quote) &&
           strspn(quote, " *") < strlen(quote);
}

static void read_said(void *mem, struct json_object *said, const char *text, struct case_advice *advice)
{
    const char *category = string_in(said, "category"), *topic = string_in(said, "topic"),
               *quote = string_in(said, "quote");
    struct json_object *urgent;
    enum topic known;

    if (!category || !topic || !quote || !case_category_parse(category, &advice->category) ||
        !topic_parse(topic, &known) || !is_quote(quote, text) ||
        !json_object_object_get_ex(said, "urgent", &urgent) ||
        !json_object_is_type(urgent, json_type_boolean))
        return;
    advice->topic = topic_name(known);
    advice->urgency = json_object_get_boolean(urgent) ? URGENCY_URGENT : URGENCY_NORMAL;
    advice->quote = talloc_strdup(mem, quote);
    advice->is_usable = true;
}

void question_read(void *mem, const char *answer, const char *text, struct case_advice *advice)
{
    struct json_object *whole = parse(answer, strlen(answer)), *said = NULL;
    const char *content = content_of(whole), *begin = content ? strchr(content, '{') : NULL,
               *end = content ? strrchr(content, '}') : NULL;

    advice->is_usable = false;
    advice->topic = advice->quote = "";
    if (begin && end && end > begin)
        said = parse(begin, (size_t)(end - begin + 1)); /* models like to wrap it in words */
    if (json_object_is_type(said, json_type_object))
        read_said(mem, said, text, advice);
    json_object_put(said);
    json_object_put(whole);
}
