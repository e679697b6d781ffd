# Two commands do everything: `make run` and `make test`. Each makes its own virtual environment first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: run test lint types contracts unit inside door simulated fuzz soak bench clean

run: $(INSTALLED)  ## the bundled contact centre at work
	$(BIN)/statserver demo --conf conf

test: lint types contracts unit  ## everything that must hold

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(INSTALLED)
	$(BIN)/mypy

contracts: $(INSTALLED)
	$(BIN)/lint-imports

# The fuzzers count what is left over in their process, so they have one of their own; so has the front door.
unit: inside door simulated fuzz

inside: $(INSTALLED)
	$(BIN)/python -m pytest --ignore tests/fuzz --ignore tests/end_to_end --ignore tests/simulation

door: $(INSTALLED)
	$(BIN)/python -m pytest tests/end_to_end

simulated: $(INSTALLED)
	$(BIN)/python -m pytest tests/simulation

fuzz: $(INSTALLED)
	$(BIN)/python -m pytest tests/fuzz

soak: $(INSTALLED)  ## long simulations and fuzzing
	$(BIN)/python -m pytest -m soak --timeout 3600

bench: $(INSTALLED)  ## how fast; a table and JSON files in bench/results; Erlang is compared with where it is installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(BIN)/python -m bench

$(INSTALLED): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
