# Each target is one command; `make` alone lists them.
VENV ?= .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help install check test golden demo bench lock

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install:  ## a virtual environment with the project in it, editable, and everything the tests need
	python3 -m venv $(VENV) && $(BIN)/pip install -e '.[test]'

check:  ## only what reads the code: ruff, mypy --strict, import contracts (the tests run them too)
	$(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports

test:  ## everything: the checks, unit, property, contract, web and browser tests
	$(BIN)/pytest

golden:  ## write the golden files anew; read the difference before you commit it
	$(BIN)/pytest --update-golden -q

demo:  ## a made-up mailbox in a throw-away database, served at once
	$(BIN)/acquaint demo

bench:  ## benchmarks take a data folder: make bench DATA=path/to/mboxes
	$(BIN)/python -m benchmarks.import_mail --data $(DATA)
	$(BIN)/python -m benchmarks.latency

lock:  ## the exact versions for `uv run`, from PyPI
	uv lock
