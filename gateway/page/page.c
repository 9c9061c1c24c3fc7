#include "gateway/page/page.h"

#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/page/counts.h"
#include "gateway/page/dictionary.h"
#include "gateway/page/leases.h"
#include "gateway/page/live.h"
#include "gateway/page/statics.h"
#include "gateway/page/visit.h"
#include "gateway/report/figures_keeper.h"
#include "gateway/report/pictures_kept.h"
#include "templates/embedded.h"

/* Pictures that are drawn faster need not be kept. */
enum { DRAWN_AT_ONCE_US = 20000 };

static const struct endpoint routes[] = {
    { "GET", "/", .handle = visit_root, .label = "page" },
    { "GET", "/page/static/", .handle = statics_send, .label = "page" },
    { "GET POST", "/page/", .handle = visit_serve, .label = "page", .is_for_worker = true },
    { 0 },
};

static const char folder[] = "templates/page/";

/* The embedded templates; files in the configured folder replace them one by one. */
static struct template_set *read_templates(void *mem, const struct config *config)
{
    struct template_set *set = template_set_new(mem);
    const char *own = config->templates ? talloc_asprintf(set, "%s/page", config->templates) : NULL;

    for (const struct embedded_file *file = embedded_files; file->path; file++)
        if (strncmp(file->path, folder, strlen(folder)) == 0 && template_kind_of(file->path) == TEMPLATE_HTML)
            template_set_add(set, file->path, file->data, file->size);
    if (own && access(own, R_OK) == 0)
        template_set_read(set, own);
    template_set_check(set);
    return set;
}

struct looks *looks_hold(struct page *page)
{
    pthread_mutex_lock(&page->lock);
    struct looks *looks = page->looks;
    looks->holders++;
    pthread_mutex_unlock(&page->lock);
    return looks;
}

void looks_release(struct page *page, struct looks *looks)
{
    pthread_mutex_lock(&page->lock);
    bool is_last = --looks->holders == 0;
    pthread_mutex_unlock(&page->lock);
    if (is_last)
        talloc_free(looks);
}

/* words NULL: they are read, too. NULL: *error says why, from mem. */
static struct looks *looks_new(void *mem, const struct config *config, const struct words *words,
                               const char **error)
{
    struct looks *looks = talloc_zero(NULL, struct looks);
    const char *wrong = NULL;

    looks->holders = 1;
    looks->set = read_templates(looks, config);
    looks->words = words ? words : words_open_texts(looks, config->templates, &wrong);
    if (looks->words && !looks->set->errors)
        return looks;
    *error = talloc_strdup(mem, looks->set->errors ? looks->set->errors : wrong);
    talloc_free(looks);
    return NULL;
}

/* Without a folder there is nothing to read that could have changed. */
bool page_renew(struct page *page, void *mem, const char **error)
{
    struct looks *looks, *old;

    if (!page->config->templates)
        return true;
    looks = looks_new(mem, page->config, NULL, error);
    if (!looks)
        return false;
    pthread_mutex_lock(&page->lock);
    old = page->looks;
    page->looks = looks;
    pthread_mutex_unlock(&page->lock);
    looks_release(page, old);
    return true;
}

const char *page_built_in(const struct page *page, void *mem)
{
    static const char *const files[] = { "words.tsv", "page.css", "page.js" };
    char *found = NULL;

    for (size_t i = 0; page->config->templates && i < sizeof files / sizeof *files; i++) {
        const char *path = talloc_asprintf(mem, "%s/page/%s", page->config->templates, files[i]);

        if (access(path, F_OK) == 0)
            found = talloc_asprintf_append(found ? found : talloc_strdup(mem, ""), "%s%s", found ? ", " : "",
                                           path);
    }
    return found;
}

static int end_looks(struct page *page)
{
    if (page->looks)
        looks_release(page, page->looks);
    pthread_mutex_destroy(&page->lock);
    return 0;
}

/* The figures that leaders and supervisors see first are counted before they come. */
static void expect_leaders(struct page *page)
{
    void *mem = talloc_new(NULL);
    const char *error;
    struct visit visit = { .page = page };
    struct person *people = NULL;
    size_t n = 0;
    int64_t unit;

    visit.turn = (struct turn){ .mem = mem,
                                .store = store_open_reader(mem, page->config->store_url, &error),
                                .config = page->config };
    if (visit.turn.store &&
        !store_people(visit.turn.store, mem, ROLE_LEADER | ROLE_SUPERVISOR, 0, &people, &n))
        n = 0;
    for (size_t i = 0; i < n; i++) {
        visit.person = &people[i];
        if (visit_oversees(&visit, &unit))
            figures_keeper_expect(page->figures, unit);
    }
    talloc_free(mem);
}

struct page *page_start(void *mem, const struct config *config, struct desk *desk, const struct words *words,
                        struct http_server *server, const char **error)
{
    struct page *page = talloc_zero(mem, struct page);
    const struct embedded_file *table = embedded_find("templates/page/words.tsv");

    page->config = config;
    page->desk = desk;
    page->words = words;
    page->server = server;
    pthread_mutex_init(&page->lock, NULL);
    talloc_set_destructor(page, end_looks);
    page->looks = looks_new(mem, config, words, error);
    page->leases = leases_new(page);
    page->figures = figures_keeper_start(page, config->store_url, error);
    page->counts = counts_new(page);
    page->pictures = pictures_kept_new(page, DRAWN_AT_ONCE_US);
    page->live = live_start(page, error);
    page->dictionary = table ? dictionary_new(page, table->data, error) : NULL;
    if (!page->looks || !page->dictionary || !page->live || !page->figures) {
        if (page->live)
            live_stop(page->live);
        talloc_free(page);
        return NULL;
    }
    expect_leaders(page);
    http_server_add_routes(server, routes, page);
    return page;
}

void page_wake(struct page *page)
{
    live_wake(page->live);
}

void page_stop(struct page *page)
{
    live_stop(page->live);
}
