/*
 * Greetings in front of a text, and texts that are nothing but courtesy.
 */
#ifndef GATEWAY_UNDERSTAND_COURTESY_H
#define GATEWAY_UNDERSTAND_COURTESY_H

#include "gateway/understand/normalise.h"

struct courtesy;

/* Reads courtesy.txt and officials.txt. NULL: *error says why (from mem). */
struct courtesy *courtesy_new(void *mem, const char *directory, const char **error);

/*
 * The octet where the text begins behind 【...】, greetings and the marks behind those; 0 when there are
 * none. An official's title is taken off only as part of a greeting ("王书记您好", "尊敬的王书记："):
 * "王书记贪污" is left whole. A text of nothing else begins at its end.
 */
size_t courtesy_skip(const struct courtesy *courtesy, const struct normal *normal);

/* Is the text from octet `at` on thanks and nothing but thanks (谢谢领导, 好的收到, 感谢政府修了路)? Marks do
 * not count. */
bool courtesy_is_thanks(const struct courtesy *courtesy, const struct normal *normal, size_t at);

/* Does the text from octet `at` on ask to be heard, and say nothing of what about (我要投诉, 转人工)?
 * Marks do not count. */
bool courtesy_only_asks(const struct courtesy *courtesy, const struct normal *normal, size_t at);

#endif
