# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later

PYTHON  ?= python3
HOSTS   ?= 2
SUITE   ?= bookworm
MACHINE ?=
KERNEL  ?=
CORE    ?=
ARGS    ?=

VENV       := $(CURDIR)/.venv
BUILD      := $(CURDIR)/.build
LAB        := $(CURDIR)/.lab
COLLECTION := $(BUILD)/ansible_collections/warren/tunnels

export PYTHON HOSTS SUITE CORE
export LAB_KERNEL := $(KERNEL)
export LAB_MACHINE := $(MACHINE)
export PATH := $(VENV)/bin:$(PATH)
export ANSIBLE_COLLECTIONS_PATH := $(BUILD)
# All clones would share one, because molecule calls it after the name of the folder.
export MOLECULE_EPHEMERAL_DIRECTORY := $(BUILD)/molecule-state

.DEFAULT_GOAL := help
.PHONY: help setup collection demo test quick lint unit kernel torture together fleet sanity coverage package report integration molecule suites stock protected examples bench-planner bench-site bench lab lab-down clean docs guides matrix mutants changelog

help: ## Print this list
	@echo "warren.tunnels: make TARGET [HOSTS=n] [SUITE=bookworm|trixie|bullseye] [MACHINE=qemu] [KERNEL=trixie|sid] [CORE=2.16] [ARGS=...]"
	@sed -nE 's/^([a-z-]+):.*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: setup collection ## Build the tunnels of the classic experiment on two lab hosts, and prove them
	@scripts/demo

test: setup ## Run all the tests: lint, unit and kernel with their coverage, sanity, docs, package, integration, molecule
	@scripts/test

quick: setup collection ## Run lint, unit and kernel, two at a time (3 minutes)
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint unit kernel

lint: setup collection ## Check style, types, licences and documentation (a quarter of a minute)
	@scripts/lint

coverage: setup collection ## Run the next two, and say which lines they miss and how many they run; ARGS go to pytest
	@scripts/coverage $(ARGS)

unit: setup collection ## Run the unit tests: no root, no kernel; ARGS go to pytest
	@cd $(COLLECTION) && PYTHONPATH=$(BUILD) $${WARREN_PYTEST:-pytest} tests/unit $(ARGS)

kernel: setup collection ## Run the tests on this machine's kernel, in namespaces of their own; ARGS go to pytest
	@scripts/kernel $(ARGS)

torture: setup collection ## Do to it what should never happen, and write docs/reliability.md (half an hour)
	@scripts/torture $(ARGS)

together: setup collection ## Show on three lab hosts what runs of a fleet promise together (half an hour); ARGS go to pytest
	@scripts/together $(ARGS)

fleet: setup collection ## Let a fleet live and change at random, and compare it with one built anew (an hour or two); ARGS go to tests/fleet/run.py
	@scripts/fleet $(ARGS)

sanity: setup collection ## Run ansible-test sanity without any ignores, with CORE=2.16 as Automation Hub does; ARGS go to it
	@scripts/sanity $(ARGS)

package: setup collection ## Build the artefact and check it as those do who take it (half a minute)
	@scripts/package

docs: setup collection ## Write the READMEs of roles and the table of findings, and build the documentation site in .build/docs/site
	@scripts/docs

report: setup collection ## Look at the report's page as a browser does; pictures are left in .build/report (a minute)
	@scripts/report $(ARGS)

guides: HOSTS = 3
guides: setup collection ## Run what the guides show, on lab hosts (5 minutes); ARGS name the ones to run
	@scripts/guides $(ARGS)

changelog: setup collection ## Write CHANGELOG.md for the version of galaxy.yml, from the fragments
	@scripts/changelog

mutants: setup collection ## Change the engine in a hundred small places, one at a time, and see whether tests fail (hours); ARGS go to tests/mutants/run.py
	@python tests/mutants/run.py $(ARGS)

matrix: setup collection ## Run with all versions of Python, pyroute2, ansible-core, Debian and Linux (2 hours); ARGS name a part
	@scripts/matrix $(ARGS)

integration: HOSTS = 3
integration: setup collection ## Run the integration targets on lab hosts; ARGS name the ones to run (default: all)
	@scripts/integration $(ARGS)

molecule: setup collection ## Run the molecule scenarios on lab hosts; ARGS go to molecule test (default: --all)
	@cd $(COLLECTION) && molecule test $(or $(ARGS),--all)

suites: setup ## Run the molecule scenario boot on bullseye and trixie hosts too (5 minutes each)
	@for suite in bullseye trixie; do $(MAKE) --no-print-directory molecule SUITE=$$suite ARGS="-s boot" || exit; done

stock: setup collection ## Prove tunnels inside UDP on stock kernels by QEMU (10 minutes); ARGS name Debian releases (bookworm)
	@scripts/stock $(ARGS)

protected: setup collection ## Count what encrypted tunnels send in clear on stock kernels by QEMU (an hour); ARGS name events
	@scripts/protected $(ARGS)

examples: setup collection ## Run each of the examples on lab hosts (a quarter of an hour); ARGS name the ones to run
	@scripts/examples $(ARGS)

bench-planner: setup collection ## Measure the fleet planner for 10 to 10,000 hosts (2 minutes)
	@PYTHONPATH=$(BUILD) python $(COLLECTION)/tests/benchmarks/planner.py $(ARGS)

bench-site: setup collection ## Measure what the main job takes on the controller, with stand-ins for up to 1000 hosts (20 minutes); ARGS name cases
	@python $(COLLECTION)/tests/benchmarks/main_job.py $(ARGS)

bench: setup collection ## Measure beside ip(8), ifstate and plain tasks, which takes long; ARGS go to tests/benchmarks/bench.py
	@scripts/bench $(ARGS)

lab: setup ## Boot lab hosts host1 to hostHOSTS, with MACHINE=qemu on stock kernels; use them with -i .lab/inventory.yml
	@tests/lab/lab up $(LAB) --hosts $(HOSTS) --suite $(SUITE)

lab-down: ## Remove the lab hosts and their disks
	@tests/lab/lab down $(LAB)

setup: ## Install what is missing: Debian packages, and the tools in .venv (2 minutes, later at once)
	@scripts/setup

collection: setup ## Mirror the clone to where Ansible finds the collection
	@scripts/collection

clean: lab-down ## Remove all that make made in this clone
	@tests/lab/lab down $(BUILD)/lab
	rm -rf $(VENV) $(BUILD) $(LAB)
