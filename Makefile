# Larder's commands. They need python3 (3.11 or later) with pip, and make; everything else comes from the lock files.
# PYTHON=python3.12 make demo   chooses another Python (after `make clean` when .venv exists already).

PYTHON ?= python3
PORT ?= 8000
VENV_PYTHON := .venv/bin/python
FULL ?=

# A virtual environment whose Python is gone (an upgraded system) is made again.
ifneq ($(shell $(VENV_PYTHON) -c 'print(1)' 2>/dev/null),1)
STALE := FORCE
endif

.PHONY: help demo test test-kafka check bench screenshots clean FORCE
.DEFAULT_GOAL := help

help:
	@echo 'make demo         start the shop and its servers on http://127.0.0.1:8000 (PORT=8123 changes the port)'
	@echo 'make test         run all tests, in parallel, on servers of their own (FULL=1: heavy tests at full size)'
	@echo 'make test-kafka   run the tests of events on Apache Kafka, which Maven fetches (needs Java 17)'
	@echo 'make check        lint, types, import contracts, migrations, documentation'
	@echo 'make bench        measure the caches against no cache and against plain Redis'
	@echo 'make screenshots  take the pictures in docs/screenshots, with Chromium, on servers of their own'
	@echo 'make clean        delete the virtual environment, the demo and its data'

demo: .venv/run.stamp
	@DEBUG=1 PORT='$(PORT)' exec $(VENV_PYTHON) manage.py demo --stop-with-parent

test: .venv/dev.stamp
	FULL='$(FULL)' $(VENV_PYTHON) -m pytest -n auto

test-kafka: .venv/dev.stamp
	FULL='$(FULL)' $(VENV_PYTHON) -m tests.apache_kafka

check: .venv/dev.stamp
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .
	DEBUG=1 $(VENV_PYTHON) -m mypy .
	$(VENV_PYTHON) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	DEBUG=1 DATABASE_URL= $(VENV_PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	if [ -d tests/docs ]; then $(VENV_PYTHON) -m pytest -q tests/docs; fi

bench: .venv/dev.stamp
	DEBUG=1 $(VENV_PYTHON) -m tests.bench

screenshots: .venv/dev.stamp
	DEBUG=1 $(VENV_PYTHON) -m tests.browser.screenshots

# Root's PostgreSQL data lies outside the checkout; `location` says where.
clean:
	@if [ -d .larder ]; then \
	  $(PYTHON) -c "import fcntl; fcntl.flock(open('.larder/demo.lock', 'a'), fcntl.LOCK_EX | fcntl.LOCK_NB)" \
	    2>/dev/null || { echo 'A demo runs here: stop it first.' >&2; exit 1; }; \
	fi
	@if [ -f .larder/postgres/location ]; then \
	  data=$$(cat .larder/postgres/location); \
	  case "$$data" in */larder/data-*) rm -rf "$$data";; esac; \
	fi
	rm -rf .venv .larder .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/run.stamp: requirements.lock $(STALE)
	$(call install,requirements.lock)
	@touch .venv/run.stamp

.venv/dev.stamp: requirements-dev.lock $(STALE)
	$(call install,requirements-dev.lock)
	@touch .venv/run.stamp .venv/dev.stamp

# pip runs from outside (--python), since Debian's venv comes without it. An interrupted install starts afresh.
define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
  echo 'Larder needs Python 3.11 or later; choose one: make PYTHON=python3.12 ...' >&2; exit 1; }
@$(PYTHON) -m pip --version >/dev/null 2>&1 || { \
  echo '$(PYTHON) has no pip; install it (Debian: python3-pip), or choose another: make PYTHON=python3.12 ...' >&2; exit 1; }
@set -e; \
if [ -e .venv/installing ] || ! $(VENV_PYTHON) -c '' 2>/dev/null; then rm -rf .venv; fi; \
echo 'Installing $(1) into .venv ...'; \
mkdir -p .venv; touch .venv/installing; \
$(PYTHON) -m venv --without-pip .venv; \
if [ -t 1 ]; then quiet=; else quiet=--quiet; fi; \
PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 $(PYTHON) -m pip --python $(VENV_PYTHON) install $$quiet \
  --require-hashes --requirement $(1); \
rm .venv/installing
endef
