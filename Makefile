# make lab    your copy of the course, opened in JupyterLab     make test   everything that CI runs
# make bench  the benchmarks                                   make clean  removes what these made, except your copy
# make quick   what one runs while writing: lint, layers and engine, within a minute
# make habits  all notebooks as readers treat them: cells twice, interrupted, skipped; takes half an hour
# make outputs  runs all notebooks and stores their outputs, after an edit
# make practice  the notebooks with the derivations left to write, in practice/
# make site  the course as web pages, in site/; they need no network and open without a server
# make coverage  the unit tests, and which lines of the package no test runs; fails below 95 %
# make mutants  the mutation test of the engine: hours, goes on where it was stopped (benchmarks/README.md)
# With another Python than python3: make lab PYTHON=python3.12    JupyterLab's options: make lab ARGS="--no-browser"

PYTHON ?= python3
PY := .venv/bin/python
NEEDED := Python 3.10 or newer is needed, and $(PYTHON) is %d.%d. Name another: make PYTHON=python3.12
PYTEST := $(PY) -m pytest
WORKERS = -n $(1) --dist loadfile --no-loadscope-reorder

# uv makes the environment where it is on the machine, venv and pip otherwise, or if one says: make lab UV=
UV ?= $(shell command -v uv 2>/dev/null)
ifneq ($(UV),)
VENV := "$(UV)" venv --quiet --allow-existing --seed --python "$(PYTHON)" .venv
INSTALL := "$(UV)" pip install --python $(PY)
else
VENV := "$(PYTHON)" -m venv .venv
INSTALL := $(PY) -m pip install
endif

.PHONY: lab test quick lint unit engine rest notebooks browser outputs practice site bench coverage mutants habits clean
.NOTPARALLEL:

lab: .venv/course
	$(PY) -m course_utils.practice.lab my_notebooks $(ARGS)

# the commonest mistakes show first, within a minute
test: lint unit notebooks browser

quick: lint engine

# three workers on two cores, for their kernels keep them waiting, and two with a browser each; more threads inside NumPy
# would only get in each other's way
engine rest notebooks browser outputs site coverage mutants: export OPENBLAS_NUM_THREADS := 1
engine rest notebooks browser outputs site coverage mutants: export OMP_NUM_THREADS := 1

lint: .venv/test
	$(PY) -m ruff check .
	.venv/bin/lint-imports --no-logo --no-cache

unit: engine rest

engine: .venv/test
	$(PYTEST) tests/engine $(call WORKERS,2)

rest: .venv/test
	$(PYTEST) tests --ignore=tests/browser --ignore=tests/engine $(call WORKERS,3)

notebooks: .venv/test
	$(PYTEST) --nbval notebooks --nbval-current-env --nbval-cell-timeout 60 $(call WORKERS,3)

browser: .venv/test
	$(PYTEST) tests/browser $(call WORKERS,2)

habits: .venv/bench
	$(PY) -m benchmarks.notebooks.run_habits

outputs: .venv/test
	$(PY) tests/notebooks/store_outputs.py

practice: .venv/course
	$(PY) -m course_utils.practice --out practice

site: .venv/site
	$(PY) -B docs/site/make_site.py site

bench: .venv/bench
	$(PY) -m benchmarks.run --keep
	$(PY) -m benchmarks.sliders.latency
	$(PY) -m benchmarks.readers.run
	rm -f benchmarks/.rows.json

coverage: .venv/coverage
	$(PY) -m coverage erase
	$(PY) -m coverage run -m pytest tests --ignore=tests/browser $(call WORKERS,2)
	$(PY) -m coverage combine -q
	$(PY) -m coverage report

mutants: .venv/mutants
	.venv/bin/mutmut run --max-children 2
	.venv/bin/mutmut results

# empty files that say what is installed: pip runs again only when the requirements have changed
.venv/course: requirements.txt pyproject.toml
	@"$(PYTHON)" -c 'import sys; v = sys.version_info[:2]; sys.exit(v < (3, 10) and "$(NEEDED)" % v)'
	$(VENV)
	$(INSTALL) -r requirements.txt
	touch $@

.venv/test: .venv/course
	$(INSTALL) -e '.[test]'
	touch $@

.venv/site: .venv/course
	$(INSTALL) -e '.[$(@F)]'
	touch $@

.venv/bench .venv/coverage .venv/mutants: .venv/test
	$(INSTALL) -e '.[$(@F)]'
	touch $@

clean:
	rm -rf .venv practice site mutants dist .coverage .coverage.* benchmarks/.rows.json .pytest_cache .ruff_cache .hypothesis
	find . -path ./my_notebooks -prune -o -name __pycache__ -prune -exec rm -rf {} + -o -name .ipynb_checkpoints -prune -exec rm -rf {} +
