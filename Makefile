# Xiangyin
#
#   make            the program, build/xiangyin        make lint     layers, names, warnings, clang-tidy, cppcheck
#   make run        try it on an emulated modem        make fuzz     FUZZ_SECONDS=60 for each reader
#   make test       every test; ONLY="pdu at"          make bench    the figures of the README
#   make asan tsan  the tests under sanitizers         make format   clang-format
#   make fault      power cuts, kill -9, I/O errors, wrong clocks; SOAK=3600 for an hour of everything at once
#   make install    DESTDIR= PREFIX=/usr/local         V=1           shows every command
#   make deb        Debian packages, in build/deb      make package-check   builds and installs them
#                   ARCH=arm64: for another machine
#   make browser    the operator's page in Chromium
#   make model      trains templates/lexicon/subject.model again
#
# run, test, asan, tsan, fault, lint, fuzz, bench, deb and package-check install the packages they need; all and install only name them.
# CC, CPPFLAGS, CFLAGS, LDFLAGS and PKG_CONFIG come from the environment or the command line; RUN is what runs a program
# built for another machine: RUN=qemu-aarch64-static.

VERSION  := 0.9.0
RELEASED := 2026-11-01
BUILD    ?= build
PREFIX   ?= /usr/local
ifeq ($(origin CC),default)
CC       := gcc
endif
# Unless told otherwise the flags of Debian's packages (debian/rules): what is tested is what is shipped.
ifeq ($(origin CFLAGS) $(origin CPPFLAGS) $(origin LDFLAGS),undefined undefined undefined)
flags_of = $(shell DEB_BUILD_MAINT_OPTIONS=hardening=+all dpkg-buildflags --get $(1) 2>/dev/null)
CFLAGS   := $(call flags_of,CFLAGS)
CPPFLAGS := $(call flags_of,CPPFLAGS)
LDFLAGS  := $(call flags_of,LDFLAGS)
endif
CFLAGS   := $(or $(CFLAGS),-O2 -g)
SANITIZE ?=
PKG_CONFIG ?= pkg-config
OBJCOPY  ?= objcopy
STANDARD := -std=gnu17 -D_GNU_SOURCE -I.
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wformat=2 -Wundef -Wpointer-arith -Wwrite-strings
Q        := $(if $(filter 1,$(V)),,@)

LIBRARIES := alsa libserialport libcurl sqlite3 json-c libmicrohttpd talloc opencc gnutls sndfile samplerate spandsp libre libpq libxml-2.0 libsodium nettle liboath libqrencode libcrypt
PACKAGES  := gcc make pkg-config libserialport-dev libcurl4-gnutls-dev libsqlite3-dev libjson-c-dev \
             libmicrohttpd-dev libtalloc-dev libunistring-dev libopencc-dev libgnutls28-dev \
             libcsv-dev libsndfile1-dev libsamplerate0-dev libspandsp-dev libre-dev libasound2-dev libpq-dev libxml2-dev libsodium-dev nettle-dev \
             liboath-dev libqrencode-dev libcrypt-dev
PACKAGES_TO_TEST := $(PACKAGES) libcmocka-dev perl tzdata espeak-ng mandoc zsh age openssl curl
CLIENTS_TO_TEST  := gammu smstools kannel postgresql-15 kamailio baresip linphone-cli sip-tester pocketsphinx pocketsphinx-en-us
FAULTS_TO_TEST   := fiu-utils faketime
PACKAGES_TO_LINT := clang-format clang-tidy cppcheck universal-ctags
PACKAGES_TO_FUZZ := clang libclang-rt-14-dev
PACKAGES_TO_DEB  := $(PACKAGES) build-essential debhelper fakeroot lintian
PACKAGES_TO_INSTALL := $(PACKAGES_TO_DEB) systemd
PACKAGES_TO_BOOT := $(PACKAGES_TO_INSTALL) qemu-system-x86 socat

# As many jobs as there are processors, unless told otherwise.
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

SOURCES  := $(sort $(wildcard modem/*.c modem/*/*.c store/*.c store/*/*.c templates/*.c gateway/*.c gateway/*/*.c gateway/*/*/*.c))
OBJECTS  := $(patsubst %.c,$(BUILD)/%.o,$(filter-out gateway/main.c,$(SOURCES))) $(BUILD)/embedded.o
PROGRAM  := $(BUILD)/xiangyin
TESTS    := $(patsubst tests/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/test_*.c)))
SUPPORT  := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(filter-out tests/support/transcript_main.c,$(wildcard tests/support/*.c tests/county/*.c tests/fault/*.c)))
CALLS    := $(patsubst %.c,$(BUILD)/%,$(filter-out tests/call/call_bench.c tests/call/peer.c,$(sort $(wildcard tests/call/call_*.c))))
BENCHES  := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(sort $(wildcard tests/bench/bench_*.c)))
EMBEDDED := $(sort $(wildcard templates/zh/* templates/en/* templates/voice/*/* templates/lexicon/* gateway/demo/* gateway/manual/* gateway/http/*.json templates/page/*))
HEADERS  := $(wildcard modem/*.h modem/*/*.h store/*.h store/*/*.h templates/*.h gateway/*.h gateway/*/*.h gateway/*/*/*.h tests/*.h tests/*/*.h)

COMPILE = $(CC) $(CPPFLAGS) $(STANDARD) $(WARNINGS) $(CFLAGS) $(SANITIZE) $(LIBRARY_CFLAGS) -pthread -MMD -MP
LINK    = $(CC) $(CFLAGS) $(LDFLAGS) $(SANITIZE) -pthread
LIBS    = $(LIBRARY_LIBS) -lunistring -lcsv -lm

.DEFAULT_GOAL := all
.PHONY: FORCE all browser model prompts run test call asan tsan fault lint fuzz bench format install install_manual deb clean tests fuzzers
.SECONDARY:

all: $(PROGRAM)

# make includes this file, and starts again after making it: packages are there before pkg-config is asked.
ifneq ($(filter-out clean format deb,$(or $(MAKECMDGOALS),all)),)
include $(BUILD)/libraries.mk
endif
$(BUILD)/libraries.mk: Makefile
	@mkdir -p $(@D)
	@{ $(PKG_CONFIG) --exists $(LIBRARIES) && printf '#include <csv.h>\n#include <unistr.h>\n' | $(CC) $(CPPFLAGS) -E -; } \
	  >/dev/null 2>&1 || { sh tests/packages.sh check $(PACKAGES) && $(PKG_CONFIG) --print-errors --exists $(LIBRARIES); }
	@{ echo "LIBRARY_CFLAGS := $$($(PKG_CONFIG) --cflags $(LIBRARIES))"; \
	   echo "LIBRARY_LIBS := $$($(PKG_CONFIG) --libs $(LIBRARIES))"; } > $@.new
	@mv $@.new $@
ifneq ($(filter run browser test call asan tsan fault lint fuzz bench package-check,$(MAKECMDGOALS)),)
$(BUILD)/libraries.mk: $(BUILD)/packages_to_test
endif
$(BUILD)/packages_to_test: NEEDED = $(PACKAGES_TO_TEST)
$(BUILD)/packages_to_test: OFFERED = $(CLIENTS_TO_TEST) $(FAULTS_TO_TEST)
$(BUILD)/packages_to_lint: NEEDED = $(PACKAGES_TO_LINT)
$(BUILD)/packages_to_fuzz: NEEDED = $(PACKAGES_TO_FUZZ)
$(BUILD)/packages_to_deb: NEEDED = $(PACKAGES_TO_DEB)
NPM = $(if $(shell command -v npm),,npm)
$(BUILD)/packages_to_deb: OFFERED = $(NPM)
$(BUILD)/packages_to_install $(BUILD)/packages_to_boot: OFFERED = $(NPM) debootstrap
$(BUILD)/packages_to_install: NEEDED = $(PACKAGES_TO_INSTALL)
$(BUILD)/packages_to_boot: NEEDED = $(PACKAGES_TO_BOOT)
$(BUILD)/packages_to_%: Makefile
	@mkdir -p $(@D)
	@sh tests/packages.sh install $(NEEDED)
	@sh tests/packages.sh offer $(OFFERED)
	@touch $@

$(PROGRAM): $(BUILD)/gateway/main.o $(OBJECTS)
	@echo "ld $@"
	$(Q)$(LINK) -o $@ $^ $(LIBS)

# What --version prints: the commit in a git tree, else VERSION; written anew only when it changes.
$(BUILD)/version: FORCE
	@mkdir -p $(@D)
	@{ git describe --tags --dirty 2>/dev/null || echo "$(VERSION)$$(git describe --always --dirty 2>/dev/null | sed 's/^/-g/')"; } > $@.new
	@cmp -s $@ $@.new && rm $@.new || mv $@.new $@
$(BUILD)/gateway/command/version.o: $(BUILD)/version
$(BUILD)/gateway/clock.o: Makefile
$(BUILD)/gateway/clock.o: CPPFLAGS += -DXIANGYIN_RELEASED=$(shell date -u -d $(RELEASED) +%s)
$(BUILD)/gateway/command/version.o: CPPFLAGS += -DXIANGYIN_VERSION='"$(shell cat $(BUILD)/version 2>/dev/null)"'

# Objects of other flags are made anew; the folder that a path is shortened by makes no difference.
FLAGS = $(filter-out ccache,$(CC)) $(filter-out -ffile-prefix-map=%,$(CPPFLAGS) $(CFLAGS) $(SANITIZE))
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' > $@

$(BUILD)/%.o: %.c $(BUILD)/flags | $(BUILD)/libraries.mk
	@mkdir -p $(@D)
	@echo "cc $<"
	$(Q)$(COMPILE) -c -o $@ $<
# A test says with an assertion what it wants of a result.
$(BUILD)/tests/%.o: private WARNINGS += -Wno-unused-result

# Every text, lexicon and the sample county travel inside the program; a directory can replace them.
$(BUILD)/embedded.S: $(EMBEDDED) templates/embed.sh Makefile
	@mkdir -p $(@D)
	@sh templates/embed.sh $(EMBEDDED) > $@
$(BUILD)/store/schema/first_steps.o: store/schema/first_steps.sql
$(BUILD)/embedded.o: $(BUILD)/embedded.S
	$(Q)$(CC) $(CFLAGS) -c -I. -o $@ $<

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(SUPPORT) $(OBJECTS)
	$(Q)$(LINK) -o $@ $^ $(LIBS) -lcmocka

$(BUILD)/tests/call/call_%: $(BUILD)/tests/call/call_%.o $(BUILD)/tests/call/call_bench.o $(BUILD)/tests/call/peer.o $(SUPPORT) $(OBJECTS)
	$(Q)$(LINK) -o $@ $^ $(LIBS) -lcmocka

$(BUILD)/bench/bench_calls: $(BUILD)/tests/call/call_bench.o
$(BUILD)/bench/bench_province: $(BUILD)/tests/bench/boxes.o
$(BUILD)/bench/%: $(BUILD)/tests/bench/%.o $(SUPPORT) $(OBJECTS)
	@mkdir -p $(@D)
	$(Q)$(LINK) -o $@ $^ $(LIBS) -lcmocka

# Prints the facts that the modem's reader takes from recorded dialogues.
$(BUILD)/tests/transcript: $(BUILD)/tests/support/transcript_main.o $(SUPPORT) $(OBJECTS)
	@$(LINK) -o $@ $^ $(LIBS) -lcmocka

# One program holds all the tests, each behind its name: linked one by one they take as long as everything is compiled.
# build/tests/test_NAME is that test alone, for who works on it.
TOGETHER := $(BUILD)/tests/together
APART    := $(patsubst $(BUILD)/tests/%,$(BUILD)/tests/apart/%.o,$(TESTS))
$(BUILD)/tests/apart/%.o: $(BUILD)/tests/%.o
	@mkdir -p $(@D)
	@$(OBJCOPY) --redefine-sym main=main_of_$* $< $@
$(BUILD)/tests/together.c: tests/together.sh $(TESTS:$(BUILD)/%=%.c)
	@mkdir -p $(@D)
	@sh tests/together.sh $(notdir $(TESTS)) > $@
$(TOGETHER): $(BUILD)/tests/together.c $(APART) $(SUPPORT) $(OBJECTS)
	@echo "ld $@"
	$(Q)$(LINK) -o $@ $^ $(LIBS) -lcmocka

# Most tests wait most of the time, so more of them run at once than there are processors; those come first that took
# longest the last time, and where they have not run yet, these. One that runs longer than the limit (seconds) is killed.
TEST_JOBS  ?= 10
TEST_LIMIT ?= 400
SLOWEST   := $(addprefix $(BUILD)/tests/test_,gateway_parts modem_habits centre modem_faults gateway_late dialogues \
               emulator_clients gateway_pair centre_faults gateway_lines http_webhooks gateway_faults modem_oddities \
               desk centre_erase restricted transfers transfers_faults page server_faults provider_line gateway_clock erase \
               emulator_modem http_tls gateway centre_requests soak centre_servers run restriction provider_kinds nothing_lost kill)
UNKNOWN   := $(filter-out $(TESTS:$(BUILD)/tests/test_%=%),$(ONLY))
ifneq ($(UNKNOWN),)
$(error ONLY: there is no test $(UNKNOWN): tests/test_NAME.c is the test NAME)
endif
CHOSEN     = $(if $(ONLY),$(filter $(addprefix $(BUILD)/tests/test_,$(ONLY)),$(TESTS)),$(TESTS))
tests: $(if $(ONLY),$(CHOSEN),$(TOGETHER)) $(PROGRAM) $(BUILD)/tests/transcript
test: tests
	$(Q)XIANGYIN=$(abspath $(PROGRAM)) TOGETHER=$(if $(ONLY),,$(TOGETHER)) LIMIT=$(TEST_LIMIT) \
	  sh tests/run.sh $(BUILD) $(if $(VERBOSE),0,$(TEST_JOBS)) \
	  $(notdir $(filter $(CHOSEN),$(SLOWEST)) $(filter-out $(SLOWEST),$(CHOSEN)))

# Calls in real time, side by side.
call: $(CALLS) $(PROGRAM)
	$(Q)CMOCKA_MESSAGE_OUTPUT=TAP XIANGYIN=$(abspath $(PROGRAM)) prove --timer -j 8 -e 'timeout -s KILL 300' $(CALLS)

# The flags of a sanitizer take the place of those given: -g1 is what its reports need, the function and the line, and
# compiles faster. It slows everything: with more side by side, tests of real time would run out of it.
asan:
	@ASAN_OPTIONS="detect_stack_use_after_return=1 suppressions=$(abspath tests/asan.supp)" $(MAKE) BUILD=build/asan \
	  CFLAGS="-O1 -g1" CPPFLAGS= LDFLAGS= TEST_JOBS=8 TEST_LIMIT=900 \
	  SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" test
tsan:
	@TSAN_OPTIONS="halt_on_error=1 suppressions=$(abspath tests/tsan.supp)" $(MAKE) BUILD=build/tsan \
	  CFLAGS="-O1 -g1" CPPFLAGS= LDFLAGS= SANITIZE="-fsanitize=thread" TEST_JOBS=3 TEST_LIMIT=1800 test

# The long forms of what `make test` tries briefly, side by side: some ten minutes, or as long as SOAK says. Ends with
# what each found.
SOAK   ?= 300
FAULTS := power_cut kill io_errors wrong_clock soak server_faults centre centre_boxes centre_servers centre_faults \
          transfers_faults upgrade
fault: $(addprefix $(BUILD)/tests/test_,$(FAULTS)) $(PROGRAM) $(BUILD)/packages_to_boot
	@XIANGYIN=$(abspath $(PROGRAM)) XIANGYIN_SOAK=$(SOAK) sh tests/fault/run.sh $(BUILD) $(FAULTS)
	@bash debian/check/check.sh $(BUILD) boot

# The operator's page in Chromium: each page for each role, with and without JavaScript, and a whole case by clicks;
# screenshots in $(BUILD)/browser/shots. Left out, saying so, where Chromium or npm cannot be had.
browser: $(PROGRAM)
	@sh tests/browser/run.sh $(PROGRAM) $(BUILD)/browser

run: all
	@$(PROGRAM) demo

bench: $(PROGRAM) $(BENCHES)
	@sh tests/bench/country.sh $(BUILD)/country.tsv || true
	@for b in $(BENCHES); do XIANGYIN=$(abspath $(PROGRAM)) BENCH_COUNTRY=$(BUILD)/country.tsv $$b || exit 1; done

FUZZ_SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
fuzz: $(BUILD)/packages_to_fuzz
	@$(MAKE) BUILD=build/fuzz CC=clang CFLAGS="-O1 -g" CPPFLAGS= LDFLAGS= WARNINGS= \
	  SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined" fuzzers
	@for f in $(FUZZERS); do sh tests/fuzz/run.sh $$f $(FUZZ_SECONDS) || exit 1; done

fuzzers: $(addprefix $(BUILD)/bin/,$(FUZZERS))
$(BUILD)/bin/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(OBJECTS)
	@mkdir -p $(@D)
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

lint: $(BUILD)/embedded.S $(BUILD)/packages_to_lint
	@sh tests/lint_layers.sh
	@sh tests/lint_names.sh strict
	@perl tests/lint_words.pl
	@sh tests/lint_messages.sh
	@clang-format --dry-run -Werror $(SOURCES) $(HEADERS) $(wildcard tests/*.c tests/*/*.c)
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr -I. \
	  --suppressions-list=tests/cppcheck.supp --error-exitcode=1 -j2 $(SOURCES)
	@printf '%s\n' $(SOURCES) | xargs -P2 -n4 sh -c 'clang-tidy --quiet "$$@" -- \
	  $(STANDARD) $(LIBRARY_CFLAGS) 2>/dev/null' tidy

format:
	@clang-format -i $(SOURCES) $(HEADERS) $(wildcard tests/*.c tests/*/*.c)

# Read its head with head -4; the program has to be built again to ship it.
# The recordings of prompts that travel with the program, made anew: after a text of templates/voice/ changed.
prompts: $(PROGRAM)
	@sh templates/render_prompts.sh $(PROGRAM)

model: $(PROGRAM)
	@sh templates/train_model.sh $(PROGRAM) $(BUILD)/model

# The pages of the manual, and completion for shells.
ZSH_FUNCTIONS ?= $(PREFIX)/share/zsh/site-functions
$(BUILD)/manual: $(PROGRAM)
	@rm -rf $@ && mkdir -p $@
	@for page in $$($(RUN) $(PROGRAM) manual); do $(RUN) $(PROGRAM) manual $$page > $@/$$page || exit 1; done
	@for shell in bash zsh; do $(RUN) $(PROGRAM) manual --completion $$shell > $@/$$shell || exit 1; done

install_manual: $(BUILD)/manual
	for n in 1 5 7; do install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/man/man$$n $(BUILD)/manual/*.$$n || exit 1; done
	install -D -m 0644 $(BUILD)/manual/bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/xiangyin
	install -D -m 0644 $(BUILD)/manual/zsh $(DESTDIR)$(ZSH_FUNCTIONS)/_xiangyin

# For systems without Debian's packages too; the service runs as a user xiangyin of the group dialout.
install: all install_manual
	install -D -m 0755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/xiangyin
	install -D -m 0644 debian/xiangyin.conf.sample $(DESTDIR)/etc/xiangyin/xiangyin.conf.sample
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/lib/udev/rules.d
	sed 's|/usr/bin/|$(PREFIX)/bin/|' debian/xiangyin.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/xiangyin.service
	for unit in backup.service backup.timer backup-trial.service backup-trial.timer; do sed 's|/usr/bin/|$(PREFIX)/bin/|' \
	  debian/xiangyin.xiangyin-$$unit >$(DESTDIR)$(PREFIX)/lib/systemd/system/xiangyin-$$unit || exit 1; done
	sed 's|/usr/bin/|$(PREFIX)/bin/|' debian/xiangyin.udev >$(DESTDIR)$(PREFIX)/lib/udev/rules.d/61-xiangyin.rules
	install -D -m 0644 debian/xiangyin.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/xiangyin.conf
	install -D -m 0644 debian/xiangyin.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/xiangyin.conf
	if [ -d divisions ]; then mkdir -p $(DESTDIR)$(PREFIX)/share/xiangyin && \
	  cp -r divisions $(DESTDIR)$(PREFIX)/share/xiangyin/; fi

# With npm at hand the villages of the country become a package of their own; see debian/build.sh. ARCH=arm64 builds them
# for another machine, best in a root of its own: dpkg --add-architecture arm64, crossbuild-essential-arm64,
# qemu-user-static, and apt-get build-dep -a arm64 --no-install-recommends ./
deb: $(if $(ARCH),,$(BUILD)/packages_to_deb)
	@sh debian/build.sh $(BUILD) $(if $(ARCH),-a$(ARCH))

# As root, else a part of it is left out. `make fault` also builds them a second time, and boots a machine with them.
package-check: $(PROGRAM) $(BUILD)/packages_to_install
	@bash debian/check/check.sh $(BUILD)

clean:
	rm -rf build

-include $(shell find $(BUILD) -path $(BUILD)/package-check -prune -o -type f -name '*.d' -print 2>/dev/null)
