package io.annals.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A random stretch of events as plain lists of values, one for each strip, searched naively. */
record Model(List<List<String>> strips) {
  static Model random(Random random) {
    List<String> known = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      known.add(SampleText.any(random, random.nextInt(20) == 0 ? 300 : 12));
    }
    List<List<String>> strips = new ArrayList<>();
    for (int strip = random.nextInt(Digest.STRIPS_MAX); strip >= 0; strip--) {
      List<String> values = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        values.add(known.get(random.nextInt(known.size())));
      }
      strips.add(values);
    }
    return new Model(strips);
  }

  Digest digest() {
    Digest.Builder builder = new Digest.Builder();
    for (int strip = 0; strip < strips.size(); strip++) {
      for (String value : strips.get(strip)) {
        builder.add(strip, value);
      }
    }
    return builder.build();
  }

  /** A part of a value, in some case, or other text. */
  SearchTerm term(Random random) {
    List<String> values = strips.get(random.nextInt(strips.size()));
    String text =
        values.isEmpty() || random.nextInt(4) == 0
            ? SampleText.any(random, 3)
            : SampleText.cut(random, values.get(0));
    return SearchTerm.of(text.isEmpty() ? "a" : text);
  }

  long strips(SearchTerm term) {
    long found = 0;
    for (int strip = 0; strip < strips.size(); strip++) {
      for (String value : strips.get(strip)) {
        found |= SearchTerm.fold(value).contains(term.folded()) ? 1L << strip : 0;
      }
    }
    return found;
  }
}
