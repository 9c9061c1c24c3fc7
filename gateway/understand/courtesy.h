/*
 * Finds the greeting in front of a text, and recognises texts that only greet, thank or ask to be heard.
 */
#ifndef GATEWAY_UNDERSTAND_COURTESY_H
#define GATEWAY_UNDERSTAND_COURTESY_H

#include "gateway/understand/text/normalise.h"

struct courtesy;

/* Reads courtesy.txt and officials.txt; directory as in wordfile_text. NULL: *error says why (from mem). */
struct courtesy *courtesy_new(void *mem, const char *directory, const char **error);

/*
 * The octet of the normalised text behind 【...】, greetings and the marks that follow them; 0 when there are
 * none. An official's title is skipped only as part of a greeting ("王书记您好", "尊敬的王书记："), never in
 * "王书记贪污". For a text that is only a greeting it is the text's end.
 */
size_t courtesy_skip(const struct courtesy *courtesy, const struct normal *normal);

/* Whether the text from octet `at` on only thanks (谢谢领导, 好的收到, 感谢政府修了路). Marks do not count.
 * is_for_something: it says what for, which may be meant otherwise: 谢谢你们把我家的地占了. */
bool courtesy_is_thanks(const struct courtesy *courtesy, const struct normal *normal, size_t at,
                        bool *is_for_something);

/* Whether the text from octet `at` on asks to be heard without saying about what (我要投诉, 转人工). Marks do
 * not count. */
bool courtesy_only_asks(const struct courtesy *courtesy, const struct normal *normal, size_t at);

/* Whether the text only says that it sends another one on (转发, 你们发的, fwd). Marks do not count. */
bool courtesy_only_quotes(const struct courtesy *courtesy, const struct normal *normal);

/*
 * Whether the text begins as answers of machines do (自动回复, 【...】收到，编号...). is_receipt: as the
 * receipt of a gateway like this one.
 */
bool courtesy_is_machine(const struct courtesy *courtesy, const struct normal *normal, bool *is_receipt);

#endif
