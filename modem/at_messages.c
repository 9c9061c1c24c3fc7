#include "modem/at_messages.h"

#include <ctype.h>
#include <string.h>
#include <talloc.h>

#include "modem/at_answers.h"
#include "modem/at_lines.h"

/* The shortest PDU has 13 octets: some modems give a shorter line in place of a message. */
enum { LEAST_DIGITS = 16 };

static char *upper(void *mem, const char *text)
{
    char *copy = talloc_strdup(mem, text);

    for (char *c = copy; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return copy;
}

static void add(void *mem, struct at_messages *messages, const struct at_message_head *head)
{
    if (messages->n % 64 == 0)
        messages->messages = talloc_realloc(mem, messages->messages, struct at_message, messages->n + 64);
    messages->messages[messages->n++] =
        (struct at_message){ .index = head->index,
                             .stat = head->stat,
                             .length = head->length,
                             .pdu = *head->pdu ? upper(mem, head->pdu) : NULL };
}

static bool read_head(const char *line, struct at_message_head *head)
{
    return at_answers(line, "+CMGR") ? at_read_message_head(line, head) : at_read_list_head(line, head);
}

void at_read_messages(void *mem, char *const *lines, size_t n, struct at_messages *messages)
{
    bool waits = false;

    *messages = (struct at_messages){ 0 };
    for (size_t i = 0; i < n; i++) {
        struct at_message_head head;

        if (read_head(lines[i], &head)) {
            add(mem, messages, &head);
            waits = !*head.pdu;
        } else if (waits && strlen(lines[i]) >= LEAST_DIGITS && *lines[i] != '+') {
            messages->messages[messages->n - 1].pdu = upper(mem, lines[i]);
            waits = false;
        } else {
            messages->has_orphans = true;
        }
    }
}
