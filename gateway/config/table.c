#include "gateway/config/table.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/config/table_lines.h"

#define TOP(field) .at = offsetof(struct config, field)
#define WEBHOOK(field) .at = offsetof(struct webhook_config, field)
#define URGENCY(field) .at = offsetof(struct urgency_class_config, field)

#define COUNTS "calendar working"

static const struct config_option top_options[] = {
    { "timezone", &config_zone, "Asia/Shanghai", "time zone of deadlines, quiet hours and the calendar",
      TOP(timezone) },
    { "language", &config_word, "zh", "language of people who have not chosen one", TOP(language),
      .words = "zh en" },
    { "county", &config_text, "", "the county's name in texts", TOP(county) },
    { "log", &config_word, "info", "the least serious entries that are logged", TOP(log_level),
      .words = "info warning error", .is_live = true },
    { "review_body", &config_text, "",
      "whom to ask for 复查 and 复核 of what the county itself has answered, such as 临汾市人民政府信访局",
      TOP(review_body) },
    { "signature", &config_text, "", "starts every outgoing text, with its brackets: 【浮山亮晒评】",
      TOP(signature) },
    { "operator", &config_phone, NULL, "the operator's phone, which gets alerts", TOP(operator_phone),
      .is_live = true },
    { "overseer", &config_phone, NULL,
      "phone of the registered person who gets a case that accuses all supervisors and the discipline "
      "office; the county's leaders when not given",
      TOP(overseer_phone), .is_live = true },
    { "silence_hours", &config_number, "0",
      "alert the operator when a line has received nothing for this long; 0: never", TOP(silence_hours),
      .least = 0, .most = 8760 },
    { "answers_per_hour", &config_number, "10",
      "automatic answers that one sender gets in an hour, beyond answers_burst at once; 0: no limit",
      TOP(answers_per_hour), .least = 0, .most = 3600, .is_live = true },
    { "answers_burst", &config_number, "5", "automatic answers that one sender gets at once",
      TOP(answers_burst), .least = 1, .most = 1000, .is_live = true },
    { "answers_per_day", &config_number, "30", "automatic answers that one sender gets in a day; 0: no limit",
      TOP(answers_per_day), .least = 0, .most = 86400, .is_live = true },
    { "all_answers_per_day", &config_number, "1000",
      "automatic answers to all senders but cadres in a day; the operator is alerted at 80 %; 0: no limit",
      TOP(all_answers_per_day), .least = 0, .most = 10000000, .is_live = true },
    { "quiet_hours", &config_hours, "21:00-08:00",
      "hours in which notices wait; answers, operators' texts and danger to life still go out; off: none",
      TOP(quiet_from), .count_at = offsetof(struct config, quiet_until) },
    { "templates", &config_folder, NULL, "folder with templates that replace the built-in ones",
      TOP(templates) },
    { "number_prefix", &config_digit, "",
      "first digit of case numbers, for counties with several separate gateways", TOP(number_prefix) },
    { "part_timeout", &config_number, "600", "seconds to wait for the missing parts of a long text",
      TOP(part_timeout), .least = 1, .most = 604800 },
    { "join_minutes", &config_number, "10", "minutes in which a further text is added to the last case",
      TOP(join_minutes), .least = 0, .most = 1440 },
    { "accept_days", &config_number, "15", "days until a case must be accepted", TOP(accept_days), .least = 1,
      .most = 365, .is_live = true },
    { "finish_days", &config_number, "60", "days until an accepted case must be finished", TOP(finish_days),
      .least = 1, .most = 3650, .is_live = true },
    { "urgent_accept_hours", &config_number, "24",
      "hours until an urgent case must be accepted; 0: accept_days", TOP(urgent_accept_hours), .least = 0,
      .most = 8760, .is_live = true },
    { "urgent_finish_days", &config_number, "7", "days until an urgent case must be finished; 0: finish_days",
      TOP(urgent_finish_days), .least = 0, .most = 3650, .is_live = true },
    { "return_days", &config_number, "5", "days in which a unit may return a case that is not its own",
      TOP(return_days), .least = 1, .most = 365, .is_live = true },
    { "urgent_return_days", &config_number, "2", "return_days of urgent cases; 0: as for others",
      TOP(urgent_return_days), .least = 0, .most = 365, .is_live = true },
    { "extension_days", &config_number, "30", "most days by which all extensions together may prolong a case",
      TOP(extension_days), .least = 1, .most = 365, .is_live = true },
    { "urgent_extension_days", &config_number, "10", "extension_days of urgent cases; 0: as for others",
      TOP(urgent_extension_days), .least = 0, .most = 365, .is_live = true },
    { "review_days", &config_number, "30", "days to ask for a review, and to answer it", TOP(review_days),
      .least = 1, .most = 365, .is_live = true },
    { "accept_counts", &config_word, "calendar", "whether accept_days are calendar or working days",
      TOP(accept_counts), .words = COUNTS, .is_live = true },
    { "finish_counts", &config_word, "calendar", "whether finish_days are calendar or working days",
      TOP(finish_counts), .words = COUNTS, .is_live = true },
    { "return_counts", &config_word, "working", "whether return_days are calendar or working days",
      TOP(return_counts), .words = COUNTS, .is_live = true },
    { "extension_counts", &config_word, "calendar", "whether extension_days are calendar or working days",
      TOP(extension_counts), .words = COUNTS, .is_live = true },
    { "review_counts", &config_word, "calendar", "whether review_days are calendar or working days",
      TOP(review_counts), .words = COUNTS, .is_live = true },
    { "holidays", &config_dates, NULL, "weekdays that are not working days: { \"2027-01-01\" }",
      TOP(holidays), .count_at = offsetof(struct config, n_holidays), .is_live = true },
    { "workdays", &config_dates, NULL, "weekend days that are working days: { \"2027-01-03\" }",
      TOP(workdays), .count_at = offsetof(struct config, n_workdays), .is_live = true },
    { 0 },
};

static const struct config_option store_options[] = {
    { "url", &config_store_url, "sqlite:xiangyin.db",
      "where everything is kept; relative paths start at the configuration's folder", TOP(store_url) },
    { 0 },
};

static const struct config_option retention_options[] = {
    { "texts", &config_period, NULL,
      "how long after its end a case keeps its words, and a message of no case its text; for ever when not "
      "given",
      TOP(retain_texts) },
    { "recordings", &config_period, NULL,
      "how long after its end a case keeps its recordings, and how long those of no case are kept; as texts "
      "when not given",
      TOP(retain_recordings) },
    { 0 },
};

static const struct config_option backup_options[] = {
    { "folder", &config_own_folder, NULL, "folder of the daily copies: xiangyin backup --daily",
      TOP(backup_folder), .is_live = true },
    { "keep", &config_number, "14", "how many copies stay", TOP(backup_keep), .least = 1, .most = 3650,
      .is_live = true },
    { "recipient", &config_recipient, NULL,
      "age public key (age1...) that the copies are encrypted to; must be given where the folder is on "
      "another disk",
      TOP(backup_recipient), .is_live = true },
    { 0 },
};

static const struct config_option voice_options[] = {
    { "listen", &config_address, NULL,
      "IPv4 address and port at which the office's PBX calls by SIP (UDP); no calls are taken when not given",
      TOP(voice_listen) },
    { "peers", &config_networks, NULL, "IPv4 networks that may call; only this machine when not given",
      TOP(voice_peers), .count_at = offsetof(struct config, n_voice_peers) },
    { "calls", &config_number, "16", "most calls at once", TOP(voice_calls), .least = 1, .most = 1000 },
    { "trunk", &config_address, NULL,
      "IPv4 address and port of the PBX that takes our calls; none go out when not given", TOP(voice_trunk) },
    { "user", &config_text, NULL, "our name at the PBX; \"xiangyin\" when not given", TOP(voice_user) },
    { "password", &config_secret, NULL, "our password at the PBX; env:NAME or file:PATH",
      TOP(voice_password) },
    { "register", &config_yes_or_no, "no", "register at the PBX under our name", TOP(voice_register) },
    { "keep_alive", &config_number, "110",
      "seconds between questions whether the PBX lives; also keep open its way to us through a router, which "
      "by "
      "RFC 4787 is two minutes or more",
      TOP(voice_keep_alive), .least = 5, .most = 3600 },
    { "prefix", &config_text, "", "what is dialled before each number, such as 0 or 9", TOP(voice_prefix) },
    { "area", &config_text, NULL, "area code of the county's landlines, with its 0: 0357", TOP(voice_area) },
    { "call", &config_texts, NULL,
      "whom we call: mobile (the mainland's), area, or other area codes; { \"mobile\", \"area\" } when not "
      "given",
      TOP(voice_call), .count_at = offsetof(struct config, n_voice_call) },
    { "call_hours", &config_hours, "09:00-20:00", "hours in which people are called", TOP(call_from),
      .count_at = offsetof(struct config, call_until) },
    { "call_budget", &config_number, "200", "most calls out on one day", TOP(voice_call_budget), .least = 0,
      .most = 100000 },
    { "alarm", &config_yes_or_no, "yes",
      "danger to life rings the phones of those who are told of it, until a key is pressed",
      TOP(voice_alarm) },
    { "office", &config_text, NULL,
      "telephone number of the office, such as 0357-8120000, read out to callers of whom nothing can be kept",
      TOP(voice_office) },
    { "blocked", &config_texts, NULL, "numbers whose calls are refused", TOP(voice_blocked),
      .count_at = offsetof(struct config, n_voice_blocked) },
    { "prompts", &config_folder, NULL, "folder with prompts said by a person: zh/greeting.wav ...",
      TOP(voice_prompts) },
    { "synthesizer", &config_text, "espeak-ng", "program that renders prompts nobody recorded",
      TOP(synthesizer) },
    { "recordings", &config_own_folder, NULL,
      "folder of the recordings, made when it is missing; beside the database, with .recordings behind its "
      "name, when not given",
      TOP(recordings) },
    { "recording_cap", &config_number, "16777216", "most octets of one recording that is brought",
      TOP(recording_cap), .least = 65536, .most = 268435456 },
    { "reserve", &config_number, "200", "MB of disk space below which no recording is taken",
      TOP(recording_reserve_mb), .least = 0, .most = 1000000 },
    { "transcriber", &config_text, NULL,
      "command that writes down what a recording says, as a suggestion: it gets the path of a WAV file (16 "
      "kHz, "
      "mono) and prints {\"text\", \"engine\", \"confidence\" 0 to 1, \"ms\"}; exit code 0: done, 2: no "
      "speech, else "
      "it is tried again",
      TOP(transcriber) },
    { "transcriber_timeout", &config_number, "600", "seconds until the transcriber is stopped",
      TOP(transcriber_timeout), .least = 1, .most = 86400 },
    { "office_hours", &config_hours, "08:00-18:00",
      "hours of working days in which the clerk is the first to be asked to listen; off: none",
      TOP(office_from), .count_at = offsetof(struct config, office_until) },
    { 0 },
};

static const struct config_option http_options[] = {
    { "listen", &config_address, "127.0.0.1:8080", "address and port to listen on; [::1]:8080 for IPv6",
      TOP(http_listen) },
    { "certificate", &config_file, NULL, "PEM file with the certificate chain; turns TLS on",
      TOP(http_certificate) },
    { "key", &config_private, NULL, "PEM file with the private key of the certificate", TOP(http_key) },
    { "public_url", &config_url, NULL,
      "address under which others reach this server, when it is behind a proxy: https://gateway.example.org",
      TOP(http_public_url) },
    { "body_cap", &config_number, "65536", "most octets in a request's body", TOP(http_body_cap),
      .least = 1024, .most = 16777216 },
    { "header_cap", &config_number, "16384", "most octets in a request's headers", TOP(http_header_cap),
      .least = 2048, .most = 1048576 },
    { "timeout", &config_number, "30", "seconds of silence until a connection is closed", TOP(http_timeout),
      .least = 1, .most = 3600 },
    { "request_timeout", &config_number, "60",
      "seconds in which a request must be complete, however often an octet of it comes, and an answer be "
      "taken",
      TOP(http_request_timeout), .least = 1, .most = 3600 },
    { "connections", &config_number, "4096", "most connections at the same time", TOP(http_connections),
      .least = 8, .most = 65536 },
    { "address_connections", &config_number, "256",
      "most connections from one address, other than this machine and proxies; 0: no limit",
      TOP(http_address_connections), .least = 0, .most = 65536 },
    { "proxies", &config_networks, NULL,
      "proxies in front of this server: proxy_header names their client, which then counts for every list of "
      "networks",
      TOP(http_proxies), .count_at = offsetof(struct config, n_http_proxies) },
    { "proxy_header", &config_word, "X-Forwarded-For",
      "header in which the proxies name the client; they must not pass on the client's own",
      TOP(http_proxy_header), .words = "X-Forwarded-For Forwarded" },
    { "allow", &config_networks, NULL,
      "networks that may use /api and /cgi-bin; anyone with a token when not given", TOP(http_allow),
      .count_at = offsetof(struct config, n_http_allow) },
    { "metrics_allow", &config_networks, NULL,
      "networks that may read /metrics; only this machine when not given", TOP(http_metrics_allow),
      .count_at = offsetof(struct config, n_http_metrics_allow) },
    { 0 },
};

static const struct config_option page_options[] = {
    { "enabled", &config_yes_or_no, "yes", "serve the operator's page at /page/ of http { listen }",
      TOP(page_is_on) },
    { "public_listen", &config_address, NULL,
      "address and port of the public boards, where nothing else answers; none when not given",
      TOP(page_public_listen) },
    { "public_url", &config_url, NULL, "address of the public boards for the QR code on them: https://...",
      TOP(page_public_url) },
    { 0 },
};

static const struct config_option centre_options[] = {
    { "url", &config_url, NULL, "address of the province's centre, which gets this county's journal",
      TOP(centre_url), .is_required = true },
    { "token", &config_secret, NULL,
      "what `xiangyin centre add` printed there for this county; env:NAME, file:PATH or credential:NAME",
      TOP(centre_token), .is_required = true },
    { "authority", &config_file, NULL, "PEM file with certificates to trust instead of the system's",
      TOP(centre_authority) },
    { "bodies", &config_word, "plain",
      "sealed: what has personal data goes to the centre sealed to the county's recovery key; restricted "
      "cases always do",
      TOP(centre_bodies), .words = "plain sealed" },
    { 0 },
};

static const struct config_option understand_options[] = {
    { "endpoint", &config_loopback, NULL,
      "OpenAI-compatible server of a language model on this machine: http://127.0.0.1:8081/v1; it is asked "
      "about the "
      "cases whose class the gateway is least sure of, and suggests one to whoever sets it",
      TOP(adviser_endpoint), .is_required = true },
    { "model", &config_text, "local", "name of the model", TOP(adviser_model) },
    { "timeout", &config_number, "60", "seconds until an answer counts as none", TOP(adviser_timeout),
      .least = 1, .most = 3600 },
    { 0 },
};

static const struct config_option webhook_options[] = {
    { "url", &config_url, NULL, "address that each step of a case is sent to", WEBHOOK(url),
      .is_required = true },
    { "secret", &config_secret, NULL,
      "secret that signs what is sent; env:NAME, file:PATH or credential:NAME", WEBHOOK(secret),
      .is_required = true },
    { "authority", &config_file, NULL, "PEM file with certificates to trust instead of the system's",
      WEBHOOK(authority) },
    { "steps", &config_texts, NULL,
      "kinds of step to send: { \"closed\", \"rated\" }; all but \"viewed\" when not given", WEBHOOK(steps),
      .count_at = offsetof(struct webhook_config, n_steps) },
    { "guarded", &config_yes_or_no, "no", "send cases that accuse an official too", WEBHOOK(guarded) },
    { "imported", &config_yes_or_no, "no", "send the steps of imported paper forms too", WEBHOOK(imported) },
    { 0 },
};

/* What is not given is as for normal; for urgent, as in urgent_accept_hours and its like. */
static const struct config_option urgency_options[] = {
    { "accept", &config_time_limit, NULL,
      "time until a case must be accepted; when in hours, it is watched day and night", URGENCY(accept) },
    { "tell", &config_time_limit, NULL,
      "from then until the reporter is told of progress; not watched when not given", URGENCY(tell) },
    { "finish", &config_time_limit, NULL, "from acceptance until the case must be finished",
      URGENCY(finish) },
    { "return", &config_time_limit, NULL, "time in which a unit may return a case that is not its own",
      URGENCY(give_back) },
    { "extend", &config_time_limit, NULL, "by which all extensions together may prolong the time limit",
      URGENCY(extend) },
    { 0 },
};

static void check_webhook(struct problems *problems, const struct config_part *part)
{
    const struct webhook_config *webhook = part->values;

    config_check_signing_secret(problems, part, webhook->secret);
}

static void check_http(struct problems *problems, const struct config_part *part)
{
    bool has_certificate = config_written(part, "certificate"), has_key = config_written(part, "key");

    if (has_certificate != has_key)
        problem_error(problems, part->line, "%s has a %s and no %s", part->where,
                      has_key ? "key" : "certificate", has_key ? "certificate" : "key");
}

/* The other sections may stand behind this one: config_check_page, once all are read. */
static void check_page(struct problems *problems, const struct config_part *part)
{
    if (config_written(part, "public_url") && !config_written(part, "public_listen"))
        problem_error(problems, part->line, "%s has a public_url and no public_listen", part->where);
}

/* Whoever reaches the port could file recordings under any number. */
static void check_voice(struct problems *problems, const struct config_part *part)
{
    const struct config *config = part->values;

    if (config->voice_trunk && !config->voice_listen)
        problem_error(problems, part->line, "%s has a trunk and no address to listen at", part->where);
    if ((config->voice_password || config->voice_register) && !config->voice_user)
        problem_error(problems, part->line, "%s has a password or registers, and has no user", part->where);
    if (!config->voice_listen)
        return;
    if (config->voice_listen[0] == '[')
        problem_error(problems, part->line, "%s listens at %s: only IPv4 is supported", part->where,
                      config->voice_listen);
    else if (strncmp(config->voice_listen, "127.", 4) != 0 && config->n_voice_peers == 0)
        problem_error(problems, part->line, "%s listens at %s: peers must name who may call", part->where,
                      config->voice_listen);
}

const struct config_section config_sections[] = {
    { "", "outside of sections", .options = top_options },
    { "store", "where everything is kept", .options = store_options, .is_always = true },
    { "centre", "the province's centre; without this section the county stands alone",
      .options = centre_options },
    { "understand", "a helper that suggests classes; none is asked without this section",
      .options = understand_options },
    { "retention", "how long words are kept; figures are kept for ever", .options = retention_options },
    { "backup", "the daily copies", .options = backup_options, .is_always = true },
    { "voice", "the voice line, and recordings of calls", .options = voice_options, .is_always = true,
      .check = check_voice },
    { "modem", "a GSM modem, one section each", .options = config_modem_options, .has_title = true,
      .is_line = true, .size = sizeof(struct modem_config), .array_at = offsetof(struct config, modems),
      .count_at = offsetof(struct config, n_modems), .title_at = offsetof(struct modem_config, name),
      .check = config_check_modem },
    { "http", "the web server; none runs without this section", .options = http_options,
      .check = check_http },
    { "page", "the operator's page; none is served without this section", .options = page_options,
      .check = check_page },
    { "provider", "an HTTP provider of texts, one section each", .options = config_provider_options,
      .has_title = true, .is_line = true, .size = sizeof(struct provider_config),
      .array_at = offsetof(struct config, providers), .count_at = offsetof(struct config, n_providers),
      .title_at = offsetof(struct provider_config, name), .check = config_check_provider },
    { "webhook", "a program that each step of a case is sent to, one section each",
      .options = webhook_options, .has_title = true, .size = sizeof(struct webhook_config),
      .array_at = offsetof(struct config, webhooks), .count_at = offsetof(struct config, n_webhooks),
      .title_at = offsetof(struct webhook_config, name), .check = check_webhook },
    { "urgency_class",
      "a class of urgency, one section each, with time limits such as 2 hours, 15 days, 5 working days; "
      "normal and urgent always exist",
      .options = urgency_options, .has_title = true, .size = sizeof(struct urgency_class_config),
      .array_at = offsetof(struct config, urgency_classes),
      .count_at = offsetof(struct config, n_urgency_classes),
      .title_at = offsetof(struct urgency_class_config, name) },
    { 0 },
};

const struct config_section *config_section_find(const char *name)
{
    for (const struct config_section *section = config_sections + 1; section->name; section++)
        if (strcmp(section->name, name) == 0)
            return section;
    return NULL;
}

const struct config_option *config_option_find(const struct config_section *section, const char *name)
{
    for (const struct config_option *option = section->options; option->name; option++)
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

const char *config_written(const struct config_part *part, const char *name)
{
    for (size_t i = 0; i < part->n_written; i++)
        if (strcmp(part->written[i].option->name, name) == 0)
            return part->written[i].text;
    return NULL;
}

char *config_option_kind(void *mem, const struct config_option *option)
{
    char *kind = talloc_strdup(mem, option->type->name);

    if (option->type == &config_number)
        kind = talloc_asprintf_append(kind, " %d to %d", option->least, option->most);
    if (option->words)
        kind = talloc_asprintf_append(kind, ": %s", option->words);
    if (option->is_required)
        kind = talloc_strdup_append(kind, "; must be given");
    else if (option->preset)
        kind = talloc_asprintf_append(kind, "; %s%s%s when not given", *option->preset ? "" : "\"",
                                      option->preset, *option->preset ? "" : "\"");
    return kind;
}

static void print_option(FILE *out, const struct config_option *option)
{
    char *kind = config_option_kind(NULL, option);

    fprintf(out, "    %-16s %s\n    %-16s   %s\n", option->name, kind, "", option->help);
    talloc_free(kind);
}

void config_print_options(FILE *out)
{
    for (const struct config_section *section = config_sections; section->name; section++) {
        if (*section->name)
            fprintf(out, "\n%s%s { ... }    %s\n", section->name, section->has_title ? " \"NAME\"" : "",
                    section->help);
        for (const struct config_option *option = section->options; option->name; option++)
            print_option(out, option);
    }
}
