/* The API's own description, OpenAPI 3.1, which travels inside the program. */
#include "gateway/http/api.h"
#include "templates/embedded.h"

void api_describe(struct exchange *exchange)
{
    const struct embedded_file *file = embedded_find("gateway/http/openapi.json");

    if (file)
        exchange_answer(exchange, 200, "application/json", file->data);
    else
        exchange_refuse(exchange, 404, "not found");
}
