# Every command here works from a fresh clone on a machine with Python 3.11+, git and make.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PEERS ?= $(VENV)/peers
AT_ONCE ?= $(shell echo $$(($$(nproc) * 3 / 2)))
SEED ?= 1
STEPS ?= 2000
SUBSCRIBERS ?= 1000000
ORDERS ?= 5000000
POSTINGS ?= 10000000
EXAMPLES ?= 100

.DEFAULT_GOAL := help
.PHONY: help setup peers browser run test lint schemathesis fuzz bench bench-growth load-data bench-pages check simulate faults requirements pictures axe vendored clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## the virtual environment with everything pinned and hashed

$(STAMP): deploy/requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

peers: $(STAMP) ## a real Kannel and an SMSC for the tests that want them, once (needs the network)
	tests/kannel/install.sh $(PEERS)

browser: ## a Chromium for the tests that look at pages, once (needs the network)
	tests/browser/install.sh

run: $(STAMP) ## the whole system in the foreground; Ctrl-C ends it
	@exec $(BIN)/nexustop run

test: $(STAMP) ## the whole test suite
	@# Compiled code is kept, whatever the shell says: the tests start the program dozens of times.
	PYTHONDONTWRITEBYTECODE= PEERS=$(abspath $(PEERS)) $(BIN)/python -m pytest -n $(AT_ONCE) --dist loadfile --no-loadscope-reorder

lint: $(STAMP) ## ruff, mypy, import rules, bandit, deptry
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive app menus providers workers migrations
	$(BIN)/deptry app menus providers workers migrations --config deploy/deptry.toml --no-ansi

schemathesis: $(STAMP) ## everything the API's document allows and forbids, tried: EXAMPLES=100 SEED=1
	$(BIN)/python -m tests.security.api_trial --examples $(EXAMPLES) --seed $(SEED)

fuzz: $(STAMP) ## every parser of what comes from outside, fed rubbish: EXAMPLES=20000
	FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest tests/security/test_parsers.py tests/gateways/test_fuzz.py tests/sms/test_fuzz.py

bench: $(STAMP) ## benchmarks: a table, and var/bench.json
	$(BIN)/python -m tests.bench

bench-growth: $(STAMP) ## the growth rows, with 10,000,000 postings: some 15 minutes, 6 GB of disk
	$(BIN)/python -m tests.bench.growth

load-data: $(STAMP) ## a large database in var/loaded, once: make load-data SUBSCRIBERS=50000 ORDERS=200000
	$(BIN)/python -m tests.bench.load_data --subscribers $(SUBSCRIBERS) --orders $(ORDERS) \
	  --postings $(POSTINGS) --seed $(SEED)

bench-pages: $(STAMP) ## how long each page of the back-office takes on what `make load-data` made
	$(BIN)/python -m tests.bench.pages

check: lint test bench ## all of it

simulate: $(STAMP) ## the seeded simulation of the money core: make simulate SEED=7 STEPS=5000
	$(BIN)/python -m tests.simulation --seed $(SEED) --steps $(STEPS)

faults: $(STAMP) ## every fault at every vendor, and docs/faults.md written from it
	WRITE_FAULTS=1 $(BIN)/python -m pytest tests/faults

pictures: $(STAMP) ## draw docs/pictures again (needs a Chromium and a running `make run`)
	$(BIN)/nexustop menus draw
	$(BIN)/python docs/pictures/take.py
	$(BIN)/python -m tests.browser.pictures

axe: $(STAMP) ## what axe-core says to every page of the back-office, as every role: docs/accessibility.md
	$(BIN)/python -m tests.browser.axe

vendored: ## fetch the files of others that pages use again (needs npm)
	$(PYTHON) deploy/vendor.py

requirements: $(STAMP) ## pin and hash deploy/requirements*.in again
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	cd deploy && for name in requirements requirements-dev; do ../$(BIN)/uv pip compile --quiet \
	  --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  $$name.in -o $$name.txt; done

clean: ## remove the virtual environment, caches and demo data
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build *.egg-info
