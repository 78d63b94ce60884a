# Two commands to begin with: `make demo`, `make test`. `make` alone lists all of them.
#
#   PYTHON=...         the Python that makes the environment (3.11 or newer; by default the first that is found)
#   PYTHON_NEWEST=...  the Python of `make newest` and `make coverage` (by default python3.13, or the one that pyenv has)
#   COVERAGE=1      `make test` lists the lines that it does not run
#   WITHOUT_TORCH=1    `make oldest`, `make newest` and `make dist` install no torch, and run what needs none
#   VENV=...           the environment's folder (.venv); those of `make oldest`, `newest`, `coverage`, `dist` lie beside it
#   PIP_FLAGS=...      passed to every `pip install`, for example `--index-url ...` of an index that has CPU builds of torch
#   WORKERS=...        processes that run the tests (by default one per core, at most 4)

VENV ?= .venv
PIP_FLAGS ?=
WORKERS ?= auto
DEMO := runs/demo

ifeq ($(origin PYTHON), undefined)
PYTHON := $(shell for python in python3.11 python3.12 python3.13 python3 python; do \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$$python"; break; fi; done)
endif

# Looked for only where it is used: `make newest`, `make coverage`.
NEWEST = $(shell for python in $(or $(PYTHON_NEWEST),python3.13 "$$(pyenv prefix 3.13 2>/dev/null)/bin/python3.13"); do \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 13))' 2>/dev/null; then echo "$$python"; break; fi; done)

BIN := $(VENV)/bin
TORCH := $(shell grep '^torch==' constraints.txt)
# pip's own progress bars on a terminal; in a log, only what goes wrong. (-t 2: in here, standard output is a pipe.)
PIP = $(BIN)/python -m pip install $$([ -t 2 ] || echo --quiet) --disable-pip-version-check $(PIP_FLAGS)
PIP_INSTALL = $(PIP) -c constraints.txt
# No isolated build: hatchling comes from constraints.txt too, and is installed once.
PACKAGE = $(PIP_INSTALL) --no-build-isolation -e
SAY = printf '\n\033[1m%s\033[0m\n'

# The suffix of environments without torch.
LIGHT := $(if $(WITHOUT_TORCH),-without-torch)
PYTEST = $(BIN)/python -m pytest -q --tb short -n $(WORKERS) --maxprocesses 4 --dist worksteal --slowest 40

.PHONY: help demo test coverage oldest newest bounds dist try-wheel soak check site pages guide replications format clean
.DELETE_ON_ERROR:

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.run  ## train the phrasebook, score it, translate a few sentences (about 3 minutes on 2 cores)
	@$(SAY) "Training translation/phrasebook into $(DEMO), then scoring it on the test set, which it has not seen"
	$(BIN)/seq2seq train translation/phrasebook --output $(DEMO) --overwrite
	@$(SAY) "Translating"
	@$(BIN)/seq2seq translate $(DEMO) docs/demo.en > $(DEMO)/demo.de
	@paste -d '\n' docs/demo.en $(DEMO)/demo.de | awk 'NR % 2 { print "  " $$0; next } { print "  → " $$0 "\n" }'
	@printf '%s\n' "Now vary a sentence (the phrasebook's words, in another combination):" "" \
		"  echo \"$$(head -n 1 docs/demo.en)\" | $(BIN)/seq2seq translate $(DEMO)" "" \
		"What the model is, and its scores again, or on a file of your own:" "" \
		"  $(BIN)/seq2seq info $(DEMO)" \
		"  $(BIN)/seq2seq evaluate $(DEMO)" ""

test: $(VENV)/.test  ## run the whole suite
	$(PYTEST) $(if $(COVERAGE),--cov --cov-report term-missing:skip-covered)

coverage:  ## run the whole suite with Python 3.13, where that costs little time, and list the lines that it does not run
	@$(MAKE) --no-print-directory test COVERAGE=1 VENV=$(VENV)-coverage PYTHON="$(or $(NEWEST),$(PYTHON))"

oldest:  ## run the tests with the oldest releases that pyproject.toml allows, in an environment of their own
	@$(MAKE) --no-print-directory bounds RELEASES=oldest VENV=$(VENV)-oldest$(LIGHT)

newest:  ## run the tests with the newest releases, and Python 3.13
	@if [ -z "$(NEWEST)" ]; then \
		echo "No Python 3.13 was found. Install one, or name it: make newest PYTHON_NEWEST=/path/to/python3.13" >&2; exit 1; fi
	@$(MAKE) --no-print-directory bounds RELEASES=newest VENV=$(VENV)-newest$(LIGHT) PYTHON="$(NEWEST)"

# Generators of corpora use Python alone: `make oldest` runs them with the oldest, `make coverage` with the newest.
NO_LIBRARY = $(if $(filter newest,$(RELEASES)),--ignore tests/unit/data_files)
bounds: $(VENV)/.made
	@$(SAY) "Installing the $(RELEASES) releases that pyproject.toml allows$(if $(WITHOUT_TORCH), (without torch))"
	@$(BIN)/python tests/support/bounds.py $(RELEASES) $(if $(WITHOUT_TORCH),--without-torch) >$(VENV)/requirements.txt
	@$(PIP) --no-compile --upgrade --upgrade-strategy eager -r $(VENV)/requirements.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(SAY) "Running the tests, except those that train, with $$($(BIN)/python --version)"
	$(PYTEST) -m "not system" $(if $(WITHOUT_TORCH),--ignore tests/properties) $(NO_LIBRARY)

dist: $(VENV)/.dev  ## build and check the source distribution and the wheel; try the wheel in an empty environment
	@$(SAY) "Building dist/"
	@rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist . >/dev/null
	$(BIN)/twine check --strict dist/*
	@$(MAKE) --no-print-directory try-wheel VENV=$(VENV)-dist$(LIGHT)

# With torch, the wheel trains a model; without, it runs and scores an exported one. Both in an environment that has nothing
# else, and in a folder that is not the checkout.
TRIAL = $(VENV)/trial
SEQ2SEQ = $(abspath $(BIN))/seq2seq
try-wheel:
	@rm -rf $(VENV)
	@$(MAKE) --no-print-directory $(VENV)/.made VENV=$(VENV) PYTHON=$(PYTHON)
	@$(SAY) "Installing the wheel$(if $(WITHOUT_TORCH), (without torch))"
	@$(PIP_INSTALL) "$$(echo dist/*.whl)$(if $(WITHOUT_TORCH),,[train])"
	@$(SAY) "Trying the wheel in $(TRIAL)"
	@mkdir $(TRIAL) && cp docs/demo.en $(TRIAL)/input.txt
ifdef WITHOUT_TORCH
	@cp -r tests/fixtures/models/translation-1 $(TRIAL)/run && cp -r tests/fixtures/exported/translation-1/. $(TRIAL)/run
	cd $(TRIAL) && $(SEQ2SEQ) evaluate run
else
	cd $(TRIAL) && $(SEQ2SEQ) train toy/copy --output run --max-steps 20
endif
	cd $(TRIAL) && $(SEQ2SEQ) translate run input.txt --output output.txt

soak: $(VENV)/.test  ## kill trainings 20 times, at every change of a run folder, on two nodes, a worker of Ray, and servers under load (25 minutes)
	@$(PACKAGE) '.[ray]'
	SOAK=20 $(BIN)/python -m pytest -q -s --tb short tests/system/test_kill.py tests/system/test_nodes.py tests/system/test_ray.py tests/system/test_serve_robust.py

check: $(VENV)/.dev  ## ruff, mypy --strict (of the examples, too), import-linter
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict
	MYPY_CACHE_DIR=.mypy_cache $(BIN)/python -m pytest -q tests/integration/test_typed_examples.py
	$(BIN)/lint-imports --no-logo --no-cache

site: $(VENV)/.docs  ## build the documentation as a site, build/site; every link and anchor is checked
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	SITE=build/site $(BIN)/python -m pytest -q tests/integration/test_site.py tests/browser/test_site_page.py
	@echo "build/site/index.html"

pages: site  ## open every page of the site in Chromium, on a phone and a desktop, with axe-core (about 5 minutes)
	SITE=build/site PAGES=all SEQ2SEQ_BROWSER=required $(BIN)/python -m pytest -q tests/browser/test_site_page.py

guide: $(VENV)/.test  ## run the guide, and write its figures and pictures into its pages (under 30 minutes on 2 cores)
	$(BIN)/python -m guide.run

replications: $(VENV)/.test  ## replicate five claims over three seeds, and write their page of the guide
	$(BIN)/python benchmarks/replicate.py

format: $(VENV)/.dev  ## let ruff fix what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:  ## remove the environments, caches and builds, but not runs/
	rm -rf $(VENV) $(VENV)-oldest* $(VENV)-newest* $(VENV)-dist* $(VENV)-coverage build dist .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find seq2seq tests data benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# ---- the environment: made once, then extended; one stamp per step ----

# Some distributions ship Python without ensurepip; then the pip of that Python fills the environment.
$(VENV)/.made:
	@if [ -z "$(PYTHON)" ]; then echo "No Python 3.11 or newer was found. Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is $$($(PYTHON) --version 2>&1); this needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(SAY) "Making $(VENV) with $$($(PYTHON) --version)"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 \
		|| $(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 \
		|| { $(PYTHON) -m venv --clear --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install --quiet $(PIP_FLAGS) pip; } \
		|| { rm -rf $(VENV); echo "$(PYTHON) can make no environment: install its venv and pip (Debian, Ubuntu: apt install python3-venv python3-pip)." >&2; exit 1; }
	@touch $@

# torch first and by itself: it is by far the largest download, and a wrong build (see PIP_FLAGS) is noticed here.
$(VENV)/.torch: constraints.txt | $(VENV)/.made
	@$(SAY) "Installing $(TORCH) (the longest download)"
	@$(PIP_INSTALL) $(TORCH)
	@touch $@

$(VENV)/.run: pyproject.toml constraints.txt $(VENV)/.torch
	@$(SAY) "Installing seq2seq and what it needs"
	@$(PIP_INSTALL) hatchling
	@$(PACKAGE) '.[train]'
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@$(SAY) "Installing what the tests need"
	@$(PACKAGE) '.[test,tensorboard,music,browser,serve-test,teachers,forecast]'
	@touch $@

$(VENV)/.docs: $(VENV)/.test
	@$(SAY) "Installing what builds the site"
	@$(PACKAGE) '.[docs]'
	@touch $@

$(VENV)/.dev: $(VENV)/.test
	@$(SAY) "Installing the checkers"
	@$(PACKAGE) '.[dev]'
	@touch $@
