/*
 * One request to the page: the visitor, the request and the answer. Shared by the files of this folder. It
 * runs on a worker's thread, which may read the store and wait for the desk.
 */
#ifndef GATEWAY_PAGE_VISIT_H
#define GATEWAY_PAGE_VISIT_H

#include <pthread.h>

#include "gateway/case/standing.h"
#include "gateway/http/exchange.h"
#include "gateway/page/fill.h"
#include "gateway/page/page.h"
#include "gateway/turn/turn.h"
#include "store/page/sessions.h"
#include "templates/set.h"

enum { SESSION_SECONDS = 8 * 3600, IDLE_SECONDS = 1800, PROOF_SECONDS = 600, TOKEN_HEX = 64 };

struct leases;
struct figures_keeper;
struct pictures_kept;
struct counts;
struct live;

/* What is read anew by page_renew. It lives until the last visit that uses it has ended. */
struct looks {
    struct template_set *set;  /* templates/page */
    const struct words *words; /* for the names of topics, states and classes */
    int holders;               /* the page itself is one */
};

struct page {
    const struct config *config;
    struct desk *desk;
    const struct words *words; /* as at the start */
    struct http_server *server;
    pthread_mutex_t lock; /* guards looks, and its holders */
    struct looks *looks;
    struct dictionary *dictionary;
    struct leases *leases;
    struct live *live;
    struct figures_keeper *figures;
    struct pictures_kept *pictures;
    struct counts *counts;
};

/* page.c: the looks of now, until looks_release. */
struct looks *looks_hold(struct page *page);
void looks_release(struct page *page, struct looks *looks);

struct visit {
    struct page *page;
    struct looks *looks;
    struct exchange *exchange; /* also the talloc context of everything the visit owns */
    struct turn turn;          /* reads from the worker's store; never commits */
    const struct visit_row *row;
    const char *rest; /* the path behind the row's */
    struct pair *query, *form;
    size_t n_query, n_form;
    struct session *session; /* NULL: nobody is signed in */
    const struct person *person;
    const char *language, *address;
    int64_t last;         /* newest step that the visitor may know of when the visit began */
    int64_t last_of_case; /* of the case that the page shows; 0: it shows none */
    struct json_object *data;
    char *cases;        /* numbers of the cases that are shown, for the audit */
    const char *cookie; /* to be set; NULL: none */
    bool is_read;       /* query and form could be read */
};

/* A page or a form of it. */
struct visit_row {
    const char *method, *path; /* the path after /page/; a / at its end matches all paths below it */
    void (*run)(struct visit *visit);
    unsigned roles; /* any one of them is enough; FOR_ALL: whoever is signed in; FOR_STRANGERS: anybody */
    bool is_view;   /* the view is written into the audit before it is sent */
    bool is_quiet;  /* does not count as activity that keeps the session alive */
};
#define FOR_STRANGERS 0u
#define FOR_ALL 0xffu

/* rows.c: all pages and forms; ends with a NULL method. */
extern const struct visit_row visit_rows[];

/* Whether the visitor has any of these roles. */
bool visit_may(const struct visit *visit, unsigned roles);

/* The unit whose cases somebody oversees; 0: the whole county, for its own staff and for supervisors in one
 * of its departments. False: the store failed. */
bool visit_oversees(struct visit *visit, int64_t *unit);

/* Fields of the query and of the form; "" where there is no such field. */
const char *visit_query(const struct visit *visit, const char *name);
const char *visit_field(const struct visit *visit, const char *name);

/* A word of the page in the visitor's language; its key where there is none. */
const char *visit_word(const struct visit *visit, const char *key);
/* The word of a topic, state or category, as texts say it: kind is "topic", "state" or "category". */
const char *visit_name(const struct visit *visit, const char *kind, const char *value);
/* 139****0005 */
const char *visit_masked(void *mem, const char *phone);
/* Name and title of a phone's owner, or the masked number; "system" and "operator" in words. */
const char *visit_who(struct visit *visit, const char *phone);
/* The same; is_anonymous: whoever is not registered is "anonymous", for a part of a number is one, too. */
const char *visit_who_in(struct visit *visit, const char *phone, bool is_anonymous);

/* Notes for the audit that the page shows something of this case. */
void visit_shows(struct visit *visit, const struct case_ *case_);

/*
 * Answers with a page: template NAME.html filled with visit->data. A view is first written into the audit
 * through the desk; where that fails, nothing is shown.
 */
void visit_show(struct visit *visit, int status, const char *name);
/* The same with a body of another kind; file: the name it is to be saved as, NULL: it is shown. */
void visit_send(struct visit *visit, const char *type, const char *file, const char *text);
/* 303 to a path of the page, such as "case/26000010". */
void visit_go(struct visit *visit, const char *path);
/* Answers with a page that says what went wrong; key is a key of the dictionary. */
void visit_refuse(struct visit *visit, int status, const char *key);
/* Answers 404 with the same words and timing, whether a thing does not exist or may not be seen. */
void visit_absent(struct visit *visit);
/* Answers 503: the store failed. */
void visit_failed(struct visit *visit);
/* Adds the headers that every answer of the page carries. */
void visit_add_headers(struct exchange *exchange);

/* Endpoints of http (exchange.h). */
void visit_serve(struct exchange *exchange);
void visit_root(struct exchange *exchange);

#endif
