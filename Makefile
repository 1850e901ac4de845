# Every target sets up what it needs: Python 3.11 or newer and make are enough.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
# One process per core, each with one thread: faster than threads for many small tensors.
TEST_FLAGS ?= --numprocesses auto --maxprocesses 8 --dist loadfile
export TORCH_INDEX

.DEFAULT_GOAL := help
.PHONY: help demo test lint types imports check clean

help: ## show this list
	@grep -E '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r target what; do printf '  make %-8s %s\n' "$$target" "$$what"; done
	@echo 'Options: PYTHON=/path/to/python3  TORCH_INDEX=url (where torch is taken from)  TEST_FLAGS=...'

demo: $(READY) ## train the default recipe on real images, in minutes
	$(BIN)/python -m ganworks demo

test: $(READY) ## run all tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(TEST_FLAGS)

lint: $(READY) ## check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## check types
	$(BIN)/mypy

imports: $(READY) ## check that rooms import only downwards
	$(BIN)/lint-imports

check: test lint types imports ## everything that CI does

clean: ## remove the environment and all caches, never runs
	rm -rf .venv build dist .*_cache .hypothesis src/*.egg-info
	find src tests tools benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt tools/set_up.py tools/install.py
	$(PYTHON) tools/set_up.py
	@touch $@
