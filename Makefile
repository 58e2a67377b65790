PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo scrapyd test check bench clean

help: ## Show the tasks
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

demo: .venv/ready ## Crawl the offline replica and show two articles
	@$(BIN)/python -m tests.demo

scrapyd: .venv/ready .venv-scrapyd/ready ## Bring up Scrapyd with the project deployed and one job of the replica done
	@$(BIN)/python -m tests.scrapyd_server

test: check .venv-scrapyd/ready ## All checks and tests
	@tests/need.sh chromium curl systemd-analyze=systemd
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: .venv/ready ## Style, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: .venv/ready ## Benchmarks, as ratios
	@$(BIN)/python -m tests.benchmarks

clean: ## Remove the environment and what was built
	@rm -rf .venv .venv-scrapyd build dist *.egg-info

# A half-made environment is no environment: the mark comes last.
.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv .venv || { echo "no venv module: on Debian, apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

# Scrapyd's own environment: the project's dependencies, and not the project, which is deployed to it.
.venv-scrapyd/ready: pyproject.toml
	@$(PYTHON) -m venv .venv-scrapyd
	@.venv-scrapyd/bin/pip install --quiet --disable-pip-version-check '.[scrapyd]'
	@.venv-scrapyd/bin/pip uninstall --quiet --yes mayadeen && rm -rf build
	@touch $@
