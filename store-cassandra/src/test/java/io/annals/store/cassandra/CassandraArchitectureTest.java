package io.annals.store.cassandra;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What this module shows to others. */
final class CassandraArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
          .importPackages("io.annals.store.cassandra");

  @Test
  void provider_isAllThatIsPublic() {
    classes().that().arePublic().should().be(CassandraProvider.class).check(CLASSES);
  }

  @Test
  void names_beginWithTheDatabase() {
    classes()
        .that()
        .areTopLevelClasses()
        .and()
        .doNotHaveSimpleName("package-info")
        .should()
        .haveSimpleNameStartingWith("Cassandra")
        .andShould()
        .haveNameNotMatching(".*(Impl|Manager|Utils?|Helper)")
        .check(CLASSES);
  }
}
