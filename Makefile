# `make setup` once, then `make check` before a commit. Needs Python 3.11 or newer as `python3`.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: help setup test lint check docs bench prove fuzz

help:
	@echo "make setup   a virtual environment in .venv with everything that follows"
	@echo "make test    the tests; the rules' pages are tests too"
	@echo "make lint    formatting, ruff, types"
	@echo "make check   lint and test"
	@echo "make docs    the pages that are made of the rules' own"
	@echo "make bench   the numbers of the README, measured here"
	@echo "make prove   that safe fixes change nothing but what their pages declare"
	@echo "make fuzz    fixes tried on code that nobody wrote, for some minutes"

setup:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev

test:
	$(BIN)/python -m pytest

lint:
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

check: lint test

docs:
	$(BIN)/python -m docs

bench:
	$(BIN)/python -m benchmarks

prove:
	$(BIN)/python -m benchmarks.proving

fuzz:
	$(BIN)/python -m benchmarks.fuzzing --cases 5000
	$(BIN)/python -m benchmarks.fuzzing --cases 5000 --mutated examples
