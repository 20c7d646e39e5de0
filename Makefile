# make demo    set up, then run the main job on simulated systems (ARGS=--once ends after the account)
# make test    set up, then run all tests
# make check   lint, types, import layers, and the shipped integrations with their examples
# make bench   speed: checking files, answering editors; mapping, serving, deliveries, staging rows and imports of files as ratios against hand-written programs

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: demo test check bench setup clean

demo: setup
	@$(BIN)/python -m tests.demo $(ARGS)

test: setup
	@$(BIN)/python -m pytest -n auto $(ARGS)

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/engine validate --strict integrations/
	@$(BIN)/engine test integrations/ --coverage --coverage-min messages=100,flows=100,fields=95

bench: setup
	@$(BIN)/python -m bench.validate
	@$(BIN)/python -m bench.edits
	@$(BIN)/python -m bench.editor
	@$(BIN)/python -m bench.mapping
	@$(BIN)/python -m bench.realtime
	@$(BIN)/python -m bench.deliveries
	@$(BIN)/python -m bench.soap
	@$(BIN)/python -m bench.staging
	@$(BIN)/python -m bench.files

# Bytecode, also where PYTHONDONTWRITEBYTECODE keeps a command from leaving it: else each one compiles the engine anew.
setup: .venv/ready
	@$(BIN)/python -m compileall -q engine

.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try: make PYTHON=python3.11")'
	@echo "setting up .venv (once) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch .venv/ready

clean:
	rm -rf .venv
