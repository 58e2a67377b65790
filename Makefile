PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test check bench bench-peers clean

help: ## Show the tasks
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

demo: .venv/ready ## Crawl the offline replica and show two articles
	@$(BIN)/python -m tests.demo

test: check ## All checks and tests
	@$(BIN)/python -m pytest

check: .venv/ready ## Style, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: .venv/ready ## Benchmarks, as ratios, into docs/benchmarks (half an hour)
	@$(BIN)/python -m tests.benchmarks

bench-peers: ## Other libraries, for bench to compare with, each in an environment of its own
	@for peer in fundus trafilatura newsplease crawlee; do \
	  $(PYTHON) -m venv .peers/$$peer && \
	  .peers/$$peer/bin/pip install --quiet --disable-pip-version-check -r tests/benchmarks/peers/$$peer.txt || exit 1; \
	done

clean: ## Remove the environment and what was built
	@rm -rf .venv .peers build dist *.egg-info

# A half-made environment is no environment: the mark comes last.
.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv .venv || { echo "no venv module: on Debian, apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
