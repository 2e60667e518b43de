# The verbs. Each makes its environment first (scripts/bootstrap: nothing to do when it is current).
VENV ?= .venv
PY := $(VENV)/bin/python
# The oldest and the newest: what both understand, those between do.
PYTHONS := 3.11 3.14
WORKERS ?= 2
FUZZ_SECONDS ?= 60
# What is also tested without the parts in C.
WITHOUT_C := tests/sigma/plan tests/sigma/test_oracle_agrees.py tests/lure/reading

export VENV
export PYTHONUNBUFFERED = 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench fuzz docs acceptance clean runtime dev

help: ## Show the verbs.
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | awk -F '|' '{ printf "make %-12s %s\n", $$1, $$2 }'

demo: runtime ## Two attacks on a small firm, live in the console (DEMO_ARGS=--open).
	@$(PY) scripts/demo.py $(DEMO_ARGS)

test: dev ## Run all tests and the samples in the bundled rules.
	@$(VENV)/bin/vedette rules test --require-samples
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)
	@VEDETTE_NATIVE=0 $(PY) -m pytest -q -n $(WORKERS) --dist worksteal $(WITHOUT_C)

lint: dev ## Style, types for the oldest and the newest Python, and the floors.
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@for python in $(PYTHONS); do \
		echo "mypy --strict for Python $$python"; \
		$(PY) -m mypy --strict --python-version $$python || exit 1; \
	done
	@$(VENV)/bin/lint-imports

bench: ## Measure against peers and naive code; prints ratios.
	@scripts/bootstrap bench
	@$(PY) -m benchmarks
	@$(PY) -m benchmarks.recruitbench
	@$(PY) -m benchmarks.shieldbench
	@$(PY) -m benchmarks.console

fuzz: ## Fuzz the parsers with coverage guidance (FUZZ_SECONDS each).
	@scripts/bootstrap fuzz
	@$(PY) tests/fuzz/run.py --seconds $(FUZZ_SECONDS)

docs: dev ## Check that the documentation says what the code does.
	@$(PY) scripts/reference.py --check
	@$(PY) -m pytest -q tests/docs

acceptance: dev ## The long tests, most of them on public recordings (VEDETTE_TEST_DATA).
	@VEDETTE_THOROUGH=1 $(PY) -m pytest tests/acceptance $(PYTEST_ARGS)
	@VEDETTE_THOROUGH=1 $(PY) -m pytest tests -m thorough $(PYTEST_ARGS)

clean: ## Remove the environment and everything that was made.
	rm -rf $(VENV) .bootstrap.lock build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	find src -name '*.so' -delete
	find src tests scripts benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

runtime:
	@scripts/bootstrap runtime

dev:
	@scripts/bootstrap dev
