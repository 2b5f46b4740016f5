# Kontor. `make help` says what there is; everything happens in .venv and var/.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

# The first Python on the PATH that is new enough; macOS's own python3 is often too old.
IS_NEW := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
PYTHON := $(shell for one in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$one" $(IS_NEW) 2>/dev/null && echo "$$one" && break; done)
BIN := .venv/bin
# The tests start hundreds of processes: what Python compiled is kept, even where a shell says no.
export PYTHONDONTWRITEBYTECODE :=
PYTEST := $(BIN)/python -m pytest
# Many of these tests start and kill real processes side by side. What fails on a crowded machine is
# run once more alone; what fails alone is broken.
UNIT := $(PYTEST) -m "not journey and not chaos" --last-failed-no-failures none
JOURNEYS := $(PYTEST) -m journey --last-failed-no-failures none
# Three at once on two cores: many wait for processes and for each other.
AT_ONCE := -n 3 --dist worksteal
# A browser for each of two files at once.
IN_TURN := -n 2 --dist loadfile
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
WORDS := -k _l -k N_ -k lazy_gettext
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header

.PHONY: help demo demo-reset install test lint unit journeys chaos bench conformance fuzz translations words requirements python

help: ## show what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.run words ## run Kontor with sample data on this machine, until Ctrl-C
	@exec $(BIN)/python -m app.demo.run

demo-reset: ## forget the sample data; end a running demo first
	@rm -rf var/demo
	@echo "The sample data is gone. make demo makes it anew."

install: .venv/.run words ## install what Kontor runs on into .venv

test: lint unit journeys ## check everything, on SQLite and on PostgreSQL
	@echo "All tests passed."

lint: .venv/.dev ## check style, types and floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

unit: .venv/.dev words ## the tests without a browser, on both databases, and a short chaos run
	KONTOR_TEST_DATABASE=sqlite $(UNIT) $(AT_ONCE) || KONTOR_TEST_DATABASE=sqlite $(UNIT) --last-failed
	KONTOR_TEST_DATABASE=postgresql $(UNIT) $(AT_ONCE) || KONTOR_TEST_DATABASE=postgresql $(UNIT) --last-failed
	$(PYTEST) tests/chaos -m chaos -n 2

journeys: .venv/.dev words ## the tests in a real browser
	$(JOURNEYS) $(IN_TURN) || $(JOURNEYS) --last-failed

chaos: .venv/.dev words ## kill processes 500 times and count what was lost
	$(BIN)/python -m tests.chaos.chaos --kills 250 --database sqlite
	$(BIN)/python -m tests.chaos.chaos --kills 250 --database postgresql
	$(BIN)/python -m tests.chaos.bulk --files 500 --kills 20 --database sqlite
	$(BIN)/python -m tests.chaos.bulk --files 500 --kills 20 --database postgresql
	$(BIN)/python -m tests.chaos.channels --dispatches 2000 --kills 50 --database sqlite
	$(BIN)/python -m tests.chaos.channels --dispatches 2000 --kills 50 --database postgresql

bench: .venv/.dev words ## measure pages and later work; writes docs/performance.md, takes 12 minutes
	$(BIN)/python -m tests.bench

fuzz: .venv/.dev words ## change good files at random, 10,000 times each way; takes 5 minutes
	KONTOR_FUZZ_EXAMPLES=10000 $(PYTEST) tests/fuzz

conformance: .venv/.dev words ## look at every file of the corpora; writes docs/conformance.md
	$(BIN)/python -m tests.conformance

translations: .venv/.dev ## collect the sentences of code and templates into the catalogues
	@mkdir -p var
	$(BIN)/pybabel -q extract -F babel.cfg $(WORDS) --no-location --sort-output \
		-o var/messages.pot app jobs
	$(BIN)/pybabel -q update -i var/messages.pot -d app/translations --width 100 \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d app/translations

requirements: .venv/.dev ## pin what requirements*.in ask for, with hashes
	$(BIN)/$(COMPILE) requirements.in -o requirements.txt
	$(BIN)/$(COMPILE) requirements-dev.in -o requirements-dev.txt

words: .venv/.run
	@if [ -d app/translations ]; then $(BIN)/pybabel -q compile -d app/translations; fi

.venv/.run: requirements.txt | python
	@echo "Installing into .venv. The first time this takes about a minute."
	@$(PYTHON) -m venv .venv
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	@echo "Installing what the tests need."
	@$(PIP) -r requirements-dev.txt
	@touch $@

python:
	@[ -n "$(PYTHON)" ] || { \
		echo "Kontor needs Python 3.11 or newer; there is none on the PATH." >&2; exit 1; }
	@[ -d .venv ] || $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv is missing: install it (Debian: apt-get install python3-venv)." >&2; \
		exit 1; }
