package io.annals.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DigestTest {
  private static final int STREAMS = 3_000;

  private final Digest.Builder builder = new Digest.Builder();

  @Test
  void strips_areThoseOfTheNaiveSearch() {
    Random random = new Random(4);
    for (int stream = 0; stream < STREAMS; stream++) {
      Model model = Model.random(random);
      Digest digest = model.digest();
      for (int i = 0; i < 20; i++) {
        SearchTerm term = model.term(random);
        assertThat(digest.strips(term)).as("%s in %s", term, model).isEqualTo(model.strips(term));
      }
    }
  }

  @Test
  void strips_ofAParent_areThoseOfItsChildren() {
    Random random = new Random(5);
    for (int stream = 0; stream < STREAMS / 10; stream++) {
      Digest.Builder parent = new Digest.Builder();
      List<Model> children = new ArrayList<>();
      for (int strip = 0; strip < 1 + random.nextInt(Digest.STRIPS_MAX); strip++) {
        children.add(Model.random(random));
        parent.addAll(strip, children.get(strip).digest());
      }
      Digest digest = Digest.decode(parent.build().encode());
      for (int i = 0; i < 20; i++) {
        SearchTerm term = children.get(random.nextInt(children.size())).term(random);
        long expected = 0;
        for (int strip = 0; strip < children.size(); strip++) {
          expected |= children.get(strip).strips(term) != 0 ? 1L << strip : 0;
        }
        assertThat(digest.strips(term)).isEqualTo(expected);
      }
    }
  }

  @Test
  void strips_ofATermThatSpansTwoValues_areNone() {
    builder.add(0, "GET");
    builder.add(0, "/v1");
    builder.add(0, 200);
    Digest digest = builder.build();
    assertThat(digest.strips(SearchTerm.of("t/"))).isZero();
    assertThat(digest.strips(SearchTerm.of("120"))).isZero();
  }

  @Test
  void number_isItsDecimalDigits() {
    builder.add(0, 0);
    builder.add(1, 404);
    builder.add(2, Integer.MAX_VALUE);
    builder.add(3, "404");
    Digest digest = builder.build();
    assertThat(digest.strips(SearchTerm.of("0"))).isEqualTo(0b1011);
    assertThat(digest.strips(SearchTerm.of("2147483647"))).isEqualTo(0b0100);
    assertThat(digest.valueCount()).isEqualTo(3);
  }

  @Test
  void values_thatFoldToTheSame_areOne() {
    builder.add(0, "Straße");
    builder.add(63, "STRA\u1e9eE");
    Digest digest = builder.build();
    assertThat(digest.valueCount()).isEqualTo(1);
    assertThat(digest.sizeBytes()).isEqualTo("straße".length() + 1 + 1 + 12); // ß takes two bytes
    assertThat(digest.strips(SearchTerm.of("ß"))).isEqualTo(1 | Long.MIN_VALUE);
  }

  @Test
  void emptyValue_occupiesItsStrip() {
    builder.add(7, "");
    Digest digest = Digest.decode(builder.build().encode());
    assertThat(digest.occupiedStrips()).isEqualTo(1 << 7);
    assertThat(digest.strips(SearchTerm.of("a"))).isZero();
  }

  @Test
  void emptyDigest_matchesNothing() {
    Digest digest = builder.build();
    builder.addAll(0, digest);
    assertThat(List.of(digest, builder.build(), Digest.decode(digest.encode())))
        .allSatisfy(
            empty -> {
              assertThat(empty.occupiedStrips()).isZero();
              assertThat(empty.strips(SearchTerm.of("a"))).isZero();
              assertThat(empty.isOpaque()).isFalse();
            });
  }

  @Test
  void builder_goesOnAfterBuilding() {
    builder.add(0, "first");
    Digest before = builder.build();
    builder.add(1, "second first");
    assertThat(before.strips(SearchTerm.of("first"))).isEqualTo(0b01);
    assertThat(builder.build().strips(SearchTerm.of("first"))).isEqualTo(0b11);
  }

  @Test
  void dictionary_withinItsBound_isExact() {
    fill(valuesMax());
    Digest digest = builder.build();
    assertThat(digest.sizeBytes()).isLessThanOrEqualTo(Digest.SIZE_BYTES_MAX);
    assertThat(digest.opaqueStrips()).isZero();
    assertThat(digest.strips(SearchTerm.of("absent"))).isZero();
  }

  @Test
  void dictionary_beyondItsBound_matchesEverythingInOccupiedStrips() {
    fill(valuesMax() + 1);
    builder.add(9, "later");
    Digest full = builder.build();
    assertThat(List.of(full, Digest.decode(full.encode())))
        .allSatisfy(
            digest -> {
              assertThat(digest.isOpaque()).isTrue();
              assertThat(digest.valueCount()).isZero();
              assertThat(digest.strips(SearchTerm.of("absent"))).isEqualTo(1 | 1 << 9);
            });
  }

  @Test
  void opaqueChild_makesItsStripOpaqueOnly() {
    fill(valuesMax() + 1);
    Digest.Builder parent = new Digest.Builder();
    parent.addAll(1, builder.build());
    parent.add(2, "known");
    Digest digest = Digest.decode(parent.build().encode());
    assertThat(digest.opaqueStrips()).isEqualTo(0b010);
    assertThat(digest.isOpaque()).isFalse();
    assertThat(digest.strips(SearchTerm.of("absent"))).isEqualTo(0b010);
    assertThat(digest.strips(SearchTerm.of("known"))).isEqualTo(0b110);
  }

  @Test
  void whatNoStoreKeeps_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> builder.add(0, "a\u0000b"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.add(0, -1));
    for (int strip : new int[] {-1, Digest.STRIPS_MAX}) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> builder.add(strip, "a"));
    }
  }

  /** The most values of five bytes that a digest takes. */
  private static int valuesMax() {
    return Digest.SIZE_BYTES_MAX / Digest.sizeBytes(5 + 1, 1);
  }

  private void fill(int values) {
    for (int i = 0; i < values; i++) {
      builder.add(0, Integer.toString(32 * 32 * 32 * 32 + i, 32));
    }
  }
}
