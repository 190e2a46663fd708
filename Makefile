# make demo   everything on this machine, at http://127.0.0.1:8000 (PORT changes it); Ctrl-C stops it
# make test   the whole suite on a real PostgreSQL; ARGS="tests/registrations -x" runs a part of it
# make lint   what has to be clean before a commit
# make audit  what is known of the packages: flaws, licences, a bill of materials
# For maintainers: make messages (needs gettext), make lock (needs uv), make clean

SHELL := /bin/sh
PYTHON ?= python3
UV ?= uv
BIN := .venv/bin
COVERED = $(BIN)/python -m coverage run --parallel-mode -m pytest
# What the embedded server does for root is tested as root alone, so only there nothing may be missing.
UNDER = $(if $(filter 0,$(shell id -u)),,--fail-under=0)

.PHONY: demo test lint audit messages lock clean install-demo install-dev

demo: install-demo
	@PYTHONUNBUFFERED=1 exec $(BIN)/python manage.py demo

test: install-dev
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	@mkdir -p var && $(BIN)/python -m coverage erase
	@# Three at once on two cores, since the one in the browser mostly waits for Chromium.
	$(COVERED) tests/browser > var/browser-tests.txt 2>&1 & browser=$$!; \
	$(COVERED) tests/registrations > var/registrations-tests.txt 2>&1 & registrations=$$!; \
	trap 'kill $$browser $$registrations' INT TERM; \
	$(COVERED) --ignore tests/browser --ignore tests/registrations; failed=$$?; \
	wait $$registrations || failed=1; cat var/registrations-tests.txt; \
	wait $$browser || failed=1; cat var/browser-tests.txt; exit $$failed
	@$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report $(UNDER)
endif

lint: install-dev
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	find templates programme registrations symposium -name '*.html' -exec $(BIN)/djade --check {} +
	DEBUG=true DATABASE_URL=postgres:///never-asked $(BIN)/python -m mypy
	$(BIN)/python -c "from importlinter.cli import lint_imports_command as lint; lint()"

# Known flaws, licences, bill of materials; ARGS=--write writes docs/licences.md anew.
audit: install-dev
	$(BIN)/python requirements/audit.py $(ARGS)

install-demo install-dev: install-%:
	@$(PYTHON) requirements/install.py $*

messages: install-dev
	$(BIN)/python manage.py makemessages --locale fr --no-location --ignore .venv --ignore var --ignore staticfiles
	$(BIN)/python manage.py compilemessages --locale fr

# make lock UPGRADE=--upgrade takes newer versions.
# Any index set in the environment would leave its address, or its packages, in the files.
COMPILE = env -u UV_INDEX -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
	$(UV) pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header $(UPGRADE) pyproject.toml

lock:
	$(COMPILE) --output-file requirements/production.txt
	$(COMPILE) --extra demo --output-file requirements/demo.txt
	$(COMPILE) --extra demo --extra dev --output-file requirements/dev.txt

clean:
	rm -rf .venv var staticfiles htmlcov .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
