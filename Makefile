# make run      sets up what is missing and serves http://127.0.0.1:8000 (HOST, PORT)
# make test     every test; ARGS="tests/points -k close" for some of them
# make check    linters, types, templates, dependencies
# make soak     what needs longer than a test may take: crashes, races, odd input and API requests by the thousand
# make bench    the speed table of the README, at a tenth and the whole of the national figures, 3 minutes
# Needs Python 3.11 or newer; for Windows without make see README.md.

PYTHON := .venv/bin/python
ARGS := -n 2

.PHONY: run test check soak bench

# Its own database with the demonstration in it, unless DATABASE_URL names a real one.
run:
	@.ci/venv requirements.txt
	@if [ -n "$$DATABASE_URL" ]; then exec $(PYTHON) wsgi.py; else exec $(PYTHON) wsgi.py --demo; fi

test:
	@.ci/venv requirements.txt requirements-dev.txt
	$(PYTHON) -m pytest $(ARGS)

check:
	@.ci/venv requirements.txt requirements-dev.txt
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -m djlint --lint --quiet templates
	$(PYTHON) .ci/htmx.py templates static/app.js
	$(PYTHON) .ci/audit.py requirements.txt

soak:
	@.ci/venv requirements.txt requirements-dev.txt
	$(PYTHON) -m pytest -n 0 -s tests/soak/soak_*.py

bench:
	@.ci/venv requirements.txt
	$(PYTHON) -m benchmarks.run
