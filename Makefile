PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal

.PHONY: help demo scrapyd test check lint bench bench-peers fuzz lock clean

help: ## Show the tasks
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

demo: .venv/ready ## Crawl the offline replica, show three articles, write a report
	@$(BIN)/python -m tests.demo

scrapyd: .venv/ready .venv-scrapyd/ready ## Bring up Scrapyd with the project deployed and one job of the replica done
	@$(BIN)/python -m tests.scrapyd_server

test: lint .venv-scrapyd/ready ## All checks and tests; WING=crawls: only the tests in tests/crawls
	@tests/need.sh chromium curl jq pg_ctlcluster=postgresql sqlite3 systemd-analyze=systemd
	@$(PYTEST) tests/$(WING)

check: lint ## Style, types, layers and tests/unit, in two minutes
	@$(PYTEST) tests/unit

lint: .venv/ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

fuzz: .venv/ready ## 10,000 broken pages through every parser
	@FUZZ=10000 $(BIN)/python -m pytest tests/unit/test_fuzz.py

LOCK := uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" pyproject.toml

lock: ## Choose the dependencies anew, with hashes, for all Pythons and systems
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/pip install --quiet --disable-pip-version-check uv
	@.venv-lock/bin/$(LOCK) --extra dev --output-file requirements.lock
	@.venv-lock/bin/$(LOCK) --extra scrapyd --extra all --output-file docs/deploy/requirements.lock
	@rm -rf .venv-lock

bench: .venv/ready ## Benchmarks, as ratios, into docs/benchmarks (a quarter of an hour)
	@$(BIN)/python -m tests.benchmarks

bench-peers: ## Other libraries, for bench to compare with, each in an environment of its own
	@for peer in fundus trafilatura newsplease crawlee; do \
	  $(PYTHON) -m venv .peers/$$peer && \
	  .peers/$$peer/bin/pip install --quiet --disable-pip-version-check -r tests/benchmarks/peers/$$peer.txt || exit 1; \
	done

clean: ## Remove the environment and what was built
	@rm -rf .venv .venv-scrapyd .venv-pywb .venv-lock .peers build dist *.egg-info

# A half-made environment is no environment: the mark comes last.
.venv/ready: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv .venv || { echo "no venv module: on Debian, apt-get install python3-venv"; exit 1; }
	@echo "Installing into .venv, which takes a few minutes ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# pywb's own environment: its dependencies are pinned to versions that are not those of the project.
.venv-pywb/ready: tests/pywb.lock
	@$(PYTHON) -m venv .venv-pywb
	@.venv-pywb/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# Scrapyd's own environment: the project's dependencies, and not the project, which is deployed to it.
.venv-scrapyd/ready: docs/deploy/requirements.lock
	@$(PYTHON) -m venv .venv-scrapyd
	@.venv-scrapyd/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@
