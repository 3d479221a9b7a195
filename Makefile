# What people type and CI calls; there is nothing else to know. DATABASE_URL, where set, is used instead of a throwaway
# PostgreSQL.

# The queries are checked against .sqlx: the database at hand may be empty, or not there at all.
export SQLX_OFFLINE := true
BUILT := $(or $(CARGO_TARGET_DIR),target)/debug

.DEFAULT_GOAL := help
.PHONY: sandbox run doctor backup test judges torture tortured ci fuzz upgrade bench bank prepare help

sandbox: ## Open a simulated Discord with the bot in it, in your browser; Ctrl-C removes it all
	@.ci/install
	cargo build --workspace --bins
	@# Quiet, so that the address stays in sight.
	@export GREENROOM__LOG__FILTER="$${GREENROOM__LOG__FILTER:-warn,serenity=error}"; exec $(BUILT)/sandbox --bot-name Greenroom --lively --as Ann \
	    --do "/daily add channel:#daily time:09:00 timezone:Europe/Berlin" --do "/daily post-now" \
	    -- $(BUILT)/greenroom run

run: ## Run a real bot on this machine, from nothing: it asks for the token and keeps a database in ./data
	@exec deploy/run

doctor: ## Say what is right about the real bot, what is wrong, and what to do
	@exec deploy/run doctor

backup: ## Write a backup of the real bot's database into ./data/backups
	@exec deploy/run backup

test: export OPENAPI_REPORT := $(abspath $(BUILT))/judged.tsv
test: ## Run every test, with a real PostgreSQL
	@.ci/install browser python
	@rm -f $(OPENAPI_REPORT)
	@# The bot's stories mostly wait for the wire; the sandbox's drive a browser each.
	cargo test -p greenroom -- --test-threads 6
	@# Chosen with the bot, so that the bot is not compiled anew.
	cargo test -p greenroom -p shown --test shown
	cargo test -p sandbox -p openapi
	@awk -f sandbox/openapi/report.awk $(OPENAPI_REPORT)
	@# The tests have built the program too.
	$(BUILT)/greenroom bank check questions
	@if command -v python3 >/dev/null; then $(BUILT)/greenroom bank verify --ends questions; \
	    else echo "No Python here: the programs in the questions are not run."; fi
	cargo test -p torture
	@$(MAKE) --no-print-directory tortured
	$(BUILT)/torture $(BUILT)/greenroom-tortured --short

torture: tortured ## Kill the bot for half an hour while members answer, and check that nothing is lost; SEED=n repeats one
	$(BUILT)/torture $(BUILT)/greenroom-tortured $(if $(SEED),--seed $(SEED))

tortured:
	@.ci/install
	cargo build -p greenroom -p torture --features greenroom/fail-points
	@# Under another name, so that nobody takes it for the program, and a build meanwhile does not replace it.
	@cp -f $(BUILT)/greenroom $(BUILT)/greenroom-tortured

judges: ## Let bots of other libraries live in the simulated Discord and judge it
	@.ci/install venv
	@.ci/judges
	cargo test -p sandbox --test judges -- --nocapture --test-threads 1

fuzz: export FUZZ_CASES ?= 20000
fuzz: export FUZZ_SEED ?= $(shell date +%s)
fuzz: export FUZZ_TIMES := 1
fuzz: ## Try what comes from outside with many made-up texts; FUZZ_CASES says how many, FUZZ_SEED where to begin
	cargo test -p greenroom --lib -- --nocapture tests::custom_ids tests::files tests::growth tests::interactions tests::settings

ci: ## Do everything that must succeed before a change lands
	@.ci/run

upgrade: ## Let the program from before the newest migration and this one work side by side, under load
	@.ci/install
	@.ci/upgrade

bench: ## Measure; benches/README.md says what
	@.ci/install
	cargo bench --workspace --bench '*'

bank: ## Check the questions and run their programs with every Python installed
	@.ci/install
	cargo build --workspace --bins
	$(BUILT)/greenroom bank check questions
	$(BUILT)/greenroom bank verify questions

prepare: ## Write .sqlx anew after a change to a query or the schema
	@.ci/queries write

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
