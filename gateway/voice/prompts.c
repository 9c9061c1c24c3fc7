#include "gateway/voice/prompts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/log.h"
#include "gateway/voice/synthesizer.h"
#include "gateway/voice/sound/wav.h"
#include "store/fnv.h"
#include "templates/embedded.h"
#include "templates/set.h"

#define SHIPPED "templates/voice/"

/* ---- texts ---- */

static char *without_newline(char *text)
{
    text[strcspn(text, "\n")] = '\0';
    return text;
}

/* The county's text, else the program's. */
static const char *text_of(void *mem, const struct prompts_from *from, const struct prompt *prompt,
                           const char *shipped)
{
    size_t length;
    char *path = from->templates ? talloc_asprintf(mem, "%s/voice/%s/%s.txt", from->templates,
                                                   prompt->language, prompt->id)
                                 : NULL;
    char *own = path ? template_read_file(mem, path, &length) : NULL;

    return own ? without_newline(own) : shipped;
}

/* "templates/voice/zh/greeting.txt" is greeting in zh. False: another file. */
static bool is_prompt(void *mem, const struct embedded_file *file, struct prompt *prompt)
{
    const char *language = file->path + strlen(SHIPPED), *slash, *end = strrchr(file->path, '.');

    if (strncmp(file->path, SHIPPED, strlen(SHIPPED)) != 0 || !end || strcmp(end, ".txt") != 0 ||
        !(slash = strchr(language, '/')))
        return false;
    prompt->language = talloc_strndup(mem, language, (size_t)(slash - language));
    prompt->id = talloc_strndup(mem, slash + 1, (size_t)(end - slash - 1));
    return true;
}

/* text with every word replaced by its reading. From mem. */
static char *replaced(void *mem, const char *text, const char *word, const char *reading)
{
    char *all = talloc_strdup(mem, "");

    for (const char *at; *word && (at = strstr(text, word)) != NULL; text = at + strlen(word))
        all = talloc_asprintf_append(all, "%.*s%s", (int)(at - text), text, reading);
    return talloc_strdup_append(all, text);
}

/* The text as the synthesizer must be given it: readings.tsv names the words that it reads wrongly. */
static char *as_read(void *mem, const char *language, const char *text)
{
    const struct embedded_file *file =
        embedded_find(talloc_asprintf(mem, SHIPPED "%s/readings.tsv", language));
    char *rest = file ? talloc_strdup(mem, file->data) : NULL, *row, *read = talloc_strdup(mem, text);

    while (rest && (row = strsep(&rest, "\n")) != NULL) {
        char *reading = row, *word = strsep(&reading, "\t");

        if (reading && *word != '#')
            read = replaced(mem, read, word, reading);
    }
    return read;
}

/* ---- sounds ---- */

/* A name that changes with what would be heard. NULL without a cache. */
static const char *cache_path(void *mem, const struct prompts_from *from, const struct prompt *prompt)
{
    uint64_t hash = fnv_add_text(FNV_START, as_read(mem, prompt->language, prompt->text));

    hash = fnv_add_text(hash, synthesizer_voice(prompt->language));
    hash = fnv_add(hash, (uint64_t)synthesizer_speed());
    return from->cache ? talloc_asprintf(mem, "%s/%s-%s-%016llx.wav", from->cache, prompt->language,
                                         prompt->id, (unsigned long long)hash)
                       : NULL;
}

/* Whether a file at path became the prompt's clip; one that is there and cannot be read is named in why. */
static bool take_file(void *mem, struct prompt *prompt, const char *path, enum prompt_source source)
{
    const char *why;

    if (!path || access(path, F_OK) != 0)
        return false;
    prompt->clip = wav_read(mem, path, &why);
    if (prompt->clip.n == 0)
        prompt->why = talloc_asprintf(mem, "%s: %s", path, why);
    else
        prompt->source = source;
    return prompt->clip.n > 0;
}

static bool take_shipped(void *mem, struct prompt *prompt, const char *shipped_text)
{
    const char *path = talloc_asprintf(mem, SHIPPED "%s/%s.wav", prompt->language, prompt->id);

    prompt->shipped = strcmp(prompt->text, shipped_text) == 0 ? embedded_find(path) : NULL;
    if (!prompt->shipped)
        return false;
    prompt->source = PROMPT_SHIPPED;
    return true;
}

static void decode(struct prompts *prompts, struct prompt *prompt)
{
    const char *why;

    if (prompt->shipped)
        prompt->clip = wav_decode(prompts, prompt->shipped->data, prompt->shipped->size, &why);
    prompt->shipped = NULL;
}

static void find_sound(void *mem, const struct prompts_from *from, struct prompt *prompt,
                       const char *shipped_text)
{
    const char *recorded =
        from->folder ? talloc_asprintf(mem, "%s/%s/%s.wav", from->folder, prompt->language, prompt->id)
                     : NULL;

    if (!take_file(mem, prompt, recorded, PROMPT_RECORDED) &&
        !take_file(mem, prompt, cache_path(mem, from, prompt), PROMPT_RENDERED))
        take_shipped(mem, prompt, shipped_text);
}

struct prompts_from prompts_of(void *mem, const struct config *config)
{
    return (struct prompts_from){
        .folder = config->voice_prompts,
        .cache = config->database ? talloc_asprintf(mem, "%s.prompts", config->database) : NULL,
        .templates = config->templates,
    };
}

static struct prompts *find_sounds(void *mem, const struct prompts_from *from)
{
    struct prompts *prompts = talloc_zero(mem, struct prompts);

    pthread_mutex_init(&prompts->decoding, NULL);
    for (const struct embedded_file *file = embedded_files; file->path; file++) {
        struct prompt prompt = { 0 };

        if (!is_prompt(prompts, file, &prompt))
            continue;
        const char *shipped = without_newline(talloc_strdup(prompts, file->data));

        prompt.text = text_of(prompts, from, &prompt, shipped);
        find_sound(prompts, from, &prompt, shipped);
        prompts->list = talloc_realloc(prompts, prompts->list, struct prompt, prompts->n + 1);
        prompts->list[prompts->n++] = prompt;
    }
    return prompts;
}

struct prompts *prompts_open(void *mem, const struct prompts_from *from)
{
    struct prompts *prompts = find_sounds(mem, from);

    for (size_t i = 0; i < prompts->n; i++)
        decode(prompts, &prompts->list[i]);
    return prompts;
}

/* Without the silence at both ends, but for a breath: digits follow each other. */
static struct clip trim(struct clip clip)
{
    enum { QUIET = 200, BREATH = FRAME_RATE / 12 };
    size_t first = 0, last = clip.n;

    while (first < last && abs(clip.samples[first]) < QUIET)
        first++;
    while (last > first && abs(clip.samples[last - 1]) < QUIET)
        last--;
    first = first > BREATH / 4 ? first - BREATH / 4 : 0;
    last = clip.n - last > BREATH ? last + BREATH : clip.n;
    return (struct clip){ clip.samples + first, last - first };
}

/* The synthesizer's file becomes 8,000 samples a second before it is kept. */
static const char *render(void *mem, const struct prompts_from *from, struct prompt *prompt,
                          const char *program)
{
    const char *path = cache_path(mem, from, prompt), *raw = talloc_asprintf(mem, "%s.raw", path), *why;

    why = synthesizer_say(mem, program, prompt->language, as_read(mem, prompt->language, prompt->text), raw);
    if (!why) {
        struct clip clip = wav_read(mem, raw, &why);

        why = clip.n > 0 ? wav_write(mem, path, trim(clip)) : talloc_asprintf(mem, "%s: %s", raw, why);
    }
    unlink(raw);
    if (!why && !take_file(mem, prompt, path, PROMPT_RENDERED))
        why = prompt->why;
    return why;
}

const char *prompts_render(void *mem, struct prompts *prompts, const struct prompts_from *from,
                           const char *program)
{
    enum { FAILURES_MOST = 3 }; /* a synthesizer that hangs must not hold up the start for as many texts */
    const char *first = NULL;
    int failures = 0;

    if (!from->cache)
        return "no folder for rendered prompts";
    if (mkdir(from->cache, 0700) != 0 && errno != EEXIST)
        return talloc_asprintf(mem, "%s: %s", from->cache, strerror(errno));
    for (size_t i = 0; i < prompts->n && failures < FAILURES_MOST; i++)
        if (prompts->list[i].source == PROMPT_MISSING) {
            const char *why = render(prompts, from, &prompts->list[i], program);

            first = first ? first : why;
            failures = why ? failures + 1 : 0;
        }
    return first;
}

struct prompts *prompts_start(void *mem, const struct config *config)
{
    struct prompts_from from = prompts_of(mem, config);
    struct prompts *prompts = find_sounds(mem, &from);
    const char *why = prompts_render(mem, prompts, &from, config->synthesizer);

    if (why)
        log_warning("voice: %zu prompts have no sound: %s; see xiangyin voice prompts",
                    prompts_missing(prompts), why);
    return prompts;
}

size_t prompts_missing(const struct prompts *prompts)
{
    size_t n = 0;

    for (size_t i = 0; i < prompts->n; i++)
        n += prompts->list[i].source == PROMPT_MISSING;
    return n;
}

static struct clip find_in(struct prompts *prompts, const char *language, const char *id)
{
    for (size_t i = 0; i < prompts->n; i++)
        if (strcmp(prompts->list[i].language, language) == 0 && strcmp(prompts->list[i].id, id) == 0) {
            decode(prompts, &prompts->list[i]);
            return prompts->list[i].clip;
        }
    return (struct clip){ 0 };
}

struct clip prompts_find(struct prompts *prompts, const char *language, const char *id)
{
    pthread_mutex_lock(&prompts->decoding);
    struct clip clip = find_in(prompts, language, id);

    if (clip.n == 0)
        clip = find_in(prompts, strcmp(language, "zh") == 0 ? "en" : "zh", id);
    pthread_mutex_unlock(&prompts->decoding);
    return clip;
}
