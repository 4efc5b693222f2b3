# Everything that is done with Annals, on a machine with a JDK 17 and Maven.
MVN ?= mvn -B -ntp
JAR := api/target/annals.jar
BENCH_JSON ?= bench/target/bench.json

.PHONY: build run test test-faults bench soak fuzz alerts outdated sbom reproducible lint format clean

build:
	@$(MVN) -q -DskipTests -DskipITs -pl api -am package

# The server on its own PostgreSQL, with its data in ./data; with STORE=cassandra activity goes to a
# Cassandra of its own, for trying out.
STORE ?= postgres
STORE_postgres := env
STORE_cassandra := env ANNALS_STORAGE_ACTIVITY=cassandra ANNALS_CASSANDRA_EMBEDDED=true

run:
	$(if $(STORE_$(STORE)),,$(error STORE is postgres or cassandra, not "$(STORE)"))
	@echo "Building Annals; the first time takes a minute or two ..."
	@$(MAKE) --no-print-directory build
	@exec $(STORE_$(STORE)) java -XX:+ExitOnOutOfMemoryError -jar $(JAR) serve

# Every test, with real servers; nothing has to be installed first.
test:
	$(MVN) verify

# Everything that may go wrong, with a table of what it came to; at most a quarter of an hour.
test-faults:
	$(MVN) -pl api -am verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test=FaultsIT -Dfailsafe.failIfNoSpecifiedTests=false -Dfailsafe.timeout=900 \
	  -Dannals.it.faults=full -Dannals.it.faults.report=$(CURDIR)/docs/reliability.md

# Ratios beside the bare driver; takes some minutes and wants the machine for itself.
bench:
	@$(MVN) -q -DskipTests -DskipITs -pl bench -am package
	java $(BENCH_OPTIONS) -jar bench/target/annals-bench.jar $(JAR) $(BENCH_JSON)

# Half an hour of all that clients do, at 70 % of what the machine can; docs/soak.md keeps its tables.
soak:
	@$(MVN) -q -DskipTests -DskipITs -pl bench -am package
	java -Dannals.bench.suites=soak -Dannals.bench.soakReport=bench/target/soak.md $(BENCH_OPTIONS) \
	  -jar bench/target/annals-bench.jar $(JAR) bench/target/soak.json -Xmx512m

# Every target, or those in FUZZ_TARGETS, for so long each; docs/testing.md says more.
FUZZ_SECONDS ?= 60
fuzz:
	@$(MVN) -q -DskipTests -DskipITs -pl fuzz -am package
	java -jar fuzz/target/annals-fuzz.jar $(FUZZ_SECONDS) $(FUZZ_TARGETS)

# What the alert rules make of sick and sound servers; promtool comes with Prometheus.
alerts:
	promtool check rules ops/prometheus/alerts.yaml
	promtool test rules ops/prometheus/alerts.test.yaml

lint:
	$(MVN) -q spotless:check

# What has a newer version in the registry; docs/dependencies.md says what was made of it.
outdated:
	@MVN="$(MVN)" .ci/outdated

# The libraries that the server is shipped with (CycloneDX), in api/target/annals-sbom.json.
sbom:
	@MVN="$(MVN)" .ci/sbom

# Builds the last commit twice and compares what is shipped.
reproducible:
	@MVN="$(MVN)" .ci/reproducible

format:
	$(MVN) -q spotless:apply

clean:
	$(MVN) -q clean
