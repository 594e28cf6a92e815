# What people type; everything real is in infra/local (python -m infra.local) and infra/local/bootstrap.py.
PYTHON ?= python3
BOOTSTRAP := $(PYTHON) infra/local/bootstrap.py
UV = $(or $(shell command -v uv),$(CURDIR)/.tools/bin/uv)
RUN := .venv/bin/python -m infra.local
SETTINGS := DETACH YES PARLANCE_STATE PARLANCE_PORT PARLANCE_EMULATOR_PORT PARLANCE_RASA_PORT PARLANCE_ACTIONS_PORT \
	PARLANCE_CANARY_PORT PARLANCE_STAGING_PORT \
	PARLANCE_POSTGRES_PORT PARLANCE_ASSISTANT PARLANCE_RASA_PYTHON PARLANCE_TASKS \
	PARLANCE_PATIENCE
export $(SETTINGS)

.DEFAULT_GOAL := help
.PHONY: help install up down reset status logs smoke test test-containers test-pythons check format lock prove bench

##@ Every day
up: install ## Bring up the whole system and stay; DETACH=1 returns when all is ready
	@$(RUN) up

down: ## Stop every process; nothing is lost
	@$(call running,down)

status: ## Show each part, its process and memory
	@$(call running,status)

logs: ## Follow all logs
	@$(call running,logs)

smoke: ## On a running system: 20 messages, all seen with the right intents, kept over restarts
	@$(call running,smoke)

reset: ## Delete the installation's data, after asking; YES=1 does not ask
	@$(call running,reset)

##@ Development
test: install ## Run all tests
	@.venv/bin/pytest -n 2 --dist loadscope -m "not e2e and not containers" $(ARGS)
	@.venv/bin/pytest -m e2e $(ARGS)

test-pythons: install ## Run the unit tests on Python 3.11 and 3.12, what runs inside Rasa on 3.8 and 3.9, where they are found
	@.venv/bin/python -m infra.pythons $(PYTHONS)

test-containers: install ## Build the images, then train, serve and chat in real containers (root, podman, debootstrap)
	@.venv/bin/pytest -m containers tests/containers $(ARGS)

check: install ## Format, lint, types, import rules, template lint
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/cfn-lint template.yaml infra/stacks/*.yaml

format: install ## Format the code and put right what can be put right by itself
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

install: ## Make or refresh the two Python environments (the other targets do it by themselves)
	@$(BOOTSTRAP)

lock: install ## Pin today's versions of all dependencies anew
	@$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
		--all-extras --group migrate --group local --group dev pyproject.toml --output-file requirements.lock
	@cd layers/rasa && $(UV) pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
		--python-version 3.10 requirements.in --output-file requirements.lock
	@cd infra/containers/git && $(UV) pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
		--python-version 3.13 --constraint ../../../requirements.lock requirements.in --output-file requirements.lock

##@ Proofs and figures
prove: install ## Break things on purpose and show that nothing is lost
	@.venv/bin/python -m benchmarks.prove

bench: install ## Measure everything (docs/performance.md); parts: make bench-locks, -ingest, -api, -training, -serving, -ui, -start
	@.venv/bin/python -m benchmarks

bench-%: install
	@.venv/bin/python -m benchmarks.$*

help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  \033[36mmake %-15s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf "\nSettings go behind the target, as in \`make up PARLANCE_PORT=5010 DETACH=1\`; docs/operations.md lists them.\n"

# Commands on an installation need no installing: without an environment nothing can be running.
running = if [ -x .venv/bin/python ]; then $(RUN) $(1); else echo "Nothing is installed here yet: make up"; fi
