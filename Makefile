# Xiangyin. `make run` and `make test` install what is missing, build, and do their job.
#
#   make            the program, build/xiangyin        make lint     layers, warnings, clang-tidy, cppcheck
#   make run        try it on an emulated modem        make fuzz     FUZZ_SECONDS=60 for each reader
#   make test       every test                         make bench    the figures of the README
#   make asan tsan  the tests under sanitizers         make format   clang-format
#   make install    DESTDIR= PREFIX=/usr/local

BUILD    ?= build
PREFIX   ?= /usr/local
CC       := gcc
OPTIMIZE ?= -O2 -g
SANITIZE ?=
STANDARD := -std=gnu17 -D_GNU_SOURCE -I.
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wformat=2 -Wundef -Wpointer-arith -Wwrite-strings

LIBRARIES := libserialport libcurl sqlite3 json-c libmicrohttpd libconfuse talloc opencc gnutls cmocka
PACKAGES  := gcc make pkg-config perl libserialport-dev libcurl4-gnutls-dev libsqlite3-dev libjson-c-dev \
             libmicrohttpd-dev libconfuse-dev libtalloc-dev libunistring-dev libopencc-dev libgnutls28-dev \
             libcmocka-dev libcsv-dev tzdata
LINT_PACKAGES := clang-format clang-tidy cppcheck
FUZZ_PACKAGES := clang libclang-rt-14-dev

# as many at once as there are processors, unless told otherwise
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

ifeq ($(filter clean format,$(MAKECMDGOALS)),)
include build/libraries.mk
endif

SOURCES  := $(sort $(wildcard modem/*.c modem/*/*.c store/*.c templates/*.c gateway/*.c gateway/*/*.c gateway/*/*/*.c))
OBJECTS  := $(patsubst %.c,$(BUILD)/%.o,$(filter-out gateway/main.c,$(SOURCES))) $(BUILD)/embedded.o
PROGRAM  := $(BUILD)/xiangyin
TESTS    := $(patsubst tests/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/test_*.c)))
SUPPORT  := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(wildcard tests/support/*.c tests/county/*.c))
BENCHES  := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(sort $(wildcard tests/bench/bench_*.c)))
EMBEDDED := $(sort $(wildcard templates/zh/* templates/en/* templates/lexicon/* gateway/demo/* gateway/http/*.json))
HEADERS  := $(wildcard modem/*.h modem/*/*.h store/*.h templates/*.h gateway/*.h gateway/*/*.h gateway/*/*/*.h tests/*.h tests/*/*.h)

COMPILE = $(CC) $(STANDARD) $(WARNINGS) $(OPTIMIZE) $(SANITIZE) $(LIBRARY_CFLAGS) -pthread -MMD -MP
LINK    = $(CC) $(OPTIMIZE) $(SANITIZE) -pthread
LIBS    = $(LIBRARY_LIBS) -lunistring -lcsv -lm

.DEFAULT_GOAL := all
.PHONY: all run test asan tsan lint fuzz bench format install clean tests fuzzers
.SECONDARY:

all: $(PROGRAM)

# make includes this file; when it is missing or older than the Makefile it is made first, packages and all.
build/libraries.mk: Makefile
	@mkdir -p build
	@sh tests/install_packages.sh $(PACKAGES)
	@{ echo "LIBRARY_CFLAGS := $$(pkg-config --cflags $(LIBRARIES))"; \
	   echo "LIBRARY_LIBS := $$(pkg-config --libs $(filter-out cmocka,$(LIBRARIES)))"; } > $@.new
	@mv $@.new $@

$(PROGRAM): $(BUILD)/gateway/main.o $(OBJECTS)
	@echo "ld $@"
	@$(LINK) -o $@ $^ $(LIBS)

$(BUILD)/%.o: %.c | build/libraries.mk
	@mkdir -p $(@D)
	@echo "cc $<"
	@$(COMPILE) -c -o $@ $<

# Every text, lexicon and the sample county travel inside the program; a directory can replace them.
$(BUILD)/embedded.S: $(EMBEDDED) templates/embed.sh Makefile
	@mkdir -p $(@D)
	@sh templates/embed.sh $(EMBEDDED) > $@
$(BUILD)/embedded.o: $(BUILD)/embedded.S
	@$(CC) -c -I. -o $@ $<

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(SUPPORT) $(OBJECTS)
	@$(LINK) -o $@ $^ $(LIBS) -lcmocka

$(BUILD)/bench/%: $(BUILD)/tests/bench/%.o $(SUPPORT) $(OBJECTS)
	@mkdir -p $(@D)
	@$(LINK) -o $@ $^ $(LIBS) -lcmocka

tests: $(TESTS) $(PROGRAM)

test: tests
	@CMOCKA_MESSAGE_OUTPUT=TAP XIANGYIN=$(abspath $(PROGRAM)) prove --timer $(if $(VERBOSE),-v) -e '' \
	  $(if $(ONLY),$(filter $(addprefix $(BUILD)/tests/test_,$(ONLY)),$(TESTS)),$(TESTS))

asan:
	@ASAN_OPTIONS=detect_stack_use_after_return=1 $(MAKE) BUILD=build/asan OPTIMIZE="-O1 -g" \
	  SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" test
tsan:
	@TSAN_OPTIONS="halt_on_error=1 suppressions=$(abspath tests/tsan.supp)" $(MAKE) BUILD=build/tsan \
	  OPTIMIZE="-O1 -g" SANITIZE="-fsanitize=thread" test

run: all
	@$(PROGRAM) demo

bench: $(PROGRAM) $(BENCHES)
	@for b in $(BENCHES); do XIANGYIN=$(abspath $(PROGRAM)) $$b || exit 1; done

FUZZ_SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
fuzz:
	@sh tests/install_packages.sh $(FUZZ_PACKAGES)
	@$(MAKE) BUILD=build/fuzz CC=clang OPTIMIZE="-O1 -g" WARNINGS= \
	  SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined" fuzzers
	@for f in $(FUZZERS); do sh tests/fuzz/run.sh $$f $(FUZZ_SECONDS) || exit 1; done

fuzzers: $(addprefix $(BUILD)/bin/,$(FUZZERS))
$(BUILD)/bin/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(OBJECTS)
	@mkdir -p $(@D)
	$(LINK) -fsanitize=fuzzer -o $@ $^ $(LIBS)

lint: $(BUILD)/embedded.S
	@sh tests/install_packages.sh $(LINT_PACKAGES)
	@sh tests/lint_layers.sh
	@clang-format --dry-run -Werror $(SOURCES) $(HEADERS) $(wildcard tests/*.c tests/*/*.c)
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr -I. \
	  --suppressions-list=tests/cppcheck.supp --error-exitcode=1 -j2 $(SOURCES)
	@printf '%s\n' $(SOURCES) | xargs -P2 -n4 sh -c 'clang-tidy --quiet "$$@" -- \
	  $(STANDARD) $(LIBRARY_CFLAGS) 2>/dev/null' tidy

format:
	@clang-format -i $(SOURCES) $(HEADERS) $(wildcard tests/*.c tests/*/*.c)

install: all
	install -D -m 0755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/xiangyin

clean:
	rm -rf build

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
