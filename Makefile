# Every target makes what it needs. `make help` lists them; README.md explains them.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

# The version that Lambda runs comes first, then newer ones, then older ones. Each is started to see that it works: pyenv
# has a command for every version, even for those that are switched off.
ifndef PYTHON
PYTHON := $(shell for version in 3.13 3.14 3.15 3.16 3.12 3.11 3; do \
  for python in python$$version $(HOME)/.pyenv/versions/$$version*/bin/python; do \
    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && exit; done; done)
endif
VERSION := $(shell "$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
ifeq ($(VERSION),)
$(error No Python 3.11 or newer was found. Install one, or name it: make PYTHON=/path/to/python3)
endif

# Separate environments, because their packages must not mix. SAM and checkov pin many versions.
LOCAL := .venv/local-$(VERSION)
TESTS := .venv/tests-$(VERSION)
SAM := .venv/sam
CHECKOV := .venv/checkov
ZIZMOR := .venv/zizmor
FUZZ := .venv/fuzz-$(VERSION)
BROWSER := .venv/browser-$(VERSION)
LOCK := .venv/lock
# Slack's own TypeScript types, and the compiler that checks the bot's messages against them.
SLACK_TYPES := .local/slack-types
# The playground's page: its source, and the folder where it is built with its npm packages.
PAGE := tests/local/playground/page
PLAYGROUND := .local/playground
# The packages that Lambda itself, the layer and the Slack functions put on the Python path, one folder for each.
INSTALLED := .local/$(VERSION)

# The folders that hold our own packages.
SOURCES := .:layers/common$(subst $() ,,$(patsubst %,:%,$(wildcard functions/*)))

# The product's code with its packages, for the commands that use it outside the tests' environment.
PRODUCT_PATH := $(SOURCES):$(INSTALLED)/layer:$(INSTALLED)/slack

# The requirements files are complete, so pip resolves nothing. (pip 23 fails on extras together with hashes.)
PIP_INSTALL = -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
# Prints nothing unless it fails, and then says why.
NPM_CI = npm ci --loglevel=error >/dev/null
export PYTHONUTF8 := 1
export SAM_CLI_TELEMETRY := 0
# `sam build` expands Fn::ForEach only with this.
export SAM_CLI_ENABLE_LANGUAGE_EXTENSIONS := 1
unexport PYTHONDONTWRITEBYTECODE

TEXT ?= USD
ENV ?= dev

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(LOCAL)/done $(INSTALLED)/done ## Answer one slash command on this machine: TEXT="USD payby" FAIL=payby SLOW=payermax LIE=pagsmile PROVIDERS=payby FORMAT=json
	@PYTHONPATH=$(PRODUCT_PATH) $(LOCAL)/bin/python -m tests.local.demo --providers "$(PROVIDERS)" --text "$(TEXT)" --fail "$(FAIL)" --slow "$(SLOW)" --lie "$(LIE)" --fault "$(FAULT)" --format "$(or $(FORMAT),text)"

.PHONY: digest
digest: $(LOCAL)/done $(INSTALLED)/done ## Run the schedule on this machine and show the digest that Slack gets
	@PYTHONPATH=$(PRODUCT_PATH) $(LOCAL)/bin/python -m tests.local.demo --digest --providers "$(PROVIDERS)" --fail "$(FAIL)" --slow "$(SLOW)" --lie "$(LIE)" --fault "$(FAULT)"

.PHONY: playground
playground: $(if $(DAY),$(TESTS),$(LOCAL))/done $(INSTALLED)/done $(PLAYGROUND)/page/page.js ## Try the bot on this machine, in a web page that behaves like Slack: PORT=8765 DAY=php-dry
	@PYTHONPATH=$(if $(DAY),$(SOURCES),$(PRODUCT_PATH)) exec $(if $(DAY),$(TESTS),$(LOCAL))/bin/python -m tests.local.playground \
	  --port $(or $(PORT),8765) --providers "$(PROVIDERS)" --day "$(DAY)"

.PHONY: day
day: $(TESTS)/done $(INSTALLED)/done ## Play 24 hours of the watch in seconds, and print what people are told: CURVE=php-dry UNTIL=08:00
	@PYTHONPATH=$(SOURCES) $(TESTS)/bin/python -m tests.local.day "$(or $(CURVE),php-dry)" --until "$(or $(UNTIL),24:00)"

.PHONY: test
test: $(TESTS)/done $(INSTALLED)/done ## Run every test, with branch coverage of functions/ and layers/
	@$(TESTS)/bin/python -m pytest --quiet --numprocesses auto --maxprocesses 4 --dist loadfile --cov --cov-report=term $(ARGS)

.PHONY: check
check: $(TESTS)/done $(INSTALLED)/done $(SAM)/done $(CHECKOV)/done $(ZIZMOR)/done $(SLACK_TYPES)/done $(PLAYGROUND)/page/page.js ## Lint, types, template, event and Slack message checks
	$(TESTS)/bin/ruff check
	$(TESTS)/bin/ruff format --check
	$(TESTS)/bin/mypy
	$(TESTS)/bin/cfn-lint template.yaml
	$(SAM)/bin/sam validate --lint
	$(TESTS)/bin/python -m tests.infrastructure.translated > $(CHECKOV)/template.json
	$(CHECKOV)/bin/checkov --config-file tests/checkov/checkov.yaml --file $(CHECKOV)/template.json
	$(ZIZMOR)/bin/zizmor --offline --no-progress --quiet .github
	PYTHONPATH=$(SOURCES) $(TESTS)/bin/python -m tests.slack_types $(SLACK_TYPES)/sent.ts
	$(SLACK_TYPES)/node_modules/.bin/tsc --project $(SLACK_TYPES)
	$(PLAYGROUND)/node_modules/.bin/tsc --noEmit --project $(PLAYGROUND)
	$(TESTS)/bin/python -m pytest --quiet tests/contract/test_events.py tests/contract/test_schemas.py tests/infrastructure

.PHONY: browser
browser: $(BROWSER)/done $(INSTALLED)/done $(PLAYGROUND)/page/page.js ## Test the playground in the Chromium of this machine: CHROMIUM=/path/to/another ARGS="-k share"
	@$(BROWSER)/bin/python -m pytest --quiet tests/browser $(ARGS)

.PHONY: screenshots
screenshots: $(BROWSER)/done $(INSTALLED)/done $(PLAYGROUND)/page/page.js ## Retake the README's pictures, and more in .local/screenshots
	@PYTHONPATH=$(SOURCES) $(BROWSER)/bin/python -m tests.browser.screenshots

.PHONY: build
build: environment $(SAM)/done ## Build what `make deploy` ships, into .aws-sam/build: ENV=dev or ENV=prod
	@$(SAM)/bin/sam build --config-env "$(ENV)"
	@[ -n '$(LAMBDA_PYTHON)' ] || echo "There is no Python $(LAMBDA_VERSION) here, the version that Lambda runs, so the modules" \
	  "are not compiled: it works, but cold starts will be slower" >&2
	@"$(or $(LAMBDA_PYTHON),$(PYTHON))" -m tests.infrastructure.built .aws-sam/build

# `sam build` runs this for the layer and for each function (BuildMethod: makefile), in a copy of its folder. Wheels for
# Lambda can be installed by any Python on any machine. Lambda cannot write next to the code, so without compiled files
# every cold start compiles every module again. They contain no timestamp, and the path that a traceback shows in Lambda.
build-%:
	@mkdir -p $(PACKAGE)
	@[ ! -f requirements.txt ] || $(ROOT)$(SAM)/bin/python $(PIP_INSTALL) --no-compile --target $(PACKAGE) -r requirements.txt \
	  --only-binary=:all: --platform manylinux2014_aarch64 --implementation cp --python-version $(LAMBDA_VERSION)
	@cp -R */ $(PACKAGE)
	@rm -rf $(PACKAGE)/bin
	@find $(PACKAGE) -type d \( -name tests -o -name _tests -o -name __pycache__ \) -prune -exec rm -r {} +
	@[ -z '$(LAMBDA_PYTHON)' ] || "$(LAMBDA_PYTHON)" -m compileall -q --invalidation-mode unchecked-hash \
	  -s $(ARTIFACTS_DIR) -p $(if $(filter %Layer,$*),/opt,/var/task) $(ARTIFACTS_DIR)

# SAM sets ARTIFACTS_DIR. Lambda looks for a layer's packages in its folder `python`.
PACKAGE = $(ARTIFACTS_DIR)$(if $(filter %Layer,$*),/python)
ROOT := $(dir $(abspath $(firstword $(MAKEFILE_LIST))))
LAMBDA_VERSION := 3.13
LAMBDA_PYTHON = $(shell for python in "$(PYTHON)" python$(LAMBDA_VERSION) "$(HOME)"/.pyenv/versions/$(LAMBDA_VERSION)*/bin/python; do \
  [ "$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = $(LAMBDA_VERSION) ] && \
  echo "$$python" && exit; done)

.PHONY: deploy
deploy: environment $(LOCAL)/done $(INSTALLED)/done $(SAM)/done ## Deploy to the AWS account of the current credentials: ENV=dev or ENV=prod, ARGS=--no-confirm-changeset
	@$(SAM)/bin/sam --version >/dev/null 2>&1 || { echo "SAM cannot be started. Install it again: rm -r $(SAM), then make deploy" >&2; exit 1; }
	@PYTHONPATH=$(PRODUCT_PATH) $(LOCAL)/bin/python -m tests.deployment.preflight --env "$(ENV)"
	@$(MAKE) build
	$(SAM)/bin/sam deploy --config-env "$(ENV)" $(ARGS)

# Needs nothing that would have to be installed first.
.PHONY: environment
environment:
	@"$(PYTHON)" -m tests.deployment.target "$(ENV)"

.PHONY: slack-manifest
slack-manifest: $(LOCAL)/done $(INSTALLED)/done ## Print the Slack app's manifest and a link that creates the app: URL=https://... DOMAIN=slack-gov.com, or ENV=dev
	@PYTHONPATH=$(PRODUCT_PATH) $(LOCAL)/bin/python -m tests.deployment.manifest \
	  --url "$(URL)" --domain "$(DOMAIN)" --env "$(ENV)" --stack "$(STACK)" --region "$(REGION)"

.PHONY: doctor
doctor: $(LOCAL)/done $(INSTALLED)/done ## Find what is wrong with a deployed stack and how to fix it: ENV=dev ASK=1 KEYS=1 FORMAT=json
	@PYTHONPATH=$(PRODUCT_PATH) $(LOCAL)/bin/python -m tests.deployment.doctor --env "$(ENV)" --stack "$(STACK)" \
	  --region "$(REGION)" --format "$(or $(FORMAT),text)" $(if $(ASK),--ask) $(if $(KEYS),--show-public-keys)

.PHONY: keys
keys: $(LOCAL)/done $(INSTALLED)/done ## Rotate our key at a provider: PROVIDER=payby ACCOUNT=main STEP=begin|test|finish|abort|status KIND=kms|secret KEEP_DAYS=7 ENV=dev
	@PYTHONPATH=$(PRODUCT_PATH) $(LOCAL)/bin/python -m tests.deployment.rotation --env "$(ENV)" --stack "$(STACK)" \
	  --region "$(REGION)" --provider "$(PROVIDER)" --account "$(ACCOUNT)" --step "$(or $(STEP),status)" --kind "$(KIND)" --keep-days "$(KEEP_DAYS)"

.PHONY: watch-rules
watch-rules: $(LOCAL)/done $(INSTALLED)/done ## Print the rules of the watch as JSON, or import them: ENV=dev FILE=rules.json
	@PYTHONPATH=$(PRODUCT_PATH) $(LOCAL)/bin/python -m tests.deployment.watch_rules \
	  --env "$(ENV)" --stack "$(STACK)" --region "$(REGION)" --file "$(FILE)"

.PHONY: rehearse
rehearse: $(TESTS)/done ## Show without AWS what CloudFormation would do in many situations, and what would go wrong (half a minute)
	@PYTHONPATH=$(SOURCES) $(TESTS)/bin/python -m tests.deployment.rehearsal

.PHONY: trust
trust: $(TESTS)/done $(INSTALLED)/done ## Run the safety checks and print their figures (13 minutes): FORMAT=json ONLY="money faults"
	@PYTHONPATH=$(SOURCES) $(TESTS)/bin/python -m tests.trust $(if $(filter json,$(FORMAT)),--json) $(ONLY)

.PHONY: bench
bench: $(TESTS)/done $(INSTALLED)/done ## Measure speed, size and cost (3 minutes): FORMAT=json QUICK=1 ONLY="cold_start size"
	@PYTHONPATH=$(SOURCES) $(TESTS)/bin/python -m tests.benchmarks $(if $(filter json,$(FORMAT)),--json) $(if $(QUICK),--quick) $(ONLY)

.PHONY: fuzz
fuzz: $(FUZZ)/done ## Fuzz the parsers for a minute: SECONDS=300 ONLY="payby guard"
	@PYTHONPATH=$(SOURCES) $(FUZZ)/bin/python -m tests.fuzz --seconds $(or $(SECONDS),60) $(ONLY)

.PHONY: trace
trace: $(LOCAL)/done $(INSTALLED)/done ## Print the product files in which a function runs for a cold /balance USD, in order, per Lambda
	@$(LOCAL)/bin/python -m tests.local.trace

.PHONY: mutate
mutate: $(TESTS)/done ## Change the critical code in small ways and check that a test fails each time (20 minutes): ONLY="money payby"
	@PYTHONPATH=$(SOURCES) $(TESTS)/bin/python -m tests.mutation $(ONLY)

.PHONY: format
format: $(TESTS)/done ## Format the code
	$(TESTS)/bin/ruff check --fix
	$(TESTS)/bin/ruff format

.PHONY: schemas
schemas: $(TESTS)/done ## Generate the JSON Schemas in events/schema from the contracts in balance_core
	@PYTHONPATH=$(SOURCES) $(TESTS)/bin/python -m tests.schemas

.PHONY: lock
lock: $(LOCK)/done ## Compile the hash-pinned requirements files from pyproject.toml (UPGRADE=--upgrade for newer versions)
	@$(call compile,tests,tests/requirements.txt,$(UPGRADE))
	@$(call compile,layer,layers/common/requirements.txt,-c tests/requirements.txt)
	@$(call compile,slack,functions/slack/requirements.txt,-c tests/requirements.txt)
	@$(call compile,runtime,tests/local/runtime/requirements.txt,-c tests/requirements.txt)
	@$(call compile,local,tests/local/requirements.txt,-c tests/requirements.txt)
	@$(call compile,sam,tests/sam/requirements.txt,$(UPGRADE))
	@$(call compile,checkov,tests/checkov/requirements.txt,$(UPGRADE))
	@$(call compile,zizmor,tests/zizmor/requirements.txt,$(UPGRADE))
	@$(call compile,lock,tests/lock/requirements.txt,$(UPGRADE))
	@$(call compile,fuzz,tests/fuzz/requirements.txt,-c tests/requirements.txt)
	@$(call compile,browser,tests/browser/requirements.txt,-c tests/requirements.txt)

compile = $(LOCK)/bin/uv pip compile --quiet --universal --python-version 3.11 \
  --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
  --group pyproject.toml:$(1) --output-file $(2) $(3)

.PHONY: clean
clean: ## Remove everything that these commands create
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
	@echo "Installing Playwright and the browser tests' packages into $(BROWSER) ..." >&2
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
	@$(NPM_CI) --prefix $(SLACK_TYPES)
	@touch $@

$(PLAYGROUND)/done: $(addprefix $(PAGE)/,package.json package-lock.json .npmrc)
	@echo "Installing the playground page's packages into $(PLAYGROUND) ..." >&2
	@command -v npm >/dev/null || { echo "The playground needs Node.js 20 or later with npm: https://nodejs.org" >&2; exit 1; }
	@mkdir -p $(PLAYGROUND)
	@cp $^ $(PLAYGROUND)
	@$(NPM_CI) --prefix $(PLAYGROUND)
	@touch $@

$(PLAYGROUND)/page/page.js: $(PLAYGROUND)/done $(PAGE)/tsconfig.json $(shell find $(PAGE)/src -type f)
	@rm -rf $(PLAYGROUND)/src $(PLAYGROUND)/page
	@cp -R $(PAGE)/src $(PAGE)/tsconfig.json $(PLAYGROUND)
	@npm run --silent --prefix $(PLAYGROUND) build

$(ZIZMOR)/done: tests/zizmor/requirements.txt
	@"$(PYTHON)" -m venv --clear $(ZIZMOR)
	@$(ZIZMOR)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

$(LOCK)/done: tests/lock/requirements.txt
	@"$(PYTHON)" -m venv --clear $(LOCK)
	@$(LOCK)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

$(INSTALLED)/done: layers/common/requirements.txt functions/slack/requirements.txt tests/local/runtime/requirements.txt
	@echo "Installing the packages of Lambda, the layer and the Slack functions into $(INSTALLED) ..." >&2
	@rm -rf $(INSTALLED)
	@"$(PYTHON)" -m venv $(INSTALLED)/pip
	@$(INSTALLED)/pip/bin/python $(PIP_INSTALL) --target $(INSTALLED)/runtime -r tests/local/runtime/requirements.txt
	@$(INSTALLED)/pip/bin/python $(PIP_INSTALL) --target $(INSTALLED)/layer -r layers/common/requirements.txt
	@$(INSTALLED)/pip/bin/python $(PIP_INSTALL) --target $(INSTALLED)/slack -r functions/slack/requirements.txt
	@touch $@
