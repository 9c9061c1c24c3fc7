/*
 * A rating in a text: 1 satisfied, 2 mostly, 3 not satisfied, 4 not solved.
 */
#ifndef GATEWAY_UNDERSTAND_TEXT_RATING_H
#define GATEWAY_UNDERSTAND_TEXT_RATING_H

#include "gateway/understand/text/normalise.h"

/*
 * The rating that begins at octet `at`: a bare 1-4 (with at most a short remark), or a leading rating word; 0
 * when there is none. *end: the octet behind it, set only when there is one.
 */
int rating_at(const struct normal *normal, size_t at, size_t *end);

#endif
