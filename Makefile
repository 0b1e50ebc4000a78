# The daily commands, one line each. `make` alone lists them.
CH ?=
RUNS ?=
.DEFAULT_GOAL := help
.PHONY: help tour test demo bench check analyze windows asan tsan faults soak fuzz interop lab lab-check notes macos-check format

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  CH=04 picks a chapter for: tour, test, demo, bench"

tour: ## walk the chapters: every demo run and held against what it claims
	@./scripts/tour $(CH)

test: ## all tests: release, asan, tsan, and Windows under Wine
	@./scripts/test $(CH)

demo: ## one chapter's demos, a key after each: make demo CH=04
	@[ -n "$(CH)" ] || { echo "which chapter? make demo CH=04"; exit 2; }
	@if [ -t 0 ] && [ -t 1 ]; then ./scripts/tour --step $(CH); else ./scripts/tour $(CH); fi

bench: ## the benchmarks beside their peers, as ratios
	@./scripts/bench $(CH)

check: ## layers, the child's side, notes, format, tidy
	@./scripts/check

analyze: ## clang's analyzer, path by path: libraries and programs
	@python3 scripts/tidy.py --paths

windows: ## the Windows build's tests, under Wine
	@./scripts/test --windows $(CH)

asan: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@./scripts/test --asan $(CH)

tsan: ## the tests under ThreadSanitizer
	@./scripts/test --tsan $(CH)

faults: ## every system call of a spawn fails once (strace injects)
	@./scripts/faults

soak: ## 100,000 spawns: nothing is left behind
	@./scripts/soak

fuzz: ## libFuzzer on what a channel's peer may send: make fuzz RUNS=10000000
	@./scripts/fuzz $(RUNS)

interop: ## the channel against the real Node.js 16 to 26
	@./scripts/interop

lab: ## the course lab: your own folder of exercises, DIR=~/lab
	@[ -n "$(DIR)" ] || { echo "where shall it stand? make lab DIR=~/lab"; exit 2; }
	@./scripts/lab init $(DIR)

lab-check: ## every exercise against its starter, its solution and its typical mistakes
	@./scripts/lab check --quick

notes: ## write the real code and output into the notes
	@python3 scripts/sync_notes.py --write

macos-check: ## cross-compile and link for macOS: compiled, not run
	@./scripts/macos-check

format: ## clang-format on all sources
	@find platform chapters tests \( -name '*.cpp' -o -name '*.h' \) -print0 | xargs -0 clang-format -i
