package io.annals.contract;

/** Text as every store can keep it: whole code points, none of them U+0000. */
final class Unicode {
  private Unicode() {}

  /**
   * The number of code points.
   *
   * @throws InvalidValueException if the text has U+0000 or half a surrogate pair
   */
  static int length(String text) throws InvalidValueException {
    int units = text.length();
    int pairs = 0;
    for (int i = 0; i < units; i++) {
      char unit = text.charAt(i);
      if (unit == 0) {
        throw new InvalidValueException("string_unicode", "must not contain U+0000");
      }
      if (Character.isSurrogate(unit)) {
        boolean whole =
            Character.isHighSurrogate(unit)
                && i + 1 < units
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!whole) {
          throw new InvalidValueException(
              "string_unicode", "must not contain the lone surrogate U+%04X".formatted((int) unit));
        }
        pairs++;
        i++;
      }
    }
    return units - pairs;
  }
}
