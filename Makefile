# Every target makes its own virtual environment from the locks; Python 3.11 or later is all it needs. What `make report`
# runs is in requirements.lock, what the tests add in requirements-dev.lock: exact versions and the hash of every file, no
# address. To update: `make lock UPGRADE=--upgrade`, look at what changed, `make licences test report`, commit both.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
TESTS  := $(VENV)/.tests-installed
PIP     = $(BIN)/python -m pip install --quiet --disable-pip-version-check
# `make check-published FRESH=reports` takes what `make report` has just made in a fresh clone, and makes nothing anew.
# Prints the pages of a fresh report and whatever they link to beside them.
FRESH    := build/published
VISITORS  = cd $(FRESH)/i4emploi && { echo index.html; echo index.en.html; grep -ohE 'href="[^":\#]+"' index.html index.en.html proof.html proof.en.html | cut -d'"' -f2; } | sort -u
MOVEMENTS ?= data/i4emploi data/demo
# Our fits hold some forty numbers: threads of BLAS cost them twenty times what they bring.
export OPENBLAS_NUM_THREADS ?= 1
# Kernels, workers and tests start Python by the hundred: each file is compiled once, whatever the caller's habit.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help report docs test test-all check prove lab dictionary formats licences lock bench published check-published clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/'

report: $(STAMP)  ## refresh the notebooks and write reports/
	$(BIN)/i4 refresh $(MOVEMENTS) --out reports

docs: $(TESTS)  ## build the site from the repository into build/docs/html, without a network
	$(BIN)/python docs/build.py

test: $(TESTS)  ## the fast tests and the doctests
	$(BIN)/python -m pytest -q -m "not slow" -n auto

test-all: $(TESTS)  ## every test, the slow ones too
	$(BIN)/python -m pytest -q -n auto

check: $(TESTS)  ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

prove: $(STAMP)  ## every measure over made-up worlds whose truth is known; resumable, an hour or more
	$(BIN)/python -m proof

lab: $(STAMP)  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

dictionary: $(STAMP)  ## write data/README.md from the columns declared
	$(BIN)/python docs/dictionary.py

formats: $(STAMP)  ## write README's list of formats from the readers
	$(BIN)/python -c "from pathlib import Path; from i4analysis.archive.formats.registry import readme; p = Path('README.md'); p.write_text(readme(p.read_text('utf-8')), 'utf-8')"

bench: $(TESTS)  ## speed beside named rivals, in one run
	$(BIN)/python benchmarks/run.py

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'i4analysis needs Python 3.11 or later, found ' + sys.version.split()[0])"
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	touch $(STAMP)

$(TESTS): $(STAMP) requirements-dev.lock
	$(PIP) --require-hashes --no-deps -r requirements-dev.lock
	touch $(TESTS)

licences: $(TESTS)  ## the licence of every package; fails when what runs is under the GPL family
	$(BIN)/python tests/licences.py
	@$(BIN)/python tests/licences.py requirements.lock > /dev/null || { echo "A package of requirements.lock is under the GPL family, or does not say its licence."; exit 1; }

COMPILE = build/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-options --no-header --no-annotate $(UPGRADE)
lock:  ## write both locks from pyproject.toml; UPGRADE=--upgrade takes the newest versions
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet pip-tools
	$(COMPILE) --build-deps-for editable --output-file requirements.lock pyproject.toml
	sed -i '/^#/d; /^$$/d' requirements.lock
	cat requirements.lock requirements-dev.lock > build/all.lock
	$(COMPILE) --constraint requirements.lock --extra dev --extra r --extra cluster --extra interactive --extra scripts --extra docs --output-file build/all.lock pyproject.toml
	awk 'NR == FNR { if (/^[^ ]/) runs[$$1] = 1; next } /^[^ ]/ { kept = !($$1 in runs) } kept' requirements.lock build/all.lock | sed '/^#/d; /^$$/d' > requirements-dev.lock

published: $(STAMP)  ## refresh #i4Emploi from nothing and keep its report for visitors
	rm -rf build/published && $(BIN)/i4 refresh data/i4emploi --out build/published
	rm -rf reports/published/i4emploi && mkdir -p reports/published/i4emploi
	$(VISITORS) | xargs -I{} cp --parents {} $(CURDIR)/reports/published/i4emploi/

check-published: $(STAMP)  ## compare the committed report with a fresh one
ifeq ($(FRESH),build/published)
	rm -rf build/published && $(BIN)/i4 refresh data/i4emploi --out build/published
endif
	@for f in `$(VISITORS)`; do cmp $(FRESH)/i4emploi/$$f reports/published/i4emploi/$$f \
	  || { echo "The committed report differs from a fresh one: run make published and look at it."; exit 1; }; done
	@echo "the committed report is the one a fresh refresh gives"

clean:  ## remove the environment and generated files, never raw data
	rm -rf $(VENV) reports/demo data/demo/archive data/demo/raw
