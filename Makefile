PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test check bench clean

help: ## Show the tasks
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

demo: .venv/ready ## Crawl the offline replica and show two articles
	@$(BIN)/python -m tests.demo

test: check ## All checks and tests
	@.ci/chromium.sh $(BIN)
	@$(BIN)/python -m pytest

check: .venv/ready ## Style, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: .venv/ready ## Benchmarks, as ratios
	@$(BIN)/python -m tests.benchmarks

clean: ## Remove the environment and what was built
	@rm -rf .venv build dist *.egg-info

# A half-made environment is no environment: the mark comes last.
.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv .venv || { echo "no venv module: on Debian, apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
