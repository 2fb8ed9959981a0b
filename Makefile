# Every target makes its own virtual environment from requirements.lock; Python 3.11 or later is all it needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# Prints the pages of a fresh report and whatever they link to beside them.
VISITORS := cd build/published/i4emploi && { echo index.html; echo index.en.html; grep -ohE 'href="[^":\#]+"' index.html index.en.html proof.html | cut -d'"' -f2; } | sort -u
MOVEMENTS ?= data/i4emploi data/demo

.PHONY: help report test test-all check prove lab dictionary formats bench published check-published clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/'

report: $(STAMP)  ## refresh the notebooks and write reports/
	$(BIN)/i4 refresh $(MOVEMENTS) --out reports

test: $(STAMP)  ## the fast tests and the doctests
	$(BIN)/python -m pytest -q -m "not slow" -n auto

test-all: $(STAMP)  ## every test, the slow ones too
	$(BIN)/python -m pytest -q -n auto

check: $(STAMP)  ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

prove: $(STAMP)  ## every measure over made-up worlds whose truth is known; resumable, an hour or more
	$(BIN)/python -m proof

lab: $(STAMP)  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

dictionary: $(STAMP)  ## write data/README.md from tables.py
	$(BIN)/python -c "from i4analysis.measure.dictionary import markdown as d; open('data/README.md', 'w', encoding='utf-8').write(d())"

formats: $(STAMP)  ## write README's list of formats from the readers
	$(BIN)/python -c "from pathlib import Path; from i4analysis.archive.formats.registry import readme; p = Path('README.md'); p.write_text(readme(p.read_text('utf-8')), 'utf-8')"

bench: $(STAMP)  ## speed beside named rivals, in one run
	$(BIN)/python benchmarks/run.py

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'i4analysis needs Python 3.11 or later, found ' + sys.version.split()[0])"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $(STAMP)

published: $(STAMP)  ## refresh #i4Emploi from nothing and keep its report for visitors
	rm -rf build/published && $(BIN)/i4 refresh data/i4emploi --out build/published
	rm -rf reports/published/i4emploi && mkdir -p reports/published/i4emploi
	$(VISITORS) | xargs -I{} cp --parents {} ../../../reports/published/i4emploi/

check-published: $(STAMP)  ## compare the committed report with a fresh one
	rm -rf build/published && $(BIN)/i4 refresh data/i4emploi --out build/published
	@for f in `$(VISITORS)`; do cmp build/published/i4emploi/$$f reports/published/i4emploi/$$f \
	  || { echo "The committed report differs from a fresh one: run make published and look at it."; exit 1; }; done
	@echo "the committed report is the one a fresh refresh gives"

clean:  ## remove the environment and generated files, never raw data
	rm -rf $(VENV) reports/demo data/demo/archive data/demo/raw
