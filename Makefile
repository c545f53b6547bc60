# Needs Python 3.11 or newer and make; everything else goes into .venv at the pinned versions.
PYTHON ?= python3
EXTRAS := data,dev,distributed
BIN    := .venv/bin
STAMP  := .venv/.ready
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt --no-build-isolation

# Of the benchmarks: as many for us as for our peers.
BENCH_THREADS ?= 2

# The matrices are small: one thread is fastest, and many waiting for each other on a busy machine cost minutes.
export OPENBLAS_NUM_THREADS ?= 1

# One set-up at a time, also across two makes: the lock ends with the process that holds it.
LOCKED := $(PYTHON) -c 'import fcntl, os, sys; \
	sys.version_info >= (3, 11) or sys.exit("make: Python 3.11 or newer is needed; PYTHON=... chooses one"); \
	lock = os.open(".venv.lock", os.O_CREAT | os.O_RDWR); \
	os.set_inheritable(lock, True); \
	fcntl.flock(lock, fcntl.LOCK_EX); \
	os.execvp(sys.argv[1], sys.argv[1:])'

.PHONY: help setup derive test bench figures notebooks lint clean

help:
	@echo "make derive     regenerate, verify and export every theorem, then the runs on real data"
	@echo "make test       run the tests"
	@echo "make bench      measure against peers, PyTorch and scikit-learn among them, and write benchmarks/RESULTS.md"
	@echo "make figures    draw what the closed forms say, into build/figures"
	@echo "make notebooks  execute the notebooks, into build/notebooks"
	@echo "make lint       check style and formatting"
	@echo "make clean      remove .venv and everything that a run writes"

derive: setup
	@echo "derive: regenerating, verifying and exporting every theorem, then the closed forms and the guideline on real data"
	@$(BIN)/spectral-ssl derive
	@$(BIN)/python -m numeric.digits
	@$(BIN)/python -m numeric.guideline

test: setup
	@echo "test: running the tests"
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal

bench: setup
	@echo "bench: installing the peers, then measuring against them"
	@$(INSTALL) -e '.[$(EXTRAS),bench]'
	@mkdir -p build
	@OPENBLAS_NUM_THREADS=$(BENCH_THREADS) $(BIN)/python -m pytest benchmarks --benchmark-json=build/benchmarks.json
	@$(BIN)/python -m benchmarks.results build/benchmarks.json

figures: setup
	@echo "figures: drawing what the closed forms say"
	@$(INSTALL) -e '.[$(EXTRAS),figures]'
	@$(BIN)/spectral-ssl figures

notebooks: setup
	@echo "notebooks: executing them"
	@$(INSTALL) -e '.[$(EXTRAS),notebooks]'
	@$(BIN)/python -m proofs_notebooks

lint: setup
	@echo "lint: checking style and formatting"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .

clean:
	@echo "clean: removing .venv and everything that a run writes"
	@rm -rf .venv .venv.lock build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .benchmarks
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@$(LOCKED) $(MAKE) --no-print-directory --silent $(STAMP)

# The stamp is written last: without it whatever stands in .venv is half made, and is made again.
$(STAMP): pyproject.toml constraints.txt
	@echo "set-up: installing the package and its pinned dependencies into .venv (once, about a minute)"
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt setuptools
	@$(INSTALL) -e '.[$(EXTRAS)]'
	@touch $@
