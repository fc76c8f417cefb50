# What a stranger needs: `make demo` and `make test`. Each target sets up what it needs.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help dev check test demo bench torture golden system clean

help:            ## list the targets
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## +/\t/' | expand -t 12

$(READY): pyproject.toml constraints.txt
	@bin/set-up-python $(PYTHON)
	@touch $(READY)

dev: $(READY)    ## the virtual environment with everything pinned in constraints.txt

system:          ## Debian packages that some tests need, where they may be installed
	@bin/set-up-system

check: dev       ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# One more than there are cores: a third of the time these tests wait for the disk.
test: dev system ## every test
	$(BIN)/pytest -n 4 --dist loadgroup -r s

demo: dev        ## the main job on a copy of example-books/, with a simulated bank
	@$(BIN)/python demo.py

bench: dev       ## figures beside those of peers, in one run
	$(BIN)/python -m bench

torture: dev     ## random kills over thousands of launches
	TORTURE=full $(BIN)/pytest -n 2 tests/torture tests/cli/test_kill.py

golden: dev      ## rewrite the golden files, to be reviewed like any change
	$(BIN)/pytest -n 2 --update-golden

clean:           ## remove what the targets made
	rm -rf .venv build dist *.egg-info demo .pytest_cache .mypy_cache .ruff_cache
