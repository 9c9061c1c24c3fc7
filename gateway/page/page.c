#include "gateway/page/page.h"

#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/page/counts.h"
#include "gateway/page/dictionary.h"
#include "gateway/page/leases.h"
#include "gateway/page/live.h"
#include "gateway/page/overview.h"
#include "gateway/page/statics.h"
#include "gateway/page/visit.h"
#include "templates/embedded.h"

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

struct page *page_start(void *mem, const struct config *config, struct desk *desk, const struct words *words,
                        struct http_server *server, const char **error)
{
    struct page *page = talloc_zero(mem, struct page);
    const struct embedded_file *table = embedded_find("templates/page/words.tsv");

    page->config = config;
    page->desk = desk;
    page->words = words;
    page->server = server;
    page->set = read_templates(page, config);
    page->leases = leases_new(page);
    page->figures = overview_new(page);
    page->counts = counts_new(page);
    page->live = live_start(page, error);
    page->dictionary = table ? dictionary_new(page, table->data, error) : NULL;
    if (page->set->errors)
        *error = talloc_strdup(mem, page->set->errors);
    if (page->set->errors || !page->dictionary || !page->live) {
        if (page->live)
            live_stop(page->live);
        talloc_free(page);
        return NULL;
    }
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
