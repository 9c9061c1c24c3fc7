#include "gateway/page/statics.h"

#include <string.h>
#include <talloc.h>

#include "gateway/page/visit.h"
#include "templates/embedded.h"

/* The style of the printed papers, from its partial in templates/zh/. NULL: there is none. */
static const char *paper_style(void *mem, const char *name)
{
    static const char style[] = "<style>", end[] = "</style>";
    const struct embedded_file *file = embedded_find(talloc_asprintf(mem, "templates/zh/%s.html", name));
    const char *from = file ? strstr(file->data, style) : NULL, *to = from ? strstr(from, end) : NULL;

    return to ? talloc_strndup(mem, from + strlen(style), (size_t)(to - from) - strlen(style)) : NULL;
}

void statics_send(struct exchange *exchange)
{
    static const struct {
        const char *name, *path, *type;
    } files[] = {
        { "page.css", "templates/page/page.css", "text/css; charset=utf-8" },
        { "page.js", "templates/page/page.js", "text/javascript; charset=utf-8" },
    };

    static const char *const papers[] = { "paper-style", "letter-style" };

    visit_add_headers(exchange);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const struct embedded_file *file = embedded_find(files[i].path);

        if (strcmp(files[i].name, exchange->rest) == 0 && file) {
            exchange_answer(exchange, 200, files[i].type, file->data);
            return;
        }
    }
    for (size_t i = 0; i < sizeof papers / sizeof *papers; i++) {
        const char *style = paper_style(exchange, papers[i]);

        if (style && strcmp(exchange->rest, talloc_asprintf(exchange, "%s.css", papers[i])) == 0) {
            exchange_answer(exchange, 200, "text/css; charset=utf-8", style);
            return;
        }
    }
    exchange_refuse(exchange, 404, "not found");
}
