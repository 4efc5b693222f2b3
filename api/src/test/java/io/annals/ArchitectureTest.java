package io.annals;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.annals.cli.Main;
import org.junit.jupiter.api.Test;

/** Who may use whom inside this module; the poms rule between modules. */
final class ArchitectureTest {
  /** Classes of this module, not of its tests. */
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

  private static void check(ArchRule rule) {
    rule.check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> ofOurs(String... packages) {
    return JavaClass.Predicates.resideInAPackage("io.annals..")
        .and(
            DescribedPredicate.not(
                JavaClass.Predicates.resideInAnyPackage(packages)
                    .or(
                        JavaClass.Predicates.resideInAnyPackage(
                            "io.annals.model", "io.annals.store", "io.annals.metrics"))))
        .as("classes of ours outside of contracts, " + String.join(", ", packages));
  }

  private static void packageUsesOnly(String user, String... packages) {
    check(noClasses().that().resideInAPackage(user).should().dependOnClassesThat(ofOurs(packages)));
  }

  @Test
  void packages_haveNoCycles() {
    check(slices().matching("io.annals.(**)").should().beFreeOfCycles());
  }

  @Test
  void stores_areKnownByTheirInterfaceOnly() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.annals.store.*..",
                "io.vertx.pgclient..",
                "io.vertx.sqlclient..",
                "java.sql.."));
  }

  @Test
  void auth_usesNoOtherPackage() {
    packageUsesOnly("io.annals.auth..", "io.annals.auth..");
  }

  @Test
  void contract_usesNoOtherPackage() {
    packageUsesOnly("io.annals.contract..", "io.annals.contract..");
  }

  @Test
  void http_knowsNoResource() {
    packageUsesOnly(
        "io.annals.http..",
        "io.annals.http..",
        "io.annals.auth..",
        "io.annals.contract..",
        "io.annals.trace..");
  }

  @Test
  void trace_usesNoOtherPackage() {
    packageUsesOnly("io.annals.trace..", "io.annals.trace..");
  }

  @Test
  void calls_knowNoResource() {
    packageUsesOnly(
        "io.annals.calls..", "io.annals.calls..", "io.annals.http..", "io.annals.auth..");
  }

  @Test
  void list_knowsNoResource() {
    packageUsesOnly(
        "io.annals.list..", "io.annals.list..", "io.annals.http..", "io.annals.contract..");
  }

  @Test
  void activity_knowsListsAndNoOtherResource() {
    packageUsesOnly(
        "io.annals.activity..",
        "io.annals.activity..",
        "io.annals.list..",
        "io.annals.http..",
        "io.annals.search..");
  }

  @Test
  void audit_knowsNeitherServerNorCommands() {
    packageUsesOnly(
        "io.annals.audit..",
        "io.annals.audit..",
        "io.annals.list..",
        "io.annals.limits..",
        "io.annals.http..",
        "io.annals.auth..",
        "io.annals.contract..");
  }

  @Test
  void limits_knowsNoResource() {
    packageUsesOnly(
        "io.annals.limits..", "io.annals.limits..", "io.annals.http..", "io.annals.auth..");
  }

  @Test
  void ingest_knowsNeitherServerNorCommands() {
    packageUsesOnly(
        "io.annals.ingest..",
        "io.annals.ingest..",
        "io.annals.limits..",
        "io.annals.http..",
        "io.annals.auth..",
        "io.annals.contract..");
  }

  @Test
  void embeddedDatabases_areStartedByTheServerOnly() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.annals.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.annals.embedded.."));
  }

  @Test
  void names_sayWhatAClassIs() {
    check(noClasses().should().haveNameMatching(".*(Impl|Manager|Utils?|Helper)(\\$.*)?"));
  }

  @Test
  void logging_goesThroughSlf4j() {
    check(NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.annals.log..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ch.qos.logback..", "co.elastic.."));
  }

  @Test
  void standardStreams_belongToTheCommandLine() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(
        CLASSES.that(
            DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("io.annals.cli.."))));
  }
}
