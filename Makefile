# Everything a newcomer, a maintainer and CI need. `make` alone prints what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := .make/ready
WORKERS ?= 2

.DEFAULT_GOAL := help

help: ## Print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk 'BEGIN {FS = ":.*## "} {printf "  make %-12s %s\n", $$1, $$2}'

demo: $(READY) ## See flows go into an organisation (the simulator), end to end
	@$(BIN)/python examples/demo/run.py

demo-guards: $(READY) ## See what stops a deployment, and how a person gets past it
	@$(BIN)/python examples/demo/guards.py

setup: $(READY) ## Install what the other targets need into .venv

test: lint unit ## Run everything that needs no cluster: linters, types, layers, tests, coverage

lint: $(READY) ## Check format, style, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(READY) ## Run the tests and hold branch coverage of hook/ at 90 % or more
	rm -f .coverage .coverage.*
	$(BIN)/pytest -n $(WORKERS) --cov --cov-report=
	$(BIN)/coverage report --fail-under=90

bench: $(READY) ## Measure what is claimed, and write docs/benchmarks.md
	$(BIN)/python bench/run.py

format: $(READY) ## Format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(READY) ## Resolve the pinned requirements anew
	$(BIN)/pip install --quiet uv
	$(MAKE) --no-print-directory lock-one NAME=run EXTRA=
	$(MAKE) --no-print-directory lock-one NAME=simulator EXTRA="--extra simulator"
	$(MAKE) --no-print-directory lock-one NAME=dev EXTRA="--extra dev"

lock-one:
	$(BIN)/uv pip compile --quiet pyproject.toml $(EXTRA) --python-version 3.11 --universal --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" --output-file requirements/$(NAME).txt

clean: ## Remove what the other targets made
	rm -rf $(VENV) .make .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(READY): pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which with PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "The module venv is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing into $(VENV) (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@mkdir -p .make && touch $(READY)

.PHONY: help demo demo-guards bench setup test lint unit format lock lock-one clean
