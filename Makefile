# One-line doors to everything. Needs Python 3.11 or newer and make; .venv/ is made here and nothing else is touched.
#
# Each stamp is newer than the lock it was installed from, so a second call installs nothing.

.DEFAULT_GOAL := help
SHELL := /bin/sh
ENVIRONMENT := .venv
PY := $(ENVIRONMENT)/bin/python
FLASK := $(PY) -m flask --app wsgi
WORKERS ?= 2
ARGS ?=
# An environment whose Python has gone or works no more (an upgrade, a moved checkout) is made again.
ifneq ($(shell $(PY) -c "print('works')" 2>/dev/null),works)
$(shell rm -f $(PY) $(ENVIRONMENT)/runtime.stamp $(ENVIRONMENT)/dev.stamp)
endif
# One that was not made to its end as well.
.DELETE_ON_ERROR:

PEOPLE ?= 100000

.PHONY: help setup run demo test soak conformance screenshots bench bench-full bench-lists bench-restart translations sbom audit lint format lock clean

help:  ## List what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

setup: $(ENVIRONMENT)/templates.stamp  ## Prepare .venv/ with the locked packages, and compile modules and templates
	@$(PY) -m compileall -q scimapp migrations wsgi.py  # the user of a deployment cannot, and each start would do it anew

run: setup  ## Migrate the database and serve in the foreground (settings: see README.md)
	@$(PY) -P scimapp/serving/places.py && $(FLASK) db upgrade && $(FLASK) accounts setup-link --if-needed && \
		exec $(PY) -m gunicorn --config python:scimapp.gunicorn_conf wsgi:app

demo: setup  ## Fill an account with people, groups and custom fields to click through
	@$(FLASK) db upgrade && $(FLASK) demo seed

# The many servers of the tests find their code compiled, also where the environment asks to write no bytecode.
test: $(ENVIRONMENT)/dev.stamp  ## Run every test on SQLite and Postgres, with the browser (ARGS="-k name" narrows it)
	@$(PY) -m tests.support.ahead
	@$(PY) -m tests.support.chromium --install $(if $(CI),--shell)
	@PYTHONDONTWRITEBYTECODE= $(PY) -m pytest --numprocesses $(WORKERS) $(ARGS)

SECONDS ?= 3600
soak: $(ENVIRONMENT)/dev.stamp  ## Rubbish, load, races, crashes and drawn cases for SECONDS (3600); prints what was tried. SEED=n plays a storm again
	@SCIMAPP_SOAK_SECONDS=$(SECONDS) SCIMAPP_STORM_SEED=$(SEED) $(PY) -m pytest --capture=no --quiet tests/storm tests/races $(ARGS)
	@SCIMAPP_SOAK_SECONDS=$(SECONDS) $(PY) -m pytest --quiet $$(grep -rlE '\btries\(|^ *@given' tests --include='test_*.py')  # what a run draws by chance, many times
	@SCIMAPP_SOAK_SECONDS=$$(($(SECONDS) / 12)) $(PY) -m pytest --capture=no --quiet tests/crash  # three of its tests go on for so long

conformance: $(ENVIRONMENT)/dev.stamp  ## Run the tests of the standard's rules and write docs/conformance.md
	@$(PY) -m tests.conformance.document

PICTURES := docs/screenshots/all
screenshots: $(ENVIRONMENT)/dev.stamp  ## Take a picture of every screen and state into docs/screenshots/all; those that documents show are kept
	@rm -rf $(PICTURES) && SCIMAPP_TEST_LOOKS=all SCIMAPP_TEST_PICTURES=$(CURDIR)/$(PICTURES) $(PY) -m pytest --numprocesses $(WORKERS) tests/browser
	@for name in $$(cat README.md docs/*.md | grep -o 'screenshots/[a-z0-9-]*\.png' | sort -u); do cp docs/screenshots/all/$${name#screenshots/} docs/$$name; done

bench: $(ENVIRONMENT)/dev.stamp  ## Measure the provisioning calls beside bare Flask and SQLite, in minutes (ARGS="--only get,put --people 10000")
	@$(PY) -m benchmarks.speed $(ARGS)

bench-full: $(ENVIRONMENT)/dev.stamp  ## The same on both databases, with 100,000 people and 16 clients, in about 45 minutes (ARGS=--write writes docs/performance)
	@$(PY) -m benchmarks.speed --full $(ARGS)

bench-lists: $(ENVIRONMENT)/dev.stamp  ## Measure every list in an account of 100,000 people (PEOPLE=10000, ARGS="--only people")
	@$(PY) -m benchmarks.lists --people $(PEOPLE) $(ARGS)

bench-restart: $(ENVIRONMENT)/dev.stamp  ## Kill a server of 100,000 people under load and measure its next start (PEOPLE=10000)
	@$(PY) -m benchmarks.restart --people $(PEOPLE) $(ARGS)

CATALOGUES := scimapp/translations
# A catalogue without a header (dates and names that say nothing) counts as fuzzy.
translations: $(ENVIRONMENT)/runtime.stamp  ## Collect the texts of the screens and mails, and compile their translations
	@$(PY) -m babel.messages.frontend --quiet extract --mapping babel.cfg --keywords "say lazy_gettext _l" --no-location --sort-output \
		--omit-header --output-file $(CATALOGUES)/messages.pot .
	@$(PY) -m babel.messages.frontend --quiet update --input-file $(CATALOGUES)/messages.pot --output-dir $(CATALOGUES) --omit-header --no-fuzzy-matching --ignore-obsolete
	@$(PY) -m babel.messages.frontend --quiet compile --use-fuzzy --directory $(CATALOGUES)

SBOM := build/scimapp.cdx.json
sbom: setup  ## Write what the server is made of as CycloneDX 1.6 to build/scimapp.cdx.json
	@mkdir -p $(dir $(SBOM)) && $(PY) -m deploy.dependencies.sbom > $(SBOM) && echo "$(SBOM)"

audit: setup  ## Ask osv.dev for advisories about the locked packages (needs the network)
	@$(PY) -m deploy.dependencies.audit $(ARGS)

lint: $(ENVIRONMENT)/dev.stamp  ## Check style
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

format: $(ENVIRONMENT)/dev.stamp  ## Put imports and layout in order
	@$(PY) -m ruff check --fix-only --quiet . && $(PY) -m ruff format .

lock:  ## Write the lock files anew from setup.cfg (needs uv)
	@set -e; compile="uv pip compile setup.cfg --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header $(ARGS)"; \
	$$compile --extra postgres --output-file requirements.lock; \
	$$compile --extra postgres --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## Remove the environment and every cache; the data in var/ stays
	@rm -rf $(ENVIRONMENT) .pytest_cache .ruff_cache .hypothesis build *.egg-info

# A Python that was asked for is taken or refused. Of the others a name may be there and not work, such as those that pyenv keeps.
$(PY):
	@set -e; \
	if [ -n "$$PYTHON" ]; then set -- "$$PYTHON"; else set -- python3 python3.14 python3.13 python3.12 python3.11 python; fi; \
	for candidate; do \
		if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(ENVIRONMENT) with $$("$$candidate" --version)"; \
			exec "$$candidate" -m venv --clear $(ENVIRONMENT); \
		fi; \
	done; \
	[ -z "$$PYTHON" ] || echo "PYTHON=$$PYTHON does not work, is older, or has no venv." >&2; \
	echo "scimapp needs Python 3.11 or newer with venv (on Debian: apt install python3-venv)." >&2; exit 1

# A lock names every package. pip is not to look for what they want in turn: for an extra ("coverage[toml]") its older releases
# take the newest there is and then refuse it, because it is not the one that is locked. Nor is it to compile, file by file:
# that is done afterwards, on every core. A package may bring a file for a newer Python, which is none of ours to mend.
#
# For each package pip looks at every file of every release, which takes most of its time and one core. So two of them bring a half
# of the lock each, and one installs what was brought.
PIP = $(PY) -m pip --quiet --disable-pip-version-check
LOCKED = --no-deps --require-hashes --requirement
BROUGHT = $(ENVIRONMENT)/brought
define INSTALL
	@echo "Installing the packages of $<"
	@rm -rf $(BROUGHT) && mkdir $(BROUGHT)
	@awk '/^[^ #]/ { half = !half } { print > ("$(BROUGHT)/" (half + 0) ".lock") }' $<
	@$(PIP) download --dest $(BROUGHT) $(LOCKED) $(BROUGHT)/0.lock & \
		$(PIP) download --dest $(BROUGHT) $(LOCKED) $(BROUGHT)/1.lock; status=$$?; wait $$! && exit $$status
	@$(PIP) install --no-index --find-links $(BROUGHT) --no-compile $(LOCKED) $<
	@rm -r $(BROUGHT)
	@$(PY) -m compileall -qq -j 0 $(ENVIRONMENT)/lib || true
endef

# The runtime packages are a part of the development ones, at the same versions.
$(ENVIRONMENT)/runtime.stamp: requirements.lock | $(PY)
	$(INSTALL)
	@touch $@

$(ENVIRONMENT)/templates.stamp: $(wildcard templates/* templates/*/* templates/*/*/* scimapp/web/*.py) $(ENVIRONMENT)/runtime.stamp
	@PYTHONDONTWRITEBYTECODE= $(PY) -m deploy.templates
	@touch $@

$(ENVIRONMENT)/dev.stamp: requirements-dev.lock requirements.lock | $(PY)
	$(INSTALL)
	@touch $(ENVIRONMENT)/runtime.stamp $@
