# Everything a newcomer, a maintainer and CI need. `make` alone prints what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := .make/ready
JUDGES := .make/javascript/package-lock.json
JUDGES_SOURCE := tests/contract/javascript
WORKERS ?= 4
CLUSTER_WORKERS ?= 4
# To count lines doubles the time of a test, so only these folders are counted.
COVERING := tests/unit tests/cli tests/run
LONG := tests/corpus tests/switches
VERSION = $(shell sed -n 's/^__version__ = "\(.*\)"/\1/p' hook/__init__.py)
IMAGE ?= genesys-flow-sync:$(VERSION)

.DEFAULT_GOAL := help

help: ## Print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk 'BEGIN {FS = ":.*## "} {printf "  make %-12s %s\n", $$1, $$2}'

demo: $(READY) ## See flows go into an organisation (the simulator), end to end
	@$(BIN)/python examples/demo/run.py

demo-guards: $(READY) ## See what stops a deployment, and how a person gets past it
	@$(BIN)/python examples/demo/guards.py

setup: $(READY) ## Install what the other targets need into .venv

test: lint unit ## Run what needs neither cluster nor helm, and is not long: linters, types, layers, tests, coverage

lint: $(READY) lint-image ## Check format, style, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(READY) judges ## Run the tests and hold branch coverage of hook/ at 90 % or more
	rm -f .coverage .coverage.*
	$(BIN)/pytest -n $(WORKERS) --cov --cov-report= $(COVERING)
	$(BIN)/coverage report --fail-under=90
	$(BIN)/pytest -n $(WORKERS) $(patsubst %,--ignore=%,$(COVERING) $(LONG) tests/chart tests/cluster)

test-long: $(READY) ## Run the tests with real flows (FLOW_CORPUS) and with every reading of what is uncertain (4 minutes)
	$(BIN)/pytest -n $(WORKERS) $(LONG)

test-cluster: $(READY) ## Run the tests against a real Kubernetes API and a real Argo CD (root; builds once, 15 minutes)
	$(BIN)/python -m tests.cluster.lab run -- $(BIN)/pytest -n $(CLUSTER_WORKERS) --dist loadfile tests/cluster tests/chart tests/image

lab: $(READY) ## Keep such a cluster running to try things in; Ctrl-C ends it
	$(BIN)/python -m tests.cluster.lab up

image: ## Build the image with docker, podman or buildah, whichever is there (IMAGE=name:tag, IMAGE_FLAGS="...")
	@for tool in docker podman buildah; do \
		if $$tool info >/dev/null 2>&1; then \
			exec $$tool build --target hook --tag $(IMAGE) --build-arg VERSION=$(VERSION) \
				--build-arg REVISION="$$(git rev-parse HEAD 2>/dev/null || echo unknown)" $(IMAGE_FLAGS) .; \
		fi; \
	done; echo "None of docker (with its daemon), podman and buildah works here; install one of them."; exit 1

lint-image: $(READY) ## Check the Dockerfile
	$(BIN)/hadolint Dockerfile

test-image: $(READY) ## Build the image on a Debian base (root, buildah, debootstrap, runc) and test it
	IMAGE_TESTS=1 $(BIN)/pytest tests/image

judges: ## Install the official JavaScript SDK, which judges the simulator (needs npm)
	@if command -v npm >/dev/null; then $(MAKE) -s --no-print-directory $(JUDGES); \
		else echo "npm is missing: the tests with the official JavaScript SDK are skipped."; fi

coverage-page: $(READY) judges ## Write docs/simulator-coverage.md anew
	$(BIN)/python -m tests.contract.coverage

$(JUDGES): $(JUDGES_SOURCE)/package.json $(JUDGES_SOURCE)/package-lock.json
	@mkdir -p $(@D) && cp $^ $(@D)/
	@cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

bench: $(READY) ## Measure what is claimed, and write docs/benchmarks.md
	$(BIN)/python bench/run.py

format: $(READY) ## Format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

charts: $(READY) ## Write what follows from the charts' values.yaml: defaults, schema texts, READMEs
	$(BIN)/python charts/generate.py

lock: $(READY) ## Resolve the pinned requirements anew
	$(BIN)/pip install --quiet uv
	$(MAKE) --no-print-directory lock-one NAME=run SOURCE=pyproject.toml
	$(MAKE) --no-print-directory lock-one NAME=simulator SOURCE="pyproject.toml --extra simulator"
	$(MAKE) --no-print-directory lock-one NAME=dev SOURCE="pyproject.toml --extra dev"
	$(MAKE) --no-print-directory lock-one NAME=build SOURCE="--group build"
	cd $(JUDGES_SOURCE) && npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund

lock-one:
	$(BIN)/uv pip compile --quiet $(SOURCE) --python-version 3.11 --universal --generate-hashes \
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

.PHONY: charts help judges coverage-page demo demo-guards bench setup test test-cluster test-image lab image lint-image lint unit format lock lock-one clean
