/*
 * Finds cases by words: in their texts, in the words of their steps, in names of people, in numbers of cases
 * and telephones. A text has a word if it has its characters in a row, whatever letters are large, as LIKE
 * says. The newest texts are not indexed yet and are read for each search (entries.h).
 */
#ifndef STORE_SEARCH_SEARCH_H
#define STORE_SEARCH_SEARCH_H

#include "store/cases.h"

struct search {
    const char *words; /* UTF-8; several, parted by spaces, must all be found. Without one nothing is found */
    bool with_guarded; /* restricted cases too */
    bool with_reporters; /* also by their names and telephones, unless they asked to stay anonymous */
    int64_t within;      /* of this unit and those below it, or of places in them; 0: everywhere */
    const char *also;    /* with within: what this phone handles, too; NULL */
};

/*
 * The ids of all cases found, the newest first, from mem. A word of digits is looked for in numbers of cases;
 * one of four digits at the end of telephones, too, and a whole telephone number as it is: nobody may guess
 * one digit by digit.
 */
bool store_search(struct store *store, void *mem, const struct search *search, int64_t **ids, size_t *n);

/* Calls each for those of the cases that the filter matches too, in order of ids; as store_each_case. */
bool store_each_found(struct store *store, const int64_t *ids, size_t n, const struct case_filter *filter,
                      bool (*each)(const struct case_ *case_, void *arg), void *arg);

/*
 * Words that are removed stay in the files of the indexes until those are written anew, which takes seconds
 * where there are a million cases. Needs no transaction.
 */
bool store_clean_index(struct store *store);

/* Notes that words were removed at now, and says since when some were that are in the files still; 0: none
 * are. */
bool store_note_removed(struct store *store, int64_t now);
bool store_unclean_since(struct store *store, int64_t *since);

#endif
