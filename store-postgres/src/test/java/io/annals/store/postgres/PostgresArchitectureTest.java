package io.annals.store.postgres;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import io.annals.tck.StoreArchitectureTck;
import org.junit.jupiter.api.Test;

final class PostgresArchitectureTest extends StoreArchitectureTck {
  PostgresArchitectureTest() {
    super(PostgresProvider.class);
  }

  @Test
  void jdbc_staysWithTheMigrations() {
    noClasses()
        .that()
        .doNotHaveSimpleName("PostgresMigrations")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..", "org.flywaydb..", "org.postgresql..")
        .check(classes);
  }
}
