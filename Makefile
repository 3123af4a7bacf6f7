# Every target sets up all it needs by itself: Python 3.11 or later, make and a package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SIZE ?= 300
SEED ?= 1
UPGRADE ?= --upgrade
SECONDS ?= 60
CONTENTS ?= 20000
SEEDS ?= 1
JOBS ?= 3

.PHONY: help demo test check format bench bench-effort fuzz docs pictures release lock clean

help:  ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

demo: $(VENV)/run.stamp  ## draw a benign operation, run the main job on it, compare with the truth
	@$(BIN)/fanal demo --size $(SIZE) --seed $(SEED)

test: $(VENV)/dev.stamp  ## run every test, JOBS=3 files at a time: two cores are never idle then
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev.stamp  ## format, lint, types, floors
	@$(BIN)/ruff format --check src tests
	@$(BIN)/ruff check src tests
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/dev.stamp  ## put the code into its format
	@$(BIN)/ruff check --fix src tests
	@$(BIN)/ruff format src tests

bench: $(VENV)/bench.stamp  ## measure fanal and its peers in one run
	@$(BIN)/fanal bench all

bench-effort: $(VENV)/run.stamp  ## count the looks until every planted series of a made-up operation is seen
	@$(BIN)/fanal bench effort --contents $(CONTENTS) --seeds $(SEEDS)

fuzz: $(VENV)/fuzz.stamp  ## look for inputs that break a parser: make fuzz SECONDS=60
	@$(BIN)/python tests/fuzz/run.py --seconds $(SECONDS)

docs: $(VENV)/dev.stamp  ## test the documentation against the program
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest tests/house

pictures: $(VENV)/dev.stamp  ## take the guide's pictures of the review desk anew (needs Chromium)
	@PYTHONPATH=tests $(BIN)/python -m makers.screens docs/pictures

release: check test  ## all checks, and none with more than 10 % of the contacts of help stale
	@$(BIN)/fanal deter helplines --release

lock: $(VENV)/dev.stamp  ## pin every dependency anew
	@$(PIP) install uv
	@cd requirements && for set in run dev peer bench fuzz; do \
		groups="--extra jxl --group ../pyproject.toml:build"; \
		[ $$set = run ] || groups="$$groups --extra cluster --extra postgres --extra onnx --extra features --extra er --extra psi --extra fuzzy --extra campaigns --group ../pyproject.toml:dev"; \
		case $$set in peer|bench) groups="$$groups --group ../pyproject.toml:peer";; esac; \
		case $$set in bench|fuzz) groups="$$groups --group ../pyproject.toml:$$set";; esac; \
		../$(BIN)/uv pip compile --quiet ../pyproject.toml $$groups --universal \
			--python-version 3.11 --generate-hashes --no-header $(UPGRADE) -o $$set.lock || exit 1; \
	done

clean:  ## remove what the targets made, evidence and cases excepted
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build

$(VENV)/run.stamp: requirements/run.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "fanal needs Python 3.11 or later: make PYTHON=/path/to/python3.11")'
	@echo "setting up $(VENV) (once)" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements/run.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements/dev.lock
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@$(PIP) install --require-hashes -r requirements/peer.lock >/dev/null 2>&1 \
		|| echo "pdqhash could not be compiled here: the tests against it and lir are skipped" >&2
	@touch $@

$(VENV)/fuzz.stamp: $(VENV)/dev.stamp requirements/fuzz.lock
	@$(PIP) install --require-hashes -r requirements/fuzz.lock >/dev/null 2>&1 \
		|| echo "atheris cannot be installed here: hypothesis alone looks" >&2
	@touch $@

$(VENV)/bench.stamp: $(VENV)/dev.stamp requirements/bench.lock
	@$(PIP) install --require-hashes -r requirements/bench.lock
	@touch $@
