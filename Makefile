# Every target makes what it needs. `make help` lists them; README.md explains them.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

# The newest supported Python that really starts: pyenv's shims exist even for versions that are switched off.
PYTHON ?= $(shell for python in python3.13 $(HOME)/.pyenv/versions/3.13*/bin/python \
  python3.12 $(HOME)/.pyenv/versions/3.12*/bin/python python3.11 $(HOME)/.pyenv/versions/3.11*/bin/python python3; do \
  "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo "$$python" && break; done)
VERSION := $(shell "$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
ifeq ($(VERSION),)
$(error No Python 3.11, 3.12 or 3.13 was found. Install one, or name it: make PYTHON=/path/to/python3.13 ...)
endif

# Separate environments, because they must not see each other: the local system, the tests, and two that pin much.
LOCAL := .venv/local-$(VERSION)
TESTS := .venv/tests-$(VERSION)
SAM := .venv/sam
CHECKOV := .venv/checkov
FUZZ := .venv/fuzz-$(VERSION)
BROWSER := .venv/browser-$(VERSION)
LOCK := .venv/lock
# Slack's own types, and the compiler that holds what the bot sends against them.
SLACK_TYPES := .local/slack-types
# The page of the playground: its source, and the folder in which it is built with its npm packages.
PAGE := tests/local/playground/page
PLAYGROUND := .local/playground
# What Lambda itself, the layer and the Slack package would put on the Python path, each in a folder of its own.
INSTALLED := .local/$(VERSION)

# Where the packages lie that Lambda finds at the top of each function's folder.
SOURCES := .:layers/common$(subst $() ,,$(patsubst %,:%,$(wildcard functions/*)))

# What the commands for a deployed stack read secrets and settings with: the functions' own code.
DEPLOYMENT_PATH := $(SOURCES):$(INSTALLED)/layer:$(INSTALLED)/slack

# The requirements files are complete, so nothing is left to resolve (which pip 23 gets wrong where extras meet hashes).
PIP_INSTALL = -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
export PYTHONUTF8 := 1
export SAM_CLI_TELEMETRY := 0
unexport PYTHONDONTWRITEBYTECODE

TEXT ?= USD
ENV ?= dev

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(LOCAL)/done $(INSTALLED)/done ## Answer one slash command on this machine: TEXT="USD payby" FAIL=payby SLOW=payermax LIE=pagsmile FORMAT=json
	@$(LOCAL)/bin/python -m tests.local.demo --text "$(TEXT)" --fail "$(FAIL)" --slow "$(SLOW)" --lie "$(LIE)" --fault "$(FAULT)" --format "$(or $(FORMAT),text)"

.PHONY: digest
digest: $(LOCAL)/done $(INSTALLED)/done ## Fire the schedule on this machine and show the digest that Slack gets
	@$(LOCAL)/bin/python -m tests.local.demo --digest --fail "$(FAIL)" --slow "$(SLOW)" --lie "$(LIE)" --fault "$(FAULT)"

.PHONY: playground
playground: $(LOCAL)/done $(INSTALLED)/done $(PLAYGROUND)/page/page.js ## Try the bot in a web page that behaves like Slack, on this machine: PORT=8765
	@PYTHONPATH=.:layers/common exec $(LOCAL)/bin/python -m tests.local.playground --port $(or $(PORT),8765)

.PHONY: test
test: $(TESTS)/done $(INSTALLED)/done $(SAM)/done ## Run every test, with branch coverage of functions/ and layers/
	@RIE_BINARY=$$(echo $(CURDIR)/$(SAM)/lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-$$(uname -m | sed s/aarch64/arm64/)) \
	  $(TESTS)/bin/python -m pytest --quiet --cov --cov-report=term $(ARGS)

.PHONY: check
check: $(TESTS)/done $(INSTALLED)/done $(SAM)/done $(CHECKOV)/done $(SLACK_TYPES)/done $(PLAYGROUND)/page/page.js ## Lint, types, template, event and Slack message checks
	$(TESTS)/bin/ruff check
	$(TESTS)/bin/ruff format --check
	$(TESTS)/bin/mypy
	$(TESTS)/bin/cfn-lint template.yaml
	$(SAM)/bin/sam validate --lint
	$(TESTS)/bin/python -m tests.infrastructure.translated > $(CHECKOV)/template.json
	$(CHECKOV)/bin/checkov --config-file tests/checkov/checkov.yaml --file $(CHECKOV)/template.json
	PYTHONPATH=$(SOURCES) $(TESTS)/bin/python -m tests.slack_types $(SLACK_TYPES)/sent.ts
	$(SLACK_TYPES)/node_modules/.bin/tsc --project $(SLACK_TYPES)
	$(PLAYGROUND)/node_modules/.bin/tsc --noEmit --project $(PLAYGROUND)
	$(TESTS)/bin/python -m pytest --quiet tests/contract/test_events.py tests/contract/test_schemas.py tests/infrastructure

.PHONY: browser
browser: $(BROWSER)/done $(INSTALLED)/done $(PLAYGROUND)/page/page.js ## Test the playground in the Chromium of this machine: CHROMIUM=/path/to/another ARGS="-k share"
	@$(BROWSER)/bin/python -m pytest --quiet tests/browser $(ARGS)

.PHONY: screenshots
screenshots: $(BROWSER)/done $(INSTALLED)/done $(PLAYGROUND)/page/page.js ## Take the README's pictures anew, and more into .local/screenshots
	@PYTHONPATH=.:layers/common $(BROWSER)/bin/python -m tests.browser.screenshots

.PHONY: build
build: $(SAM)/done ## Build what `make deploy` ships, into .aws-sam/build (needs Python 3.13)
	@export PATH="$$($(SAM)/bin/python -c 'import sys; print(sys.base_prefix)')/bin:$$PATH" && $(SAM)/bin/sam build && \
	  find .aws-sam/build -type d \( -name tests -o -name _tests \) -prune -exec rm -r {} + && \
	  for built in .aws-sam/build/*/; do $(call precompile,$${built%/}); done && \
	  python3.13 -m tests.infrastructure.built .aws-sam/build

# Lambda cannot write beside the code, so without these files every cold start compiles every module again. They hold no
# time stamp, and the path that a traceback shows in Lambda.
precompile = python3.13 -m compileall -q --invalidation-mode unchecked-hash \
  -s "$(1)" -p "$$(case "$(1)" in *Layer) echo /opt;; *) echo /var/task;; esac)" "$(1)" || exit 1

.PHONY: deploy
deploy: build ## Deploy to the AWS account of the current credentials: ENV=dev or ENV=prod
	$(SAM)/bin/sam deploy --config-env $(ENV)

.PHONY: slack-manifest
slack-manifest: $(LOCAL)/done $(INSTALLED)/done ## Print the Slack app's manifest and a link that creates the app: URL=https://... or ENV=dev
	@PYTHONPATH=$(DEPLOYMENT_PATH) $(LOCAL)/bin/python -m tests.deployment.manifest \
	  --url "$(URL)" --env "$(ENV)" --stack "$(STACK)" --region "$(REGION)"

.PHONY: doctor
doctor: $(LOCAL)/done $(INSTALLED)/done ## Say what is wrong with a deployed stack and how to mend it: ENV=dev ASK=1 KEYS=1 FORMAT=json
	@PYTHONPATH=$(DEPLOYMENT_PATH) $(LOCAL)/bin/python -m tests.deployment.doctor --env "$(ENV)" --stack "$(STACK)" \
	  --region "$(REGION)" --format "$(or $(FORMAT),text)" $(if $(ASK),--ask) $(if $(KEYS),--show-public-keys)

.PHONY: trust
trust: $(TESTS)/done $(INSTALLED)/done ## Prove in figures that nothing breaks it and nothing leaks (10 minutes): FORMAT=json ONLY="money faults"
	@PYTHONPATH=$(SOURCES) $(TESTS)/bin/python -m tests.trust $(if $(filter json,$(FORMAT)),--json) $(ONLY)

.PHONY: bench
bench: $(TESTS)/done $(INSTALLED)/done ## Measure how fast, how big and how dear it is (3 minutes): FORMAT=json QUICK=1 ONLY="cold_start size"
	@PYTHONPATH=$(SOURCES) $(TESTS)/bin/python -m tests.benchmarks $(if $(filter json,$(FORMAT)),--json) $(if $(QUICK),--quick) $(ONLY)

.PHONY: fuzz
fuzz: $(FUZZ)/done ## Fuzz the parsers, guided by coverage, for a minute (SECONDS=300 for five, ONLY="payby guard" for some targets)
	@PYTHONPATH=$(SOURCES) $(FUZZ)/bin/python -m tests.fuzz --seconds $(or $(SECONDS),60) $(ONLY)

.PHONY: mutate
mutate: $(TESTS)/done ## Break the code in every small way and see the tests notice (20 minutes): ONLY=balance_core.money
	@PYTHONPATH=$(SOURCES) $(TESTS)/bin/python -m tests.mutation $(ONLY)

.PHONY: format
format: $(TESTS)/done ## Format the code
	$(TESTS)/bin/ruff check --fix
	$(TESTS)/bin/ruff format

.PHONY: lock
lock: $(LOCK)/done ## Compile the hash-pinned requirements files from pyproject.toml (UPGRADE=--upgrade for newer versions)
	@$(call compile,tests,tests/requirements.txt,$(UPGRADE))
	@$(call compile,layer,layers/common/requirements.txt,-c tests/requirements.txt)
	@$(call compile,slack,functions/slack/requirements.txt,-c tests/requirements.txt)
	@$(call compile,runtime,tests/local/runtime/requirements.txt,-c tests/requirements.txt)
	@$(call compile,local,tests/local/requirements.txt,-c tests/requirements.txt)
	@$(call compile,sam,tests/sam/requirements.txt,$(UPGRADE))
	@$(call compile,checkov,tests/checkov/requirements.txt,$(UPGRADE))
	@$(call compile,fuzz,tests/fuzz/requirements.txt,-c tests/requirements.txt)
	@$(call compile,browser,tests/browser/requirements.txt,-c tests/requirements.txt)

compile = $(LOCK)/bin/uv pip compile --quiet --universal --python-version 3.11 \
  --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
  --group pyproject.toml:$(1) --output-file $(2) $(3)

.PHONY: clean
clean: ## Remove everything that the other commands made
	rm -rf .venv .local .aws-sam .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(LOCAL)/done: tests/local/requirements.txt
	@echo "Installing the local system's packages into $(LOCAL) ..." >&2
	@"$(PYTHON)" -m venv --clear $(LOCAL)
	@$(LOCAL)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

$(TESTS)/done: tests/requirements.txt
	@echo "Installing the tests' packages into $(TESTS) ..." >&2
	@"$(PYTHON)" -m venv --clear $(TESTS)
	@$(TESTS)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

$(SAM)/done: tests/sam/requirements.txt
	@echo "Installing the SAM CLI into $(SAM) ..." >&2
	@"$(PYTHON)" -m venv --clear $(SAM)
	@$(SAM)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

$(FUZZ)/done: tests/fuzz/requirements.txt
	@echo "Installing the fuzzer into $(FUZZ) ..." >&2
	@"$(PYTHON)" -m venv --clear $(FUZZ)
	@$(FUZZ)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

$(BROWSER)/done: tests/browser/requirements.txt
	@echo "Installing what drives the browser into $(BROWSER) ..." >&2
	@"$(PYTHON)" -m venv --clear $(BROWSER)
	@$(BROWSER)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

$(CHECKOV)/done: tests/checkov/requirements.txt
	@echo "Installing checkov into $(CHECKOV) ..." >&2
	@"$(PYTHON)" -m venv --clear $(CHECKOV)
	@$(CHECKOV)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

$(SLACK_TYPES)/done: $(addprefix tests/slack_types/,package.json package-lock.json .npmrc tsconfig.json surfaces.ts)
	@echo "Installing Slack's types and the TypeScript compiler into $(SLACK_TYPES) ..." >&2
	@command -v npm >/dev/null || { echo "'make check' needs Node.js 20 or later with npm: https://nodejs.org" >&2; exit 1; }
	@mkdir -p $(SLACK_TYPES)
	@cp $^ $(SLACK_TYPES)
	@npm ci --silent --prefix $(SLACK_TYPES)
	@touch $@

$(PLAYGROUND)/done: $(addprefix $(PAGE)/,package.json package-lock.json .npmrc)
	@echo "Installing the playground page's packages into $(PLAYGROUND) ..." >&2
	@command -v npm >/dev/null || { echo "The playground needs Node.js 20 or later with npm: https://nodejs.org" >&2; exit 1; }
	@mkdir -p $(PLAYGROUND)
	@cp $^ $(PLAYGROUND)
	@npm ci --silent --prefix $(PLAYGROUND)
	@touch $@

$(PLAYGROUND)/page/page.js: $(PLAYGROUND)/done $(PAGE)/tsconfig.json $(shell find $(PAGE)/src -type f)
	@rm -rf $(PLAYGROUND)/src $(PLAYGROUND)/page
	@cp -R $(PAGE)/src $(PAGE)/tsconfig.json $(PLAYGROUND)
	@npm run --silent --prefix $(PLAYGROUND) build

$(LOCK)/done: pyproject.toml
	@"$(PYTHON)" -m venv --clear $(LOCK)
	@$(LOCK)/bin/python -m pip install --quiet --disable-pip-version-check uv
	@touch $@

$(INSTALLED)/done: layers/common/requirements.txt functions/slack/requirements.txt tests/local/runtime/requirements.txt
	@echo "Installing what Lambda, the layer and the Slack functions bring into $(INSTALLED) ..." >&2
	@rm -rf $(INSTALLED)
	@"$(PYTHON)" -m venv $(INSTALLED)/pip
	@$(INSTALLED)/pip/bin/python $(PIP_INSTALL) --target $(INSTALLED)/runtime -r tests/local/runtime/requirements.txt
	@$(INSTALLED)/pip/bin/python $(PIP_INSTALL) --target $(INSTALLED)/layer -r layers/common/requirements.txt
	@$(INSTALLED)/pip/bin/python $(PIP_INSTALL) --target $(INSTALLED)/slack -r functions/slack/requirements.txt
	@touch $@
