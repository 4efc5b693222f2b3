package io.annals.tck;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.annals.store.StoreProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What the module of a store shows to others, and how its classes are named. A store runs it by a
 * subclass that hands in its provider, whose name is the database's with {@code Provider} behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StoreArchitectureTck {
  private final Class<? extends StoreProvider> provider;

  /** The classes of the provider's package and of those below, without tests. */
  protected final JavaClasses classes;

  /** Of the module that this provider opens. */
  protected StoreArchitectureTck(Class<? extends StoreProvider> provider) {
    this.provider = provider;
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
            .importPackages(provider.getPackageName());
  }

  @Test
  void provider_isAllThatIsPublic() {
    classes().that().arePublic().should().be(provider).check(classes);
  }

  @Test
  void names_beginWithTheDatabase() {
    String database = provider.getSimpleName().replaceFirst("Provider$", "");
    classes()
        .that()
        .areTopLevelClasses()
        .and()
        .doNotHaveSimpleName("package-info")
        .should()
        .haveSimpleNameStartingWith(database)
        .andShould()
        .haveNameNotMatching(".*(Impl|Manager|Utils?|Helper)")
        .check(classes);
  }
}
