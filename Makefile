# Two commands for a fresh machine: `make demo` and `make test`. Each makes its own environment.
PYTHON ?= python3
VENV ?= .venv
RUN := $(VENV)/bin

.PHONY: demo test check record clean

demo: $(VENV)/installed
	$(RUN)/writer draft "whether citations support generated text" --corpus examples/corpus.bib

test: $(VENV)/installed-test
	$(RUN)/python -m pytest

check: $(VENV)/installed-dev
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy

record: $(VENV)/installed-test
	$(RUN)/python tests/record.py

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $@

$(VENV)/installed-dev: $(VENV)/installed-test
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test,dev]"
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
