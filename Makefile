# Một Cửa: every command sets up what it needs first.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
WORKERS ?= 2

.PHONY: help setup demo run test check format faults parsers torture bench bench-scan bench-sync clean

help:            ## these lines
	@sed -n 's/^\([a-z-]*\): .*## /  make \1  /p' Makefile

setup:           ## system packages and .venv; quick the second time
	@installer/set-up

demo: setup      ## the main job on sample paper against a sandbox; results in out/demo
	@$(PY) -m app demo --out out/demo

run: setup       ## the counter window against a sandbox of its own
	@$(PY) -m app --sandbox

test: setup      ## all tests
	@$(PY) -m pytest -q -n $(WORKERS) --dist worksteal

check: setup     ## format, lint, types, import rules
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-cache

format: setup    ## puts the code into its one shape
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

faults: setup    ## the long crash harness: kill -9 at many seeded moments
	@MOTCUA_KILLS=$${MOTCUA_KILLS:-50} $(PY) -m pytest -q tests/faults

torture: setup   ## the long harness behind docs/guarantees.md; replays any failing seed (about an hour)
	@$(PY) -m tests.torture kills --count $${MOTCUA_TORTURE_KILLS:-10000} --seed 1 --workers $(WORKERS)
	@$(PY) -m tests.torture torn --count 2000 --seed 1 --workers $(WORKERS)
	@$(PY) -m tests.line --dossiers 1000 --files 5 --seed 1
	@$(PY) -m tests.simulation $${MOTCUA_TORTURE_SCHEDULES:-100000} 1

parsers: setup   ## a hundred thousand cases over everything that reads what others wrote
	@MOTCUA_EXAMPLES=$${MOTCUA_EXAMPLES:-8000} $(PY) -m pytest -q -n $(WORKERS) -o timeout=3600 tests/fuzz/test_parsers.py

bench: setup     ## measurements beside the machine's own baseline
	@$(PY) -m benchmarks
	@$(PY) -m benchmarks.bench_catalogue
	@$(PY) -m benchmarks.bench_reuse

bench-scan: setup ## reading: errors by condition, speed and size beside OCRmyPDF and the bare engine; card codes
	@command -v gs >/dev/null || { apt-get update -qq; apt-get install -y -qq ghostscript; } >/dev/null
	@$(PY) -c 'import ocrmypdf' 2>/dev/null || $(PY) -m pip install -q -e '.[bench]'
	@$(PY) -m benchmarks.bench_scanning
	@$(PY) -m benchmarks.bench_codes

bench-sync: setup ## the queue: seal, list and search at 100,000, drain over a thin line, everybody back at once
	@$(PY) -m benchmarks.bench_queue
	@$(PY) -m benchmarks.bench_sync --dossiers 100
	@$(PY) -m benchmarks.reconnect

clean:           ## everything that set-up and runs made
	rm -rf .venv out build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
