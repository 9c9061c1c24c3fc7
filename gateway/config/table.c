#include "gateway/config/table.h"

#include <stdio.h>
#include <string.h>

#define TOP(field) .at = offsetof(struct config, field)
#define MODEM(field) .at = offsetof(struct modem_config, field)

static const struct config_option top_options[] = {
    { "timezone", &config_zone, "Asia/Shanghai", "whose days and hours count", TOP(timezone) },
    { "language", &config_word, "zh", "of people who have not chosen", TOP(language), .words = "zh en" },
    { "county", &config_text, "", "the county's name in texts", TOP(county) },
    { "signature", &config_text, "", "stands before every text, with its brackets: 【浮山亮晒评】",
      TOP(signature) },
    { "operator", &config_phone, NULL, "who hears alerts", TOP(operator_phone) },
    { "quiet_hours", &config_hours, "21:00-08:00", "no notices then, answers still go out; off",
      TOP(quiet_from) },
    { "templates", &config_folder, NULL, "a folder whose texts replace the program's own", TOP(templates) },
    { "number_prefix", &config_digit, "", "of case numbers, where gateways do not share a store",
      TOP(number_prefix) },
    { "part_timeout", &config_number, "600", "seconds until a message with missing parts is taken as it is",
      TOP(part_timeout), .least = 1, .most = 604800 },
    { "join_minutes", &config_number, "10", "a further text within these is added to the last case",
      TOP(join_minutes), .least = 0, .most = 1440 },
    { "accept_days", &config_number, "15", "within these a case is taken in hand", TOP(accept_days),
      .least = 1, .most = 365 },
    { "finish_days", &config_number, "60", "within these it is finished", TOP(finish_days), .least = 1,
      .most = 3650 },
    { 0 },
};

static const struct config_option store_options[] = {
    { "url", &config_store_url, "sqlite:xiangyin.db",
      "a relative path counts from the configuration's folder", TOP(store_url) },
    { 0 },
};

static const struct config_option http_options[] = {
    { "listen", &config_address, "127.0.0.1:8080", "address and port; [::1]:8080 for IPv6",
      TOP(http_listen) },
    { 0 },
};

static const struct config_option modem_options[] = {
    { "device", &config_device, NULL,
      "its port: /dev/ttyUSB2, /dev/serial/by-id/..., usb:SERIAL or usb:VID:PID", MODEM(device),
      .is_required = true, .is_unique = true },
    { "send", &config_yes_or_no, "yes", "texts may go out by it", MODEM(sends) },
    { "receive", &config_yes_or_no, "yes", "texts are read from it", MODEM(receives) },
    { "baud", &config_number, "115200", "speed of a serial port", MODEM(baud), .least = 300,
      .most = 4000000 },
    { "pin", &config_secret, NULL, "of the SIM, as env:NAME or file:PATH; tried once", MODEM(pin),
      .pattern = "^[0-9]{4,8}$", .pattern_words = "is no PIN: 4 to 8 digits" },
    { "storage", &config_word, NULL, "where the modem keeps texts; all it has when not given", MODEM(storage),
      .words = "SM ME MT" },
    { "poll", &config_number, "30", "seconds between looks where the modem does not announce",
      MODEM(poll_seconds), .least = 1, .most = 3600 },
    { "command_timeout", &config_number, "5", "seconds for an answer", MODEM(command_timeout), .least = 1,
      .most = 300 },
    { "send_timeout", &config_number, "60", "seconds for the answer to a sent text", MODEM(send_timeout),
      .least = 1, .most = 600 },
    { "per_minute", &config_number, "0", "texts that may go out; 0: no limit", MODEM(per_minute), .least = 0,
      .most = 10000 },
    { "per_day", &config_number, "0", "texts that may go out; 0: no limit", MODEM(per_day), .least = 0,
      .most = 10000000 },
    { "prefixes", &config_prefixes, NULL, "numbers that go by this line: { \"+86139\", \"+86138\" }",
      MODEM(prefixes), .count_at = offsetof(struct modem_config, n_prefixes) },
    { "verify", &config_yes_or_no, "no", "reads each message twice; for bad cables", MODEM(verify) },
    { "hard_reset", &config_yes_or_no, "no", "restarts the modem when opening it again does not help",
      MODEM(hard_reset) },
    { "balance_ussd", &config_code, NULL, "asks for the balance: \"*100#\"", MODEM(balance_ussd) },
    { "balance_hours", &config_number, "24", "between two questions for the balance", MODEM(balance_hours),
      .least = 1, .most = 8760 },
    { "missed_call", &config_word, "text", "what a call gets: a text, a task for a person, nothing",
      MODEM(missed_call), .words = "text task silence" },
    { 0 },
};

static bool is_no(const char *text)
{
    return text &&
           (strcasecmp(text, "no") == 0 || strcasecmp(text, "false") == 0 || strcasecmp(text, "off") == 0);
}

static void check_modem(struct problems *problems, const char *where, int line,
                        const struct config_seen *seen, size_t n)
{
    bool sends = !is_no(config_seen_text(seen, n, "send")),
         receives = !is_no(config_seen_text(seen, n, "receive"));

    const char *pin = config_seen_text(seen, n, "pin");

    if (pin && strspn(pin, "0123456789") == strlen(pin))
        problem_warning(problems, line,
                        "the pin of %s stands readable in this file; better env:NAME or file:PATH", where);
    if (!sends && !receives)
        problem_warning(problems, line, "%s neither sends nor receives", where);
    if (sends && !config_seen_text(seen, n, "per_minute") && !config_seen_text(seen, n, "per_day"))
        problem_warning(problems, line,
                        "%s has neither per_minute nor per_day: nothing limits what goes out by it", where);
}

const struct config_section config_sections[] = {
    { "", "outside of sections", .options = top_options },
    { "store", "where everything is kept", .options = store_options, .is_always = true },
    { "modem", "a GSM modem, one section each", .options = modem_options, .has_title = true,
      .size = sizeof(struct modem_config), .array_at = offsetof(struct config, modems),
      .count_at = offsetof(struct config, n_modems), .title_at = offsetof(struct modem_config, name),
      .check = check_modem },
    { "http", "the web server; none runs without this section", .options = http_options },
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

const char *config_seen_text(const struct config_seen *seen, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(seen[i].option->name, name) == 0)
            return seen[i].text;
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
