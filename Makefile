# `make up` and `make test` do everything from a fresh Debian 12 or later; `make help` lists the rest.

SHELL := /bin/sh
PYTHON ?= python3
SIMULATE ?= 1
VENV := .venv
BIN := $(VENV)/bin
export DEBIAN_FRONTEND := noninteractive
export UV_SYSTEM_CERTS := 1
export NUMBA_CACHE_DIR := $(CURDIR)/.local/numba
COMPUTED := tests/streams/rules tests/streams/simulator tests/streams/backtest tests/schemas tests/alerts
SHOWN := tests/dashboard tests/conformance
LOCK_FLAGS := -q pyproject.toml --universal --python-version 3.11 --no-header --no-annotate --generate-hashes

.PHONY: help up down test tools bench-tools lint types check lock clean-cache

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1 \t/p' $(MAKEFILE_LIST) | expand -t 22

up: $(VENV)/run.done ## start everything; SIMULATE=0 without the simulated community
	@docker/debian/packages.sh run
	@$(BIN)/gatehouse up $(if $(filter 0 no false,$(SIMULATE)),--no-simulate,--simulate)

down: ## stop everything that `make up` started
	@if [ -x $(BIN)/gatehouse ]; then $(BIN)/gatehouse down; else echo "Nothing was ever started here."; fi

# Three at once on two cores: those that compute, those of pages, and all others, which wait for processes mostly.
test: tools ## lint, types, import directions, and the tests on real services
	@$(MAKE) --no-print-directory check
	@mkdir -p .local; \
	$(BIN)/python -m pytest $(COMPUTED) >.local/test-computed.log 2>&1 & computed=$$!; \
	$(BIN)/python -m pytest $(SHOWN) >.local/test-shown.log 2>&1 & shown=$$!; \
	trap 'kill $$computed $$shown 2>/dev/null' INT TERM; \
	$(BIN)/python -m pytest $(addprefix --ignore=,$(COMPUTED) $(SHOWN)); status=$$?; \
	wait $$computed || status=1; wait $$shown || status=1; \
	echo "And beside those, with services of their own: $(COMPUTED)"; cat .local/test-computed.log; \
	echo "And: $(SHOWN)"; cat .local/test-shown.log; \
	exit $$status

tools: $(VENV)/test.done ## what tests and trials need beside the product: a browser, its fonts and driver
	@docker/debian/packages.sh test

bench-tools: $(VENV)-bench/done ## what `gatehouse bench` is compared with, in an environment of its own

lint: $(VENV)/test.done ## the quick part of `make test`
	@$(MAKE) --no-print-directory check

check:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: $(VENV)/test.done ## resolve the newest versions that work together and pin them with their hashes
	$(BIN)/uv pip compile $(LOCK_FLAGS) --upgrade -o requirements.lock
	$(BIN)/uv pip compile $(LOCK_FLAGS) --upgrade --extra test -c requirements.lock -o requirements-test.lock
	$(BIN)/uv pip compile $(LOCK_FLAGS) --upgrade --extra bench -o requirements-bench.lock

clean-cache: ## remove the downloaded Kafka and TimescaleDB that all checkouts share
	rm -rf --one-file-system "$${XDG_CACHE_HOME:-$$HOME/.cache}/gatehouse"

# The environment: exactly the locked versions, each checked against its hash.
$(VENV)/uv.done: requirements-uv.lock
	@docker/debian/packages.sh python
	@echo "Python's environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit("Gatehouse needs Python 3.11 or later; this is " + sys.version.split()[0] + ": set PYTHON=" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

$(VENV)/run.done: $(VENV)/uv.done requirements.lock pyproject.toml
	@echo "Python's packages, as locked"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.done: $(VENV)/run.done requirements-test.lock
	@echo "Python's packages for the tests, as locked"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-test.lock
	@touch $@

# The rivals' packages want other versions than ours, and a Python for which there are wheels of them all.
$(VENV)-bench/done: $(VENV)/uv.done requirements-bench.lock
	@echo "Python's packages for the comparison, as locked, in $(VENV)-bench"
	@$(BIN)/uv venv --quiet --allow-existing --python '>=3.11,<3.13' $(VENV)-bench
	@$(BIN)/uv pip install --quiet --python $(VENV)-bench/bin/python --require-hashes -r requirements-bench.lock
	@touch $@
