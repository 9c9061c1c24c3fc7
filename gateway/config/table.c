#include "gateway/config/table.h"

#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/mapping.h"

#define TOP(field) .at = offsetof(struct config, field)
#define MODEM(field) .at = offsetof(struct modem_config, field)
#define PROVIDER(field) .at = offsetof(struct provider_config, field)
#define WEBHOOK(field) .at = offsetof(struct webhook_config, field)
#define URGENCY(field) .at = offsetof(struct urgency_class_config, field)

#define COUNTS "calendar working"

static const struct config_option top_options[] = {
    { "timezone", &config_zone, "Asia/Shanghai", "time zone of deadlines, quiet hours and the calendar",
      TOP(timezone) },
    { "language", &config_word, "zh", "language of people who have not chosen one", TOP(language),
      .words = "zh en" },
    { "county", &config_text, "", "the county's name in texts", TOP(county) },
    { "review_body", &config_text, "",
      "whom to ask for 复查 and 复核 of what the county itself has answered, such as 临汾市人民政府信访局",
      TOP(review_body) },
    { "signature", &config_text, "", "starts every outgoing text, with its brackets: 【浮山亮晒评】",
      TOP(signature) },
    { "operator", &config_phone, NULL, "the operator's phone, which gets alerts", TOP(operator_phone) },
    { "overseer", &config_phone, NULL,
      "phone of the registered person who gets a case that accuses all supervisors and the discipline "
      "office; the county's leaders when not given",
      TOP(overseer_phone) },
    { "silence_hours", &config_number, "0",
      "alert the operator when a line has received nothing for this long; 0: never", TOP(silence_hours),
      .least = 0, .most = 8760 },
    { "answers_per_hour", &config_number, "10",
      "automatic answers that one sender gets in an hour, beyond answers_burst at once; 0: no limit",
      TOP(answers_per_hour), .least = 0, .most = 3600 },
    { "answers_burst", &config_number, "5", "automatic answers that one sender gets at once",
      TOP(answers_burst), .least = 1, .most = 1000 },
    { "answers_per_day", &config_number, "30", "automatic answers that one sender gets in a day; 0: no limit",
      TOP(answers_per_day), .least = 0, .most = 86400 },
    { "all_answers_per_day", &config_number, "1000",
      "automatic answers to all senders but cadres in a day; the operator is alerted at 80 %; 0: no limit",
      TOP(all_answers_per_day), .least = 0, .most = 10000000 },
    { "quiet_hours", &config_hours, "21:00-08:00",
      "hours in which notices wait; answers, operators' texts and danger to life still go out; off: none",
      TOP(quiet_from) },
    { "templates", &config_folder, NULL, "folder with templates that replace the built-in ones",
      TOP(templates) },
    { "number_prefix", &config_digit, "",
      "first digit of case numbers, for counties with several separate gateways", TOP(number_prefix) },
    { "part_timeout", &config_number, "600", "seconds to wait for the missing parts of a long text",
      TOP(part_timeout), .least = 1, .most = 604800 },
    { "join_minutes", &config_number, "10", "minutes in which a further text is added to the last case",
      TOP(join_minutes), .least = 0, .most = 1440 },
    { "accept_days", &config_number, "15", "days until a case must be accepted", TOP(accept_days), .least = 1,
      .most = 365 },
    { "finish_days", &config_number, "60", "days until an accepted case must be finished", TOP(finish_days),
      .least = 1, .most = 3650 },
    { "urgent_accept_hours", &config_number, "24",
      "hours until an urgent case must be accepted; 0: accept_days", TOP(urgent_accept_hours), .least = 0,
      .most = 8760 },
    { "urgent_finish_days", &config_number, "7", "days until an urgent case must be finished; 0: finish_days",
      TOP(urgent_finish_days), .least = 0, .most = 3650 },
    { "return_days", &config_number, "5", "days in which a unit may return a case that is not its own",
      TOP(return_days), .least = 1, .most = 365 },
    { "urgent_return_days", &config_number, "2", "return_days of urgent cases; 0: as for others",
      TOP(urgent_return_days), .least = 0, .most = 365 },
    { "extension_days", &config_number, "30", "most days by which all extensions together may prolong a case",
      TOP(extension_days), .least = 1, .most = 365 },
    { "urgent_extension_days", &config_number, "10", "extension_days of urgent cases; 0: as for others",
      TOP(urgent_extension_days), .least = 0, .most = 365 },
    { "review_days", &config_number, "30", "days to ask for a review, and to answer it", TOP(review_days),
      .least = 1, .most = 365 },
    { "accept_counts", &config_word, "calendar", "whether accept_days are calendar or working days",
      TOP(accept_counts), .words = COUNTS },
    { "finish_counts", &config_word, "calendar", "whether finish_days are calendar or working days",
      TOP(finish_counts), .words = COUNTS },
    { "return_counts", &config_word, "working", "whether return_days are calendar or working days",
      TOP(return_counts), .words = COUNTS },
    { "extension_counts", &config_word, "calendar", "whether extension_days are calendar or working days",
      TOP(extension_counts), .words = COUNTS },
    { "review_counts", &config_word, "calendar", "whether review_days are calendar or working days",
      TOP(review_counts), .words = COUNTS },
    { "holidays", &config_dates, NULL, "weekdays that are not working days: { \"2027-01-01\" }",
      TOP(holidays), .count_at = offsetof(struct config, n_holidays) },
    { "workdays", &config_dates, NULL, "weekend days that are working days: { \"2027-01-03\" }",
      TOP(workdays), .count_at = offsetof(struct config, n_workdays) },
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

#define KEY_PATTERN "^[A-Za-z0-9_-]{43,128}$"

static const struct config_option provider_options[] = {
    { "kind", &config_word, "generic", "the provider's interface", PROVIDER(kind),
      .words = "generic twilio vonage africastalking infobip aliyun tencent" },
    { "url", &config_url, NULL, "address of the provider's interface; the kind's own when not given",
      PROVIDER(url) },
    { "account", &config_text, NULL, "name or number of the account", PROVIDER(account) },
    { "secret", &config_secret, NULL, "the account's secret, as env:NAME or file:PATH", PROVIDER(secret) },
    { "from", &config_text, NULL, "sender of outgoing texts: a number or a name", PROVIDER(from) },
    { "hook_key", &config_secret, NULL,
      "key in the webhook's path, /hook/NAME/KEY, for providers that sign nothing; env:NAME or file:PATH",
      PROVIDER(hook_key), .pattern = KEY_PATTERN,
      .pattern_words = "is not a key of at least 43 letters and digits (256 random bits)" },
    { "allow", &config_networks, NULL, "networks webhooks may come from; any when not given", PROVIDER(allow),
      .count_at = offsetof(struct provider_config, n_allow) },
    { "replay", &config_number, "300", "most seconds between a webhook's signed time and our clock",
      PROVIDER(replay_seconds), .least = 1, .most = 86400 },
    { "send", &config_yes_or_no, "yes", "whether texts go out by it", PROVIDER(sends) },
    { "receive", &config_yes_or_no, "yes", "whether texts and receipts are received from it",
      PROVIDER(receives) },
    { "trust", &config_word, "none",
      "senders: it proves the numbers of senders, so that cadres' commands count as by a modem; none: their "
      "first command is answered with a code",
      PROVIDER(trust), .words = "none senders" },
    { "app", &config_text, NULL, "application id of the account: tencent's SdkAppId, 云MAS's apId",
      PROVIDER(app) },
    { "region", &config_text, NULL,
      "aliyun, tencent: region of the service, such as cn-hangzhou or ap-guangzhou", PROVIDER(region) },
    { "hook_secret", &config_secret, NULL,
      "secret that signs webhooks, if it is not the account's; env:NAME or file:PATH",
      PROVIDER(hook_secret) },
    { "signature_method", &config_word, "md5hash", "vonage: how its webhooks are signed",
      PROVIDER(signature_method), .words = "md5hash md5 sha1 sha256 sha512" },
    { "authority", &config_file, NULL, "PEM file with certificates to trust instead of the system's",
      PROVIDER(authority) },
    { "connections", &config_number, "10", "requests at the same time", PROVIDER(connections), .least = 1,
      .most = 256 },
    { "timeout", &config_number, "30", "seconds until a request is given up", PROVIDER(timeout), .least = 1,
      .most = 600 },
    { "per_minute", &config_number, "0", "most texts (parts) that go out in any 60 seconds; 0: no limit",
      PROVIDER(per_minute), .least = 0, .most = 1000000 },
    { "per_day", &config_number, "0", "most texts (parts) that go out in a day; 0: no limit",
      PROVIDER(per_day), .least = 0, .most = 100000000 },
    { "poll", &config_number, "0",
      "seconds between polls for texts and receipts, if the provider can be polled; 0: never",
      PROVIDER(poll_seconds), .least = 0, .most = 86400 },
    { "prefixes", &config_prefixes, NULL,
      "beginnings of the numbers that this line sends to: { \"+86139\", \"+86138\" }", PROVIDER(prefixes),
      .count_at = offsetof(struct provider_config, n_prefixes) },
    { "templates", &config_texts, NULL,
      "aliyun, tencent: the approved template for each of our templates: { \"received SMS_1 number=number\", "
      "\"* SMS_2 words=*\" }",
      PROVIDER(templates), .count_at = offsetof(struct provider_config, n_templates) },
    { "method", &config_word, "POST", "generic: method of the request", PROVIDER(method),
      .words = "GET POST" },
    { "headers", &config_texts, NULL,
      "generic: headers of the request: { \"Authorization: App {{secret}}\" }", PROVIDER(headers),
      .count_at = offsetof(struct provider_config, n_headers) },
    { "body", &config_text, NULL, "generic: body of the request: \"to={{to}}&text={{text}}\"",
      PROVIDER(body) },
    { "body_type", &config_word, "json",
      "generic: type of the body, which decides how values are escaped in it", PROVIDER(body_type),
      .words = "json form text" },
    { "body_base64", &config_yes_or_no, "no", "generic: encode the body in base64", PROVIDER(is_base64) },
    { "mac_over", &config_text, NULL, "generic: text whose MD5 in hex is {{mac}}", PROVIDER(mac_over) },
    { "sent_field", &config_text, NULL,
      "generic: JSON pointer in the answer to the word for success; the answer's beginning when not given",
      PROVIDER(sent_field) },
    { "sent_words", &config_texts, NULL, "generic: words that mean the text was accepted",
      PROVIDER(sent_words), .count_at = offsetof(struct provider_config, n_sent_words) },
    { "sent_id", &config_text, NULL, "generic: JSON pointer in the answer to the provider's id of the text",
      PROVIDER(sent_id) },
    { "sent_why", &config_text, NULL, "generic: JSON pointer in the answer to the reason",
      PROVIDER(sent_why) },
    { "poll_url", &config_url, NULL,
      "generic: address to poll for texts and receipts; {{cursor}} is that of the last poll",
      PROVIDER(poll_url) },
    { "poll_cursor", &config_text, NULL,
      "generic: JSON pointer in the answer, or in its last text, to the next {{cursor}}",
      PROVIDER(poll_cursor) },
    { "in_list", &config_text, NULL, "generic: JSON pointer to a list of texts", PROVIDER(in_list) },
    { "in_from", &config_text, NULL,
      "generic: field or JSON pointer of the sender; a|b: the first that exists", PROVIDER(in_from) },
    { "in_to", &config_text, NULL, "generic: the same of the number written to", PROVIDER(in_to) },
    { "in_text", &config_text, NULL, "generic: the same of the text", PROVIDER(in_text) },
    { "in_id", &config_text, NULL, "generic: the same of the message's id", PROVIDER(in_id) },
    { "in_time", &config_text, NULL, "generic: the same of the time it was sent", PROVIDER(in_time) },
    { "in_charset", &config_text, NULL,
      "generic: field of a form or query that names the charset of the text: UTF-16BE, GBK ...",
      PROVIDER(in_charset) },
    { "charset", &config_word, "UTF-8",
      "generic: charset of what comes, if neither it nor its Content-Type says", PROVIDER(charset),
      .words = "UTF-8 UTF-16BE UTF-16LE GB18030 GBK GB2312 ISO-8859-1 WINDOWS-1252" },
    { "receipt_list", &config_text, NULL, "generic: JSON pointer to a list of receipts",
      PROVIDER(receipt_list) },
    { "receipt_id", &config_text, NULL,
      "generic: field or JSON pointer of the id of the text that a receipt is for", PROVIDER(receipt_id) },
    { "receipt_number", &config_text, NULL, "generic: the same of the recipient", PROVIDER(receipt_number) },
    { "receipt_status", &config_text, NULL, "generic: the same of the status word",
      PROVIDER(receipt_status) },
    { "receipt_own", &config_text, NULL, "generic: the same of {{id}}, our own id of the text",
      PROVIDER(receipt_own) },
    { "receipt_delivered", &config_texts, NULL, "generic: status words that mean delivered",
      PROVIDER(receipt_delivered), .count_at = offsetof(struct provider_config, n_receipt_delivered) },
    { "receipt_failed", &config_texts, NULL, "generic: status words that mean failed for good",
      PROVIDER(receipt_failed), .count_at = offsetof(struct provider_config, n_receipt_failed) },
    { "signature_header", &config_text, NULL,
      "generic: header with the HMAC-SHA256 of body and time in hex; the key is secret",
      PROVIDER(signature_header) },
    { "timestamp_header", &config_text, NULL, "generic: header with that time, in unix seconds",
      PROVIDER(timestamp_header) },
    { "answer", &config_text, "", "generic: body of our answer once a text is stored", PROVIDER(answer) },
    { 0 },
};

static const struct config_option webhook_options[] = {
    { "url", &config_url, NULL, "address that each step of a case is sent to", WEBHOOK(url),
      .is_required = true },
    { "secret", &config_secret, NULL, "secret that signs what is sent; env:NAME or file:PATH",
      WEBHOOK(secret), .is_required = true },
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

static const struct config_option modem_options[] = {
    { "device", &config_device, NULL,
      "the modem's port: /dev/ttyUSB2, /dev/serial/by-id/..., usb:SERIAL or usb:VID:PID", MODEM(device),
      .is_required = true, .is_unique = true },
    { "send", &config_yes_or_no, "yes", "whether texts go out by it", MODEM(sends) },
    { "receive", &config_yes_or_no, "yes", "whether texts are received from it", MODEM(receives) },
    { "baud", &config_number, "115200", "speed of a serial port", MODEM(baud), .least = 300,
      .most = 4000000 },
    { "pin", &config_secret, NULL, "PIN of the SIM, as env:NAME or file:PATH; tried once", MODEM(pin),
      .pattern = "^[0-9]{4,8}$", .pattern_words = "is not a PIN of 4 to 8 digits" },
    { "storage", &config_word, NULL, "where the modem keeps texts; all it has when not given", MODEM(storage),
      .words = "SM ME MT" },
    { "poll", &config_number, "30", "seconds between looks for texts that the modem did not announce",
      MODEM(poll_seconds), .least = 1, .most = 3600 },
    { "command_timeout", &config_number, "5", "seconds to wait for an answer", MODEM(command_timeout),
      .least = 1, .most = 300 },
    { "send_timeout", &config_number, "60", "seconds to wait for the answer to a sent text",
      MODEM(send_timeout), .least = 1, .most = 600 },
    { "per_minute", &config_number, "0", "most texts (parts) that go out in any 60 seconds; 0: no limit",
      MODEM(per_minute), .least = 0, .most = 10000 },
    { "per_day", &config_number, "0", "most texts (parts) that go out in a day; 0: no limit", MODEM(per_day),
      .least = 0, .most = 10000000 },
    { "prefixes", &config_prefixes, NULL,
      "beginnings of the numbers that this line sends to: { \"+86139\", \"+86138\" }", MODEM(prefixes),
      .count_at = offsetof(struct modem_config, n_prefixes) },
    { "verify", &config_yes_or_no, "no", "read each message twice; for bad cables", MODEM(verify) },
    { "hard_reset", &config_yes_or_no, "no", "restart the modem when reopening it does not help",
      MODEM(hard_reset) },
    { "balance_ussd", &config_code, NULL, "USSD code that asks for the balance: \"*100#\"",
      MODEM(balance_ussd) },
    { "balance_hours", &config_number, "24", "hours between two questions for the balance",
      MODEM(balance_hours), .least = 1, .most = 8760 },
    { "low_balance", &config_number, "10", "alert the operator when fewer yuan than this are left",
      MODEM(low_balance), .least = 0, .most = 100000 },
    { "missed_call", &config_word, "text",
      "what happens when somebody calls: a text, a task for the operator, nothing", MODEM(missed_call),
      .words = "text task silence" },
    { "number", &config_phone, NULL, "number of its SIM; a text from it is our own, and nobody's report",
      MODEM(number) },
    { 0 },
};

static void check_limits(struct problems *problems, const struct config_part *part)
{
    if (!config_written(part, "per_minute") && !config_written(part, "per_day"))
        problem_warning(problems, part->line,
                        "%s has neither per_minute nor per_day: nothing limits what it sends", part->where);
}

static void check_modem(struct problems *problems, const struct config_part *part)
{
    const struct modem_config *modem = part->values;
    const char *pin = config_written(part, "pin");

    if (pin && strspn(pin, "0123456789") == strlen(pin))
        problem_warning(problems, part->line,
                        "the pin of %s is readable in this file; use env:NAME or file:PATH", part->where);
    if (!modem->sends && !modem->receives)
        problem_warning(problems, part->line, "%s neither sends nor receives", part->where);
    if (modem->sends)
        check_limits(problems, part);
}

/* Each entry must be well formed, and each of our texts must have one. */
static void check_templates(struct problems *problems, const struct config_part *part)
{
    const struct provider_config *provider = part->values;
    void *mem = talloc_new(NULL);
    const char *error;

    for (size_t i = 0; i < provider->n_templates; i++)
        if (!mapping_parse(mem, provider->templates[i], &error))
            problem_error(problems, part->line, "templates \"%s\" of %s %s", provider->templates[i],
                          part->where, error);
    for (const char **name = mapping_names(mem); name && *name; name++)
        if (!mapping_find(mem, provider, *name))
            problem_error(problems, part->line,
                          "%s sends only approved templates, and templates has none for %s", part->where,
                          *name);
    talloc_free(mem);
}

/* Names what its kind cannot send without. */
static void check_sending(struct problems *problems, const struct config_part *part,
                          const struct provider_kind *kind)
{
    const char *needs = kind->needs ? kind->needs : "";

    if (!kind->build)
        problem_error(problems, part->line, "%s: this kind cannot send; set send = no", part->where);
    for (; *needs; needs += strspn(needs, " ")) {
        size_t length = strcspn(needs, " ");
        char option[32];

        snprintf(option, sizeof option, "%.*s", (int)length, needs);
        if (!config_written(part, option))
            problem_error(problems, part->line, "%s cannot send without %s; set it, or send = no",
                          part->where, option);
        needs += length;
    }
    if (kind->is_templated)
        check_templates(problems, part);
    check_limits(problems, part);
}

/* NIST SP 800-107 5.3.4 asks for 112 bits at least; a shorter key can be found by trying. */
enum { SIGNING_LEAST = 16 };

static void check_signing_secret(struct problems *problems, const struct config_part *part,
                                 const char *secret)
{
    if (secret && strlen(secret) < SIGNING_LEAST)
        problem_error(problems, part->line, "the secret of %s that signs must have at least %d octets",
                      part->where, SIGNING_LEAST);
}

/* A webhook that neither shows a key nor is signed would accept texts from anybody. */
static void check_provider(struct problems *problems, const struct config_part *part)
{
    const struct provider_config *provider = part->values;
    const struct provider_kind *kind = provider_kind_find(provider->kind);
    const char *key = config_written(part, "hook_key");
    bool has_secret = config_written(part, "secret") || config_written(part, "hook_secret"),
         is_generic = strcmp(provider->kind, "generic") == 0;

    if (key && strncmp(key, "env:", 4) != 0 && strncmp(key, "file:", 5) != 0)
        problem_warning(problems, part->line,
                        "the hook_key of %s is readable in this file; use env:NAME or file:PATH",
                        part->where);
    if (provider->receives && !key && !has_secret)
        problem_error(problems, part->line,
                      "%s would accept texts from anybody: it has neither hook_key nor secret", part->where);
    else if (provider->receives && !key && !is_generic && !kind->is_signed && !config_written(part, "poll"))
        problem_error(
            problems, part->line,
            "%s does not sign its webhooks: set hook_key, or poll if it can be polled, or receive = no",
            part->where);
    if (provider->sends && (config_written(part, "url") || !is_generic))
        check_sending(problems, part, kind);
    if (provider->signature_header && !has_secret)
        problem_error(problems, part->line, "%s has a signature_header and no secret to check it with",
                      part->where);
    if (provider->receives && provider_is_signed(provider))
        check_signing_secret(problems, part,
                             provider->hook_secret ? provider->hook_secret : provider->secret);
}

static void check_webhook(struct problems *problems, const struct config_part *part)
{
    const struct webhook_config *webhook = part->values;

    check_signing_secret(problems, part, webhook->secret);
}

static void check_http(struct problems *problems, const struct config_part *part)
{
    bool has_certificate = config_written(part, "certificate"), has_key = config_written(part, "key");

    if (has_certificate != has_key)
        problem_error(problems, part->line, "%s has a %s and no %s", part->where,
                      has_key ? "key" : "certificate", has_key ? "certificate" : "key");
}

const struct config_section config_sections[] = {
    { "", "outside of sections", .options = top_options },
    { "store", "where everything is kept", .options = store_options, .is_always = true },
    { "retention", "how long words are kept; figures are kept for ever", .options = retention_options },
    { "modem", "a GSM modem, one section each", .options = modem_options, .has_title = true,
      .size = sizeof(struct modem_config), .array_at = offsetof(struct config, modems),
      .count_at = offsetof(struct config, n_modems), .title_at = offsetof(struct modem_config, name),
      .check = check_modem },
    { "http", "the web server; none runs without this section", .options = http_options,
      .check = check_http },
    { "provider", "an HTTP provider of texts, one section each", .options = provider_options,
      .has_title = true, .size = sizeof(struct provider_config),
      .array_at = offsetof(struct config, providers), .count_at = offsetof(struct config, n_providers),
      .title_at = offsetof(struct provider_config, name), .check = check_provider },
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

static void print_option(FILE *out, const struct config_option *option)
{
    fprintf(out, "    %-16s %s", option->name, option->type->name);
    if (option->type == &config_number)
        fprintf(out, " %d to %d", option->least, option->most);
    if (option->words)
        fprintf(out, ": %s", option->words);
    if (option->is_required)
        fputs("; must be given", out);
    else if (option->preset)
        fprintf(out, "; %s%s%s when not given", *option->preset ? "" : "\"", option->preset,
                *option->preset ? "" : "\"");
    fprintf(out, "\n    %-16s   %s\n", "", option->help);
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
