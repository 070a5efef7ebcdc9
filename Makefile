# Two commands do everything on a fresh machine: `make demo` and `make test`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
BIN := .venv/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate pyproject.toml
PORT ?= 8501

.PHONY: demo test lint serve bench docs notebooks lock setup system clean
.DEFAULT_GOAL := demo

demo: setup  ## the whole Dafeng round: check, gates, allocation, statements, notices, bundle, verification
	$(BIN)/anju demo

test: setup system lint  ## lint, types and every test
	$(BIN)/python -m pytest -n 2 -q

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy

serve: setup  ## the dashboard on this machine only
	$(BIN)/anju serve --port $(PORT)

bench: setup  ## measures against peers and writes benchmarks/RESULTS.md
	$(INSTALL) --require-hashes -r benchmarks/constraints.txt
	$(BIN)/python -m benchmarks

docs: setup  ## the documentation site, notebooks run and warnings as errors; open build/site/index.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet -f docs/site/mkdocs.yml

notebooks: setup  ## runs the notebooks alone
	$(BIN)/python docs/site/essays.py

lock: setup  ## pins every library with its hashes, for every platform
	$(LOCK) --extra dev -o constraints.txt
	$(LOCK) --extra dev --extra bench -o benchmarks/constraints.txt

setup: .venv/ready

# What the project needs of Python, pinned with hashes; built without fetching anything that is not pinned.
.venv/ready: constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("anju needs Python 3.11 or newer; found " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null; } \
	  || { echo "Python's venv module is missing: install the system package python3-venv" >&2; exit 1; }
	[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	$(INSTALL) --require-hashes -r constraints.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

# What the tests look at pages and documents with. On other systems, or without root, tests that need it say so and skip.
system:
	@bash .ci/system

clean:
	rm -rf .venv build dist out *.egg-info
