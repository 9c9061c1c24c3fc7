#include "gateway/config.h"

#include <confuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

static cfg_opt_t store_options[] = { CFG_STR("url", "sqlite:xiangyin.db", CFGF_NONE), CFG_END() };

static cfg_opt_t http_options[] = { CFG_STR("listen", "127.0.0.1:8080", CFGF_NONE), CFG_END() };

static cfg_opt_t modem_options[] = {
    CFG_STR("device", NULL, CFGF_NODEFAULT),
    CFG_BOOL("send", cfg_true, CFGF_NONE),
    CFG_BOOL("receive", cfg_true, CFGF_NONE),
    CFG_INT("baud", 115200, CFGF_NONE),
    CFG_STR("pin", NULL, CFGF_NODEFAULT),
    CFG_STR("storage", NULL, CFGF_NODEFAULT),
    CFG_INT("poll", 30, CFGF_NONE),
    CFG_INT("command_timeout", 5, CFGF_NONE),
    CFG_INT("send_timeout", 60, CFGF_NONE),
    CFG_INT("per_minute", 0, CFGF_NONE),
    CFG_INT("per_day", 0, CFGF_NONE),
    CFG_STR_LIST("prefixes", NULL, CFGF_NONE),
    CFG_BOOL("verify", cfg_false, CFGF_NONE),
    CFG_BOOL("hard_reset", cfg_false, CFGF_NONE),
    CFG_STR("balance_ussd", NULL, CFGF_NODEFAULT),
    CFG_INT("balance_hours", 24, CFGF_NONE),
    CFG_STR("missed_call", "text", CFGF_NONE),
    CFG_END(),
};

static cfg_opt_t options[] = {
    CFG_STR("timezone", "Asia/Shanghai", CFGF_NONE),
    CFG_STR("templates", NULL, CFGF_NODEFAULT),
    CFG_STR("signature", "", CFGF_NONE),
    CFG_STR("language", "zh", CFGF_NONE),
    CFG_STR("county", "", CFGF_NONE),
    CFG_STR("number_prefix", "", CFGF_NONE),
    CFG_STR("operator", NULL, CFGF_NODEFAULT),
    CFG_STR("quiet_hours", "21:00-08:00", CFGF_NONE),
    CFG_INT("part_timeout", 600, CFGF_NONE),
    CFG_INT("join_minutes", 10, CFGF_NONE),
    CFG_INT("accept_days", 15, CFGF_NONE),
    CFG_INT("finish_days", 60, CFGF_NONE),
    CFG_SEC("store", store_options, CFGF_NONE),
    CFG_SEC("modem", modem_options, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
    CFG_SEC("http", http_options, CFGF_NODEFAULT),
    CFG_END(),
};

const char *config_default_path(void)
{
    return access("xiangyin.conf", R_OK) == 0 ? "xiangyin.conf" : "/etc/xiangyin/xiangyin.conf";
}

static const char *copy(void *mem, const char *text)
{
    return text ? talloc_strdup(mem, text) : NULL;
}

static void read_modem(struct config *config, struct modem_config *modem, cfg_t *section)
{
    *modem = (struct modem_config){
        .name = copy(config, cfg_title(section)),
        .device = copy(config, cfg_getstr(section, "device")),
        .sends = cfg_getbool(section, "send"),
        .receives = cfg_getbool(section, "receive"),
        .baud = (int)cfg_getint(section, "baud"),
        .pin = copy(config, cfg_getstr(section, "pin")),
        .storage = copy(config, cfg_getstr(section, "storage")),
        .poll_seconds = (int)cfg_getint(section, "poll"),
        .command_timeout = (int)cfg_getint(section, "command_timeout"),
        .send_timeout = (int)cfg_getint(section, "send_timeout"),
        .per_minute = (int)cfg_getint(section, "per_minute"),
        .per_day = (int)cfg_getint(section, "per_day"),
        .verify = cfg_getbool(section, "verify"),
        .hard_reset = cfg_getbool(section, "hard_reset"),
        .balance_ussd = copy(config, cfg_getstr(section, "balance_ussd")),
        .balance_hours = (int)cfg_getint(section, "balance_hours"),
        .missed_call = copy(config, cfg_getstr(section, "missed_call")),
        .n_prefixes = cfg_size(section, "prefixes"),
    };
    modem->prefixes = talloc_array(config, const char *, modem->n_prefixes);
    for (size_t i = 0; i < modem->n_prefixes; i++)
        modem->prefixes[i] = copy(config, cfg_getnstr(section, "prefixes", (unsigned)i));
}

static void place_database(struct config *config, const char *url)
{
    const char *name = url + strlen("sqlite:"), *slash = strrchr(config->path, '/');

    if (strcmp(name, ":memory:") == 0)
        config->database = NULL;
    else if (*name == '/' || !slash)
        config->database = copy(config, name);
    else
        config->database = talloc_asprintf(config, "%.*s/%s", (int)(slash - config->path), config->path, name);
    config->store_url = talloc_asprintf(config, "sqlite:%s", config->database ? config->database : ":memory:");
}

static bool read_quiet_hours(struct config *config, const char *text)
{
    int h1, m1, h2, m2;
    char rest;

    if (sscanf(text, "%2d:%2d-%2d:%2d%c", &h1, &m1, &h2, &m2, &rest) != 4)
        return false;
    config->quiet_from = h1 * 60 + m1;
    config->quiet_until = h2 * 60 + m2;
    return h1 < 25 && h2 < 25 && m1 < 60 && m2 < 60;
}

struct config *config_read(void *mem, const char *path, struct config_problem **problems, size_t *n)
{
    cfg_t *cfg = cfg_init(options, CFGF_NONE);
    struct config *config = talloc_zero(mem, struct config);

    *problems = talloc_zero_array(mem, struct config_problem, 1);
    *n = 0;
    config->path = copy(config, path);
    if (cfg_parse(cfg, path) != CFG_SUCCESS || strncmp(cfg_getstr(cfg_getsec(cfg, "store"), "url"), "sqlite:", 7) != 0 ||
        !read_quiet_hours(config, cfg_getstr(cfg, "quiet_hours"))) {
        (*problems)[(*n)++].text = talloc_asprintf(mem, "%s: cannot be read", path);
        cfg_free(cfg);
        return NULL;
    }
    config->timezone = copy(config, cfg_getstr(cfg, "timezone"));
    config->templates = copy(config, cfg_getstr(cfg, "templates"));
    config->signature = copy(config, cfg_getstr(cfg, "signature"));
    config->language = copy(config, cfg_getstr(cfg, "language"));
    config->county = copy(config, cfg_getstr(cfg, "county"));
    config->number_prefix = copy(config, cfg_getstr(cfg, "number_prefix"));
    config->operator_phone = copy(config, cfg_getstr(cfg, "operator"));
    config->part_timeout = (int)cfg_getint(cfg, "part_timeout");
    config->join_minutes = (int)cfg_getint(cfg, "join_minutes");
    config->accept_days = (int)cfg_getint(cfg, "accept_days");
    config->finish_days = (int)cfg_getint(cfg, "finish_days");
    place_database(config, cfg_getstr(cfg_getsec(cfg, "store"), "url"));
    config->http_listen = cfg_size(cfg, "http") ? copy(config, cfg_getstr(cfg_getsec(cfg, "http"), "listen")) : NULL;
    config->n_modems = cfg_size(cfg, "modem");
    config->modems = talloc_zero_array(config, struct modem_config, config->n_modems);
    for (size_t i = 0; i < config->n_modems; i++)
        read_modem(config, &config->modems[i], cfg_getnsec(cfg, "modem", (unsigned)i));
    cfg_free(cfg);
    return config;
}
