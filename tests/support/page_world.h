/*
 * The operator's page on a web server of its own, with a county of two townships, and browsers that are
 * signed in.
 */
#ifndef TESTS_SUPPORT_PAGE_WORLD_H
#define TESTS_SUPPORT_PAGE_WORLD_H

#include "gateway/page/page.h"
#include "store/people.h"
#include "tests/support/http_support.h"

/* One of each role; MEI works in another township than CADRE. */
#define PAGE_CADRE "+8613900000010"
#define PAGE_MEI "+8613900000011"
#define PAGE_LEADER "+8613900000004"
#define PAGE_SUPERVISOR "+8613900000005"
#define PAGE_OPERATOR "+8613900000021"
#define PAGE_CLERK "+8613900000020"
#define PAGE_VILLAGER "+8613934567001"

struct page_world {
    struct http_world *http;
    struct page *page;
    int n; /* texts so far */
};

/* For cmocka_unit_test_setup_teardown: *state is the world. */
int page_world_setup(void **state);
int page_world_teardown(void **state);
/* The same store, desk and server anew. */
void page_world_restart(struct page_world *world);

/* A text comes in; the number of the case it made, from world, "" none. */
const char *page_world_text(struct page_world *world, const char *from, const char *text);

/* One number or text of the store; from world. */
int64_t page_world_count(struct page_world *world, const char *sql);
const char *page_world_value(struct page_world *world, const char *sql);
/* Changes the store, as nobody would. */
void page_world_run(struct page_world *world, const char *sql);

/* The last code that a text took to this phone. */
const char *page_world_code(struct page_world *world, const char *phone);

struct browser {
    struct page_world *world;
    const char *cookie;  /* "xy=..." */
    const char *address; /* as a proxy would report it; NULL: none */
    const char *origin;  /* NULL: as a browser sends it */
    struct reply reply;  /* the last answer */
};

struct browser *browser_new(struct page_world *world, const char *address);
/* Signs in by a code; fails the test when that does not work. */
struct browser *browser_signed_in(struct page_world *world, const char *phone);

/* path behind /page/; the status. */
int browser_get(struct browser *browser, const char *path);
/* fields: "name=value&...", already encoded. */
int browser_post(struct browser *browser, const char *path, const char *fields);
/* The same with the session's token, and seen and nonce of the last page. */
int browser_do(struct browser *browser, const char *path, const char *fields);
/* Whether the last page has these words in it. */
bool browser_shows(const struct browser *browser, const char *words);
/* value of a hidden field in the last page; "". */
const char *browser_hidden(struct browser *browser, const char *name);
/* Percent-encoded, from browser. */
const char *browser_encoded(struct browser *browser, const char *text);

#endif
