#include "gateway/http/open311/document.h"

#include <libxml/xmlwriter.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/sanitise.h"

/* The name of each array's items. */
static const struct {
    const char *list, *item;
} singulars[] = {
    { "services", "service" },     { "service_requests", "request" },
    { "attributes", "attribute" }, { "service_request_updates", "request_update" },
    { "values", "value" },         { "errors", "error" },
    { "endpoints", "endpoint" },   { "formats", "format" },
};

static const char *singular_of(const char *list)
{
    for (size_t i = 0; i < sizeof singulars / sizeof *singulars; i++)
        if (strcmp(singulars[i].list, list) == 0)
            return singulars[i].item;
    return "item";
}

static void write_element(void *mem, xmlTextWriter *writer, const char *name, struct json_object *value);

static void write_content(void *mem, xmlTextWriter *writer, const char *name, struct json_object *value)
{
    if (json_object_is_type(value, json_type_object)) {
        json_object_object_foreach(value, member, inner)
        {
            write_element(mem, writer, member, inner);
        }
    } else if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++)
            write_element(mem, writer, singular_of(name), json_object_array_get_idx(value, i));
    } else if (value) {
        xmlTextWriterWriteString(writer, BAD_CAST sanitise_text(mem, json_object_get_string(value), true));
    }
}

static void write_element(void *mem, xmlTextWriter *writer, const char *name, struct json_object *value)
{
    xmlTextWriterStartElement(writer, BAD_CAST name);
    write_content(mem, writer, name, value);
    xmlTextWriterEndElement(writer);
}

const char *document_xml(void *mem, const char *root, struct json_object *tree)
{
    xmlBuffer *buffer = xmlBufferCreate();
    xmlTextWriter *writer = xmlNewTextWriterMemory(buffer, 0);
    const char *text;

    xmlTextWriterStartDocument(writer, NULL, "UTF-8", NULL);
    write_element(mem, writer, root, tree);
    xmlTextWriterEndDocument(writer);
    xmlFreeTextWriter(writer);
    text = talloc_strdup(mem, (const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return text;
}

const char *document_json(void *mem, struct json_object *tree)
{
    return talloc_strdup(mem, json_object_to_json_string_ext(tree, JSON_C_TO_STRING_NOSLASHESCAPE));
}
