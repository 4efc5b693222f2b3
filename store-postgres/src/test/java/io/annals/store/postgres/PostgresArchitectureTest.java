package io.annals.store.postgres;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What this module shows to others, and what it may use. */
final class PostgresArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
          .importPackages("io.annals.store.postgres");

  @Test
  void provider_isAllThatIsPublic() {
    classes().that().arePublic().should().be(PostgresProvider.class).check(CLASSES);
  }

  @Test
  void names_beginWithTheDatabase() {
    classes()
        .that()
        .areTopLevelClasses()
        .and()
        .doNotHaveSimpleName("package-info")
        .should()
        .haveSimpleNameStartingWith("Postgres")
        .andShould()
        .haveNameNotMatching(".*(Impl|Manager|Utils?|Helper)")
        .check(CLASSES);
  }

  @Test
  void jdbc_staysWithTheMigrations() {
    noClasses()
        .that()
        .doNotHaveSimpleName("PostgresMigrations")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "javax.sql..", "org.flywaydb..", "org.postgresql..")
        .check(CLASSES);
  }
}
