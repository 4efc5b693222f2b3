package io.annals.cli;

import java.util.UUID;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a UUID that was typed, in the form of RFC 9562. Stricter than {@link UUID#fromString},
 * which fills in digits that are missing: what lost a digit would name another tenant.
 */
final class UuidText implements ITypeConverter<UUID> {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  @Override
  public UUID convert(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new TypeConversionException("'" + text + "' is not a UUID");
    }
    return UUID.fromString(text);
  }
}
