#include "gateway/http/exchange.h"

const struct route http_routes[] = {
    { "POST GET", "/hook/", .handle = webhook_receive, .label = "hook" },
    { "GET", "/healthz", .handle = health_live, .label = "healthz" },
    { "GET", "/readyz", .handle = health_ready, .label = "readyz" },
    { "GET", "/metrics", .handle = metrics_show, .label = "metrics", .is_for_worker = true,
      .is_for_metrics = true },
    { 0 },
};
