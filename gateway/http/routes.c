#include "gateway/http/api.h"

/* Of the API: on a worker, from allowed networks, with a token of this scope. */
#define API(word) .scope = (word), .is_for_worker = true, .is_for_allowed = true

const struct endpoint http_routes[] = {
    { "POST GET", "/hook/", .handle = provider_hook_receive, .label = "hook", .is_changing = true },
    { "GET", "/healthz", .handle = health_live, .label = "healthz" },
    { "GET", "/readyz", .handle = health_ready, .label = "readyz" },
    { "GET", "/metrics", .handle = metrics_show, .label = "metrics", .is_for_worker = true,
      .is_for_metrics = true },
    { "GET POST", "/cgi-bin/sendsms", .handle = sendsms, .label = "sendsms", .is_for_worker = true,
      .is_for_allowed = true, .is_changing = true },
    { "GET POST PUT PATCH DELETE OPTIONS", "/open311/v2/", .handle = open311_serve, .label = "open311",
      .is_for_worker = true, .is_for_allowed = true, .refuse = open311_refuse },
    { "GET", "/api/v1/openapi.json", .handle = api_describe, .label = "api", .is_for_allowed = true },
    { "GET", "/api/v1/cases", .handle = api_list_cases, .label = "api", API("cases") },
    { "GET", "/api/v1/cases/", .handle = api_show_case, .label = "api", API("cases") },
    { "GET", "/api/v1/events", .handle = api_list_events, .label = "api", API("events") },
    { "POST", "/api/v1/events", .handle = api_file_event, .label = "api", API("file") },
    { "POST", "/api/v1/recordings", .handle = api_file_recording, .label = "api", API("record"),
      .is_large = true },
    { "GET", "/api/v1/notices", .handle = api_list_notices, .label = "api", API("notices") },
    { "POST", "/api/v1/notices", .handle = api_send_notice, .label = "api", API("send") },
    { "GET", "/api/v1/notices/", .handle = api_show_notice, .label = "api", API("notices") },
    { "GET", "/api/v1/report", .handle = api_report, .label = "api", API("report") },
    { 0 },
};
