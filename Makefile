# make run    a demo on http://localhost:8000       make test   every test, the browser's too
# make check  everything that reads the code        make bench  our pages against a bare Django
# make serve  the same server for real use: needs SECRET_KEY and ALLOWED_HOSTS (README)
# All can be called at any time and lose no data. PORT, DATA_DIR and DATABASE_URL are honoured.

PYTHON ?= python3
PY := .venv/bin/python
MANAGE_TESTS := DJANGO_SETTINGS_MODULE=tests.settings $(PY) manage.py
PYTEST := $(PY) -m pytest
export PYTHON

.PHONY: run serve test coverage check bench format lock setup setup-dev

run: setup
	@DEMO=1 exec $(PY) -m ldnapp.start

serve: setup
	@DEMO=0 exec $(PY) -m ldnapp.start

# The browser's tests come alone and one after another: side by side they are no faster.
test: setup-dev
	@CHROMIUM=$$(bin/chromium); status=0; export CHROMIUM; \
	$(PYTEST) -n auto --maxprocesses 4 -m "not browser" || status=1; \
	if [ -n "$$CHROMIUM" ]; then $(PYTEST) -m browser || status=1; \
	else echo "Skipped: the tests in tests/browser, because there is no Chromium (see the message above)."; fi; \
	exit $$status

# How much of the code the tests without a browser run, branches too: all of the door and of the numbers.
coverage: setup-dev
	@$(PYTEST) -n auto --maxprocesses 4 -m "not browser" --cov --cov-report=
	@$(PY) -m coverage report --fail-under=95
	@$(PY) -m coverage report --fail-under=100 --include="ldnapp/access/*,tracker/dose.py,tracker/progress.py"

check: setup-dev
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(PY) -m djlint --quiet --lint templates
	$(PY) .venv/bin/lint-imports --no-logo
	$(MANAGE_TESTS) makemigrations --check --dry-run
	bin/check-deploy

bench: setup-dev
	@$(PY) -m bench

# Puts Python into the form that `make check` asks for.
format: setup-dev
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

# Writes the locked sets anew from requirements.in and requirements-dev.in, with the newest versions.
lock: setup-dev
	bin/lock

setup:
	@bin/setup

setup-dev:
	@bin/setup dev
