/* All pages and forms, and who may have them: the table that tests/test_page.c goes through. */
#include "gateway/page/tools/account.h"
#include "gateway/page/tools/bulk.h"
#include "gateway/page/case_page.h"
#include "gateway/page/tools/deciding.h"
#include "gateway/page/drafting.h"
#include "gateway/page/tools/finding.h"
#include "gateway/page/tools/line_state.h"
#include "gateway/page/lists.h"
#include "gateway/page/live.h"
#include "gateway/page/tools/new_case.h"
#include "gateway/page/tools/overview.h"
#include "gateway/page/tools/keeping_csv.h"
#include "gateway/page/tools/keeping_page.h"
#include "gateway/page/tools/paper.h"
#include "gateway/page/placing.h"
#include "gateway/page/sign.h"

/* clang-format off */
const struct visit_row visit_rows[] = {
    { "GET", "sign-in", sign_show, .roles = FOR_STRANGERS },
    { "POST", "sign-in", sign_take_phone, .roles = FOR_STRANGERS },
    { "POST", "sign-in/code", sign_take_code, .roles = FOR_STRANGERS },
    { "GET", "enter/", sign_enter, .roles = FOR_STRANGERS },
    { "POST", "sign-out", sign_out, .roles = FOR_ALL },
    { "POST", "language", sign_set_language, .roles = FOR_ALL },
    { "GET", "home", lists_home, FOR_ALL, .is_view = true },
    { "GET", "list/", lists_show, FOR_ALL, .is_view = true },
    { "GET", "case/", case_page_show, FOR_ALL, .is_view = true },
    { "POST", "case/", case_page_do, FOR_ALL, .is_view = true },
    { "GET", "search", finding_show, FOR_ALL, .is_view = true },
    { "GET", "export", finding_export, FOR_ALL, .is_view = true },
    { "GET", "round", finding_round, ROLE_CADRE | ROLE_LEADER, .is_view = true },
    { "GET", "keep", keeping_page_show, ROLE_OPERATOR, .is_view = true },
    { "GET", "keep/", keeping_csv_send, ROLE_OPERATOR, .is_view = true },
    { "POST", "keep-rows", keeping_csv_take, ROLE_OPERATOR, .is_view = true },
    { "POST", "keep", keeping_page_do, ROLE_OPERATOR, .is_view = true },
    { "GET", "pictures", paper_pictures, ROLE_LEADER | ROLE_SUPERVISOR, .is_view = true },
    { "GET", "letter/", paper_letter, FOR_ALL, .is_view = true },
    { "POST", "bulk", bulk_do, FOR_ALL, .is_view = true },
    { "POST", "text", deciding_text, .roles = FOR_ALL },
    { "POST", "agree", deciding_agree, ROLE_CADRE | ROLE_LEADER | ROLE_SUPERVISOR | ROLE_CLERK, .is_view = true },
    { "POST", "placed", placing_do, ROLE_CADRE | ROLE_LEADER | ROLE_SUPERVISOR | ROLE_CLERK, .is_view = true },
    { "POST", "undo", bulk_undo, .roles = FOR_ALL },
    { "GET", "new", new_case_show, ROLE_CADRE | ROLE_LEADER | ROLE_CLERK, .is_view = true },
    { "POST", "new", new_case_do, ROLE_CADRE | ROLE_LEADER | ROLE_CLERK, .is_view = true },
    { "POST", "place", new_case_place, ROLE_CADRE | ROLE_LEADER | ROLE_CLERK, .is_quiet = true },
    { "GET", "leader", overview_show, ROLE_LEADER | ROLE_SUPERVISOR, .is_view = true },
    { "GET", "lines", line_state_show, ROLE_OPERATOR | ROLE_CLERK | ROLE_LEADER | ROLE_SUPERVISOR, .is_view = true },
    { "GET", "audit", overview_audit, ROLE_SUPERVISOR, .is_view = true },
    { "GET", "me", account_show, .roles = FOR_ALL },
    { "POST", "me/", account_do, .roles = FOR_ALL },
    { "GET", "live", live_open, FOR_ALL, .is_quiet = true },
    { "GET", "changes", live_changes, FOR_ALL, .is_quiet = true },
    { "POST", "draft", drafting_take, .roles = FOR_ALL },
    { 0 },
};
/* clang-format on */
