#include "store/search/pairs.h"

#include <stdbool.h>
#include <stddef.h>

enum { MOST_OCTETS = 4 }; /* of one character */

/* Length of the character at text, which has n octets left; what is not UTF-8 is cut somewhere. */
static int length_at(const char *text, int n)
{
    int length = 1;

    while (length < n && length < MOST_OCTETS && (text[length] & 0xc0) == 0x80)
        length++;
    return length;
}

static void add_folded(char *token, int *n, const char *from, int length)
{
    for (int i = 0; i < length; i++)
        token[(*n)++] = (char)(from[i] >= 'A' && from[i] <= 'Z' ? from[i] + ('a' - 'A') : from[i]);
}

/* A search wants no lone last character, unless it has but one. */
static int tokenize(Fts5Tokenizer *tokenizer, void *arg, int flags, const char *text, int n,
                    int (*each)(void *, int, const char *, int, int, int))
{
    int answer = SQLITE_OK, length = n > 0 ? length_at(text, n) : 0, next;

    (void)tokenizer;
    for (int at = 0; at < n && answer == SQLITE_OK; at += length, length = next) {
        char token[2 * MOST_OCTETS];
        int n_token = 0;
        bool is_last = at + length >= n;

        next = is_last ? 0 : length_at(text + at + length, n - at - length);
        if (is_last && at > 0 && flags & FTS5_TOKENIZE_QUERY)
            break;
        add_folded(token, &n_token, text + at, length + next);
        answer = each(arg, 0, token, n_token, at, at + length + next);
    }
    return answer;
}

/* It keeps nothing; FTS5 wants an address. */
static int create(void *context, const char **arguments, int n, Fts5Tokenizer **tokenizer)
{
    static const char nothing;

    (void)context, (void)arguments, (void)n;
    *tokenizer = (Fts5Tokenizer *)&nothing;
    return SQLITE_OK;
}

static void discard(Fts5Tokenizer *tokenizer)
{
    (void)tokenizer;
}

/* sqlite.org/fts5.html, 7 */
int pairs_register(sqlite3 *db)
{
    fts5_tokenizer pairs = { create, discard, tokenize };
    fts5_api *api = NULL;
    sqlite3_stmt *statement;
    int answer = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL);

    if (answer != SQLITE_OK)
        return answer;
    sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
    sqlite3_step(statement);
    answer = sqlite3_finalize(statement);
    if (answer != SQLITE_OK || !api)
        return answer != SQLITE_OK ? answer : SQLITE_ERROR;
    return api->xCreateTokenizer(api, "pairs", NULL, &pairs, NULL);
}

char *pairs_match(const char *words)
{
    size_t n = 0;

    while (words[n])
        n++;
    return sqlite3_mprintf(length_at(words, (int)n) == (int)n ? "\"%w\"*" : "\"%w\"", words);
}
