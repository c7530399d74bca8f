# Every target sets itself up; CI calls the same ones. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO ?= lead-research
LIBATOMIC = $(BIN)/python -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' 2>/dev/null
# Exit codes of a check that came to a verdict: pass, fail, undecided.
JUDGED = code=$$?; case $$code in 0|1|3) ;; *) exit $$code ;; esac
export PATH := $(CURDIR)/$(BIN):$(PATH)
# The wheel is proved in a folder of its own; nothing of the checkout is on its path.
ELSEWHERE := $(CURDIR)/build/elsewhere

.PHONY: help setup demo test lint types contracts build bench docs example screenshot requirements format browser ci clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: $(READY) ## Create .venv with everything that is needed

# Compiled ahead: starting up from source costs more than the start-up promise allows.
$(READY): requirements/dev.txt pyproject.toml
	@echo "Setting up $(VENV): this downloads about 1 GB the first time, and takes some minutes."
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	$(BIN)/python -m compileall -q -j 0 $(VENV)/lib src || true
	touch $@

demo: setup ## Write the example initiative to ./lead-research, measure it, judge it, write its report
	@test -e $(DEMO) || $(BIN)/proveout demo $(DEMO)
	@$(BIN)/proveout check $(DEMO); $(JUDGED)
	@echo; echo "Undecided is what this example should be: one sample in it is too small, and Proveout says so."
	@echo "Open $(DEMO)/report.html in a browser. To type proveout yourself: . $(BIN)/activate"

test: setup browser ## All tests
	$(BIN)/python -m compileall -q src
	$(BIN)/pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

# Browser tests use Debian's chromium, and libatomic for Playwright's driver; without them they skip and say so.
browser: setup
	@if command -v chromium >/dev/null && $(LIBATOMIC); then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing chromium for the browser tests ..."; \
		(apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends chromium libatomic1 >/dev/null) \
		|| echo "chromium or libatomic1 cannot be had: browser tests will skip"; \
	else echo "browser tests will skip; for them: apt-get install chromium libatomic1"; fi

format: setup ## Put the code into its one form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup ## Form and style
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup ## Type hints
	$(BIN)/pyright --pythonpath $(BIN)/python

contracts: setup ## Which room may import which
	$(BIN)/lint-imports

build: setup ## The wheel, installed elsewhere, runs the demo there
	rm -rf dist $(ELSEWHERE)
	mkdir -p $(ELSEWHERE)
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps -w dist .
	$(PYTHON) -m venv $(ELSEWHERE)/venv
	$(ELSEWHERE)/venv/bin/python -m pip install --quiet --disable-pip-version-check -c requirements/dev.txt dist/*.whl
	cd $(ELSEWHERE) && venv/bin/proveout demo example && { venv/bin/proveout check example; $(JUDGED); }
	test -s $(ELSEWHERE)/example/report.html

bench: setup ## Speed and memory, as ratios
	$(BIN)/python -m compileall -q src
	for script in bench/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

docs: setup ## Write the reference pages anew
	$(BIN)/python tools/make_reference.py

example: setup ## Write the data of the example initiative anew
	$(BIN)/python tools/make_example

screenshot: setup browser ## Take the README's screenshot anew
	$(BIN)/python tools/take_screenshot.py

requirements: ## Compile requirements/dev.txt anew (no addresses in it)
	$(PYTHON) -m venv build/uv && build/uv/bin/python -m pip install --quiet uv
	build/uv/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade --quiet \
		--no-emit-index-url --no-annotate --no-header -o requirements/dev.txt

ci: ## What CI runs
	.ci/run

clean: ## Remove what the other targets made
	rm -rf $(VENV) build dist $(DEMO) .ruff_cache .pytest_cache .hypothesis .import_linter_cache
