/*
 * The operator's page. Each button files an event on the line "page" from the cadre's registered phone, with
 * a keyword command as its text, and waits for the commit; the page writes in no other way. Pages are
 * rendered here from templates/page/ and work without a script.
 */
#ifndef GATEWAY_PAGE_PAGE_H
#define GATEWAY_PAGE_PAGE_H

#include "gateway/http/server.h"

struct page;

/*
 * Serves the page on this server; config, words and desk outlive it. Stop the server first, then free the
 * page. NULL: *error says why, from mem.
 */
struct page *page_start(void *mem, const struct config *config, struct desk *desk, const struct words *words,
                        struct http_server *server, const char **error);

/*
 * Reads the page's templates, and the words it takes from the texts, anew. Visits that have begun go on with
 * the old ones. False: *error, from mem, says what is wrong, and the old ones stay.
 */
bool page_renew(struct page *page, void *mem, const char **error);

/* Files in the templates' folder that page_renew does not read, because the program's own are built in; from
 * mem, with commas; NULL: there are none. */
const char *page_built_in(const struct page *page, void *mem);

/* Call after a commit, on any thread: the live streams look for new steps. */
void page_wake(struct page *page);

/* Ends the live streams. Call it before http_server_stop. */
void page_stop(struct page *page);

#endif
