# Everything a newcomer types. Python ≥ 3.11, make and network are all that is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# What the virtual environment is made from: it is made anew when one of these changes.
INPUTS := requirements.lock sdk/pactwright/pyproject.toml sdk/hereabouts/pyproject.toml
# Tests run on the oldest Python supported and on the newest one present, on the PATH or under pyenv.
NEWEST = $(shell for v in 14 13 12; do for p in python3.$$v $(HOME)/.pyenv/versions/3.$$v.*/bin/python; do \
    "$$p" -c "import ssl, sqlite3" 2>/dev/null && echo "py3$$v $$p" && exit; done; done)
COMMA := ,
ENVIRONMENTS ?= lint,types,py311$(addprefix $(COMMA),$(firstword $(NEWEST))),contracts,infrastructure,robustness

.PHONY: help install up tour test test-dynamodb-local model load tables pacts verify rehearse smoke generate lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

install: $(VENV)/installed ## make .venv with everything in it

$(VENV)/installed: $(INPUTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": make PYTHON=python3.x …")'
	@echo "Installing into $(VENV) (about a minute the first time) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e sdk/pactwright -e sdk/hereabouts
	@touch $@

up: install ## run the three services here; ARGS="--persist DIR" keeps the data
	@$(BIN)/pactwright up $(ARGS)

tour: install ## walk through the running system with the SDK
	@$(BIN)/python examples/tour.py $(ARGS)

test: install ## run everything that CI runs
	@$(BIN)/tox run $(addprefix --discover ,$(word 2,$(NEWEST))) -e $(ENVIRONMENTS) $(ARGS)

test-dynamodb-local: install ## run the table tests on Amazon's DynamoDB Local (Java ≥ 17 and npm)
	@$(BIN)/python -m pytest tests/services -m table --dynamodb=local $(ARGS)

model: install ## play many more histories against the model than CI does; ARGS="--histories 1000 --dynamodb dynoxide"
	@$(BIN)/python -m pytest tests/services/model $(if $(findstring --histories,$(ARGS)),,--histories 300) $(ARGS)

load: install ## many users at once on a system of its own; ARGS="--users 16 --minutes 5 --away location"
	@$(BIN)/python -m benchmarks.load $(ARGS)

tables: install ## write the measured tables of docs/reliability.md anew
	@$(BIN)/python -m pytest tests -m tables -p no:xdist --write-tables $(ARGS)

pacts: install ## record what consumers rely on, into contracts/pacts
	@$(BIN)/python -m pytest tests/contracts/consumers --record $(ARGS)

verify: install ## verify all pacts on the deployed services, from the leaves up
	@$(BIN)/pactwright verify --chain $(ARGS)

rehearse: install ## carry out the services' pipelines here, whole: each runs make test (an hour and a half)
	@$(BIN)/pactwright rehearse $(ARGS)

smoke: install ## test an environment by the SDK: make smoke SERVICE=profile ENV=staging
	@$(BIN)/python examples/smoke.py $$($(BIN)/pactwright urls $(SERVICE) --env $(ENV))

generate: install ## write the SDK anew from the documents
	@$(BIN)/pactwright generate

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
LOCAL := sdk/pactwright/src/pactwright/local
TEMPLATES := tests/infrastructure/templates
# What functions run on is what the tests run on: their locks are held to the developers'.
lock: ## pin anew what pyproject.toml and the *.in files ask for; ARGS=--upgrade takes newer releases
	@$(COMPILE) $(ARGS) --group dev sdk/pactwright/pyproject.toml --extra kit --output-file requirements.lock
	@$(COMPILE) $(ARGS) --constraint requirements.lock services/requirements.in --output-file services/requirements.txt
	@$(COMPILE) $(ARGS) --constraint requirements.lock services/authentication/requirements.in --output-file services/authentication/requirements.txt
	@$(COMPILE) $(ARGS) $(LOCAL)/emulator-requirements.in --output-file $(LOCAL)/emulator-requirements.txt
	@$(COMPILE) $(ARGS) $(TEMPLATES)/checkov-requirements.in --output-file $(TEMPLATES)/checkov-requirements.txt
	@$(COMPILE) $(ARGS) --no-deps $(LOCAL)/runtime-requirements.in --output-file $(LOCAL)/runtime-requirements.txt

clean: ## remove what was built; .venv stays, and the gate's records
	@find build -mindepth 1 -maxdepth 1 ! -name records -exec rm -rf {} + 2>/dev/null || true
	@rm -rf dist .tox .hypothesis .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
