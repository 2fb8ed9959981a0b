# Every target makes its own virtual environment from requirements.lock; Python 3.11 or later is all it needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
MOVEMENTS ?= data/i4emploi data/demo

.PHONY: help report test test-all check prove lab dictionary bench published clean

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
	$(BIN)/i4 prove

lab: $(STAMP)  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

dictionary: $(STAMP)  ## write data/README.md from tables.py
	$(BIN)/python -c "from i4analysis.ledgers import dictionary_markdown as d; open('data/README.md', 'w', encoding='utf-8').write(d())"

bench: $(STAMP)  ## speed beside named rivals, in one run
	$(BIN)/python benchmarks/run.py

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'i4analysis needs Python 3.11 or later, found ' + sys.version.split()[0])"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $(STAMP)

published: $(STAMP)  ## refresh #i4Emploi and keep its report for visitors
	$(BIN)/i4 refresh data/i4emploi --out reports
	$(BIN)/python -m i4analysis.publish.visitors reports/i4emploi reports/published/i4emploi

clean:  ## remove the environment and generated files, never raw data
	rm -rf $(VENV) reports/demo data/demo/archive data/demo/raw
