# Kanjian 看见. Two commands are enough: make run, make test.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
DATA ?= data
PORT ?= 8501
# Many tests wait for a browser or a server: a few more processes than cores.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n + (n + 1) / 2)))

.PHONY: run test build lint shots bench lock services clean

run: $(VENV)/.runtime
	@$(PY) -m lib fresh --data $(DATA) || $(PY) -m lib build --demo --data $(DATA)
	$(PY) -m lib serve --port $(PORT) --data $(DATA)

test: $(VENV)/.dev services
	$(PY) -m pytest -n $(WORKERS) --dist worksteal

build: $(VENV)/.runtime
	$(PY) -m lib build --data $(DATA) $(ARGS)

lint: $(VENV)/.dev
	$(PY) -m ruff check .
	$(PY) -m mypy

shots: $(VENV)/.dev services
	$(PY) -m tests.shots $(ARGS)

bench: $(VENV)/.dev
	$(PY) -m tests.bench.bench_build $(ARGS)

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Kanjian needs Python 3.11 ($(PYTHON) was not found); name yours: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Kanjian needs Python 3.11, but $(PYTHON) is $$($(PYTHON) --version 2>&1); name yours: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) could not make the virtual environment $(VENV); on Debian and Ubuntu: apt-get install python3.11-venv"; exit 1; }

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# Tests drive Debian's Chromium and start a PostgreSQL server of their own; both are installed when this user may, else those tests
# are skipped and say so.
services:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; } \
	  || echo "Chromium is missing and could not be installed: browser tests will be skipped"
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; } \
	  || echo "PostgreSQL is missing and could not be installed: its tests will be skipped"

lock: $(VENV)/.dev
	$(PY) -m uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml -o requirements.txt
	$(PY) -m uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache shots
