#include "gateway/page/statics.h"

#include <string.h>

#include "gateway/page/visit.h"
#include "templates/embedded.h"

void statics_send(struct exchange *exchange)
{
    static const struct {
        const char *name, *path, *type;
    } files[] = {
        { "page.css", "templates/page/page.css", "text/css; charset=utf-8" },
        { "page.js", "templates/page/page.js", "text/javascript; charset=utf-8" },
    };

    visit_add_headers(exchange);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const struct embedded_file *file = embedded_find(files[i].path);

        if (strcmp(files[i].name, exchange->rest) == 0 && file) {
            exchange_answer(exchange, 200, files[i].type, file->data);
            return;
        }
    }
    exchange_refuse(exchange, 404, "not found");
}
