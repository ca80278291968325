# Redvest. Modules come from src/modules.def, sources and tests are found: nothing is listed twice.
#
#   make run         install what is missing, build, make a demonstration, serve it
#   make build       build/redvest
#   make test        unit, scenarios on both databases, replay, faults; make test-long: more of it
#   make bench       the budget, each row beside a reference of the same run
#
# FLAVOUR=asan builds with the sanitizers into build/asan; CC=clang works everywhere.
FLAVOUR ?= release
B       := $(if $(filter release,$(FLAVOUR)),build,build/$(FLAVOUR))
V       ?= 0
Q        = $(if $(filter 1,$(V)),,@echo "  $@";)
MODULES := $(shell sed -n 's/^MODULE(\([a-z_]*\))/\1/p' src/modules.def)
PKGS    := sqlite3 libpq libmicrohttpd libcjson xlsxwriter libzip zlib expat libsodium gnutls \
           libqrencode icu-i18n icu-uc libcurl

WARN     := -Wall -Wextra -Wconversion -Wshadow -Wmissing-prototypes -Werror
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
ifeq ($(FLAVOUR),fuzz)
CC       := clang
SANITIZE += -fsanitize=fuzzer-no-link
endif
OPT      := $(if $(filter asan fuzz,$(FLAVOUR)),-O1 $(SANITIZE),-O2)
CFLAGS   := -std=gnu17 -D_GNU_SOURCE $(OPT) -g $(WARN) -fno-strict-aliasing -pthread
CPPFLAGS  = -Isrc -I$(B) -MMD -MP $(shell pkg-config --cflags $(PKGS))
LDLIBS    = $(shell pkg-config --libs $(PKGS)) -lm
LDFLAGS  := $(if $(filter asan fuzz,$(FLAVOUR)),$(SANITIZE)) -pthread
# Programs that the build itself runs do without the sanitizers.
TOOL_CFLAGS := $(filter-out $(SANITIZE),$(CFLAGS))

DEFS     := $(wildcard $(foreach m,$(MODULES),src/modules/$(m)/$(m).def))
SCHEMAS  := $(wildcard src/ledger/everywhere.sql src/ledger/schema.sql \
              $(foreach m,$(MODULES),src/modules/$(m)/schema.sql))
QUERIES  := $(wildcard src/ledger/queries.sql $(foreach m,$(MODULES),src/modules/$(m)/queries.sql))
# Of released schemas: migrate/0002_why.sql brings a database from 1 to 2.
MIGRATIONS := $(sort $(wildcard src/*/migrate/*.sql src/modules/*/migrate/*.sql))
SQL_NAMES := ledger $(MODULES)
GEN_C    := $(SQL_NAMES:%=$(B)/gen/%_sql.c) $(B)/gen/schema.c $(B)/gen/plans.c
SRC      := $(filter-out %_test.c,$(wildcard src/*/*.c src/modules/*/*.c))
LIB_OBJ  := $(patsubst %.c,$(B)/%.o,$(filter-out src/main/%,$(SRC))) $(GEN_C:.c=.o)
MAIN_OBJ := $(patsubst %.c,$(B)/%.o,$(wildcard src/main/*.c))
TEST_C   := $(wildcard test/unit/*_test.c src/*/*_test.c src/modules/*/*_test.c)
TESTLIB_OBJ := $(patsubst %.c,$(B)/%.o,$(filter-out %/steps.c,$(wildcard test/lib/*.c)))
$(B)/test/view_test: $(TESTLIB_OBJ)
TEST_BIN := $(patsubst %.c,$(B)/test/%,$(notdir $(TEST_C)))
FUZZ_BIN := $(patsubst test/fuzz/%.c,$(B)/fuzz/%,$(wildcard test/fuzz/*_fuzz.c))
TOOL_BIN := $(patsubst test/%.c,$(B)/%,$(wildcard test/*.c))
AID_BIN  := $(B)/lint $(patsubst test/%.c,$(B)/%.so,$(wildcard test/fault/*.c)) \
            $(patsubst bench/%.c,$(B)/%,$(wildcard bench/ref/*.c))
vpath %_test.c test/unit $(sort $(dir $(TEST_C)))

build: $(B)/redvest
run:
	@tools/install.sh run
	@$(MAKE) --no-print-directory -j$(shell nproc) build
	@tools/run.sh $(B)/redvest
test:
	@tools/install.sh test
	@test/run.sh
test-long:
	@tools/install.sh test
	@test/long.sh
bench:
	@tools/install.sh test
	@bench/run.sh
tests: $(TEST_BIN) $(TOOL_BIN) $(AID_BIN) $(B)/rules.wasm
fuzz-programs: $(FUZZ_BIN)
fuzzers:
	@$(MAKE) --no-print-directory FLAVOUR=fuzz fuzz-programs
# Who may do and see what, written anew: a change of it is to be seen in review.
golden: $(B)/declared
	$(B)/declared --renew
clean:
	rm -rf build
.PHONY: build run test test-long bench tests fuzzers fuzz-programs golden clean

$(B)/redvest: $(MAIN_OBJ) $(B)/gen/assets.o $(B)/libredvest.a
	$(Q)$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(B)/libredvest.a: $(LIB_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(B)/%.o: %.c | $(GEN_C)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) -c $< -o $@
$(B)/gen/%.o: $(B)/gen/%.c
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) -c $< -o $@

# cmocka tests: unit tests beside or in test/unit, each a program of its own.
$(B)/test/%_test: $(B)/test/%_test.o $(TESTLIB_OBJ) $(B)/libredvest.a
	$(Q)$(CC) $(LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(LDLIBS) -lcmocka -o $@
$(B)/test/%_test.o: %_test.c | $(GEN_C)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) -Itest -c $< -o $@

# Programs of the tests (scenario runner and the like) share test/lib.
$(B)/test/lib/%.o: CPPFLAGS += -Itest
$(B)/%: test/%.c $(TESTLIB_OBJ) $(B)/libredvest.a
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) -Itest $(LDFLAGS) $< $(filter %.o,$^) $(B)/libredvest.a $(LDLIBS) \
	    -o $@

# The runner of scenarios sees which steps of machines were taken: test/lib/steps.h.
$(B)/scenario: LDFLAGS += -Wl,--wrap=machine_step,--wrap=command_apply
$(B)/scenario: $(B)/test/lib/steps.o

$(B)/load: $(patsubst %.c,$(B)/%.o,$(wildcard test/load/*.c))

# The web app: its client is generated from the declarations, vite builds it, and it is packed into the
# program. What is written by hand lies in web/src; web/src/gen/schema.ts is not.
WEB_SRC := $(shell find web/src web/public -type f ! -path 'web/src/gen/*' 2>/dev/null) \
           web/index.html web/vite.config.ts web/tsconfig.json
$(B)/typescript: tools/typescript.c $(B)/libredvest.a
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) $(filter %.c %.a,$^) $(LDLIBS) -o $@
web/src/gen/schema.ts: $(B)/typescript
	@mkdir -p $(@D)
	$(Q)$(B)/typescript >$@.new && mv $@.new $@
web/node_modules/.package-lock.json: web/package-lock.json
	$(Q)tools/web.sh install && touch $@
build/web/dist/index.html: $(WEB_SRC) web/src/gen/schema.ts web/node_modules/.package-lock.json
	$(Q)tools/web.sh build
	@touch $@
web-check: web/src/gen/schema.ts web/node_modules/.package-lock.json
	$(Q)tools/web.sh check
# The pictures of the manual, anew; look at them before they are committed.
screenshots: build
	@tools/install.sh test
	@tools/web.sh run $(CURDIR)/tools/screenshots.mjs
.PHONY: web-check screenshots

# Packed: build/web/dist. Its index.html names all that is new, so it tells when to pack again. And two of the tests'
# own: one for what the server does with it, one of nothing.
$(B)/assets: tools/assets.c
	@mkdir -p $(B)/gen
	$(Q)$(CC) $(TOOL_CFLAGS) $< -lsodium -lz -o $@
$(B)/gen/assets.c: $(B)/assets build/web/dist/index.html
	$(Q)$(B)/assets build/web/dist $@ $(@:.c=.bin)
$(B)/gen/assets_fixture.c: $(B)/assets $(wildcard test/web/* test/web/*/*)
	$(Q)$(B)/assets test/web $@ $(@:.c=.bin)
$(B)/gen/assets_none.c: $(B)/assets
	$(Q)$(B)/assets none $@ $(@:.c=.bin)
$(B)/test/http_assets_test: $(B)/gen/assets_fixture.o
$(B)/declared $(B)/test/http_test $(B)/test/http_views_test $(B)/test/http_wait_test: $(B)/gen/assets_none.o

# The pure rules, and the reader of identity numbers, as the field app runs them; and a program that
# tries them natively. Nothing of libc is in them.
RULES := $(wildcard $(MODULES:%=src/modules/%/*_rules.c)) src/base/calendar.c src/base/utf8.c \
         src/text/chars.c src/text/identity.c src/text/identity_words.c
$(B)/rules.wasm: $(RULES) $(DEFS) $(wildcard src/*/*.h src/modules/*/*.h)
	@mkdir -p $(@D)
	$(Q)clang --target=wasm32 -std=gnu17 -O2 $(WARN) -ffreestanding -nostdlib -mbulk-memory \
	    -fuse-ld=lld -Wl,--no-entry,--export=identity_clean,--export=__heap_base -Isrc $(RULES) -o $@
$(B)/rulesgen: tools/rulesgen.c $(B)/libredvest.a
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) $(filter %.c %.a,$^) $(LDLIBS) -o $@
$(B)/gen/rules_calls.c: $(B)/rulesgen
	$(Q)$(B)/rulesgen > $@.new && mv $@.new $@
$(B)/gen/rules_calls.o: CPPFLAGS += -Itest
$(B)/rules: $(B)/gen/rules_calls.o

# Preloaded into a server under test, to break the disk beneath it.
$(B)/fault/%.so: test/fault/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) -MMD -MP -fPIC -shared $< -o $@

# What the benchmarks compare with, and the house linter.
$(B)/ref/%: bench/ref/%.c $(B)/libredvest.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) $< $(B)/libredvest.a $(LDLIBS) -o $@
$(B)/lint: $(wildcard tools/lint*.[ch])
	@mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CFLAGS) $(filter %.c,$^) -o $@

# Fuzz targets of clang's libFuzzer, with the sanitizers, in build/fuzz: make fuzzers
$(B)/fuzz/%_fuzz: test/fuzz/%_fuzz.c $(B)/libredvest.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -Werror,$(CFLAGS)) $(CPPFLAGS) -fsanitize=fuzzer $< $(B)/libredvest.a \
	    $(LDLIBS) -o $@

# The plans that come with the program are part of it.
$(B)/gen/plans.c: tools/plans.sh $(sort $(wildcard plans/*.plan))
	@mkdir -p $(@D)
	$(Q)tools/plans.sh $(filter %.plan,$^) > $@.new && mv $@.new $@

# The typed SQL generator reads every schema and every .def, so that states have their numbers. It
# writes header and source at once: whatever includes the header waits for it.
$(B)/sqlgen: $(wildcard tools/sqlgen*.c) tools/sqlgen.h
	@mkdir -p $(B)/gen
	$(Q)$(CC) $(TOOL_CFLAGS) $(filter %.c,$^) -lsqlite3 -o $@
$(B)/gen/schema.c $(B)/gen/schema.h &: $(B)/sqlgen $(DEFS) $(SCHEMAS) $(QUERIES) $(MIGRATIONS) src/modules.def
	$(Q)$(B)/sqlgen schema $(B)/gen/schema $(DEFS) $(SCHEMAS) $(QUERIES) $(MIGRATIONS)
$(B)/gen/ledger_sql.c $(B)/gen/ledger_sql.h &: src/ledger/queries.sql $(B)/sqlgen $(DEFS) $(SCHEMAS) $(QUERIES)
	$(Q)$(B)/sqlgen queries $(B)/gen/ledger_sql $< $(DEFS) $(SCHEMAS) $(QUERIES)
$(B)/gen/%_sql.c $(B)/gen/%_sql.h: src/modules/%/queries.sql $(B)/sqlgen $(DEFS) $(SCHEMAS) $(QUERIES)
	$(Q)$(B)/sqlgen queries $(B)/gen/$*_sql $< $(DEFS) $(SCHEMAS) $(QUERIES)

.SECONDARY:
.DELETE_ON_ERROR:
-include $(shell find $(B) -name '*.d' 2>/dev/null)
