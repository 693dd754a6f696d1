.DEFAULT_GOAL := help
VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
ONLY ?=
# Nothing in the sandbox can write what it compiles.
COMPILE := $(BIN)/python -m compileall -q rules models verification service training
TESTERS ?= auto

.PHONY: help system dev check test serve bench demo clean

help: ## Show what can be made
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

system: ## Install the optional Debian packages (needs root): sandbox wall, browser, CJK fonts
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
		bubblewrap chromium fonts-noto-cjk

$(VENV)/run: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade pip
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[verify,service,demo,ocr]'
	$(COMPILE)
	@touch $@

$(VENV)/dev: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade pip
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev]'
	$(COMPILE)
	@touch $@ $(VENV)/run

$(VENV)/bench: $(VENV)/dev
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev,bench]'
	@touch $@

dev: $(VENV)/dev ## Make a virtual environment with everything that developers use

check: $(VENV)/dev ## Run the linters and the type checker
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: $(VENV)/dev ## Run the tests, one process a core; what needs a server or real files skips with a reason
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n $(TESTERS) --dist loadfile --no-loadscope-reorder

serve: $(VENV)/run ## Serve on http://127.0.0.1:8000 with the embedded default
	$(BIN)/countermark serve

bench: $(VENV)/bench ## Run the benchmarks (ONLY=sandbox|type|pdf|rules|uploads … for one group)
	$(BIN)/python -m benchmarks $(ONLY)

demo: $(VENV)/run ## Set everything up, run the demo company through the service, and serve it
	$(BIN)/countermark demo

clean: ## Remove what was built here
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache
