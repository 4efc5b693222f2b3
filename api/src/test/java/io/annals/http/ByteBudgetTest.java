package io.annals.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteBudgetTest {
  private final ByteBudget budget = new ByteBudget(100);

  @Test
  void take_beyondTheBudget_isRefusedUntilSomethingIsGivenBack() {
    assertThat(budget.take(60)).isTrue();
    assertThat(budget.take(41)).isFalse();
    assertThat(budget.take(40)).isTrue();
    budget.give(60);
    assertThat(budget.take(60)).isTrue();
  }

  @Test
  void take_whenNothingIsHeld_isGrantedWhateverTheSize() {
    assertThat(budget.take(1000)).isTrue();
    assertThat(budget.take(1)).isFalse();
    budget.give(1000);
    assertThat(budget.take(1)).isTrue();
  }
}
