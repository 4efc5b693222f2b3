package io.annals.cli.imports;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.NameBasedGenerator;
import io.annals.model.TenantId;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which token the call of a line of an access log counts for. */
public final class TokenRule {
  private final Function<AccessLogClient, UUID> rule;

  private TokenRule(Function<AccessLogClient, UUID> rule) {
    this.rule = rule;
  }

  /** One token for every line. */
  public static TokenRule of(UUID token) {
    return new TokenRule(client -> token);
  }

  /**
   * A token for each value of a field: the UUID of version 5 (RFC 9562, section 5.5) in the
   * namespace of the tenant's id whose name is the field's, a colon, and the value: {@code
   * user:alice}. The value is {@code -} where the line has none.
   */
  public static TokenRule from(Field field, TenantId tenant) {
    NameBasedGenerator generator = Generators.nameBasedGenerator(tenant.value());
    String prefix = field + ":";
    return new TokenRule(
        client -> {
          String value = field.value.apply(client);
          return generator.generate(prefix + (value == null ? "-" : value));
        });
  }

  UUID token(AccessLogClient client) {
    return rule.apply(client);
  }

  /** A field that says who called. */
  public enum Field {
    /** Who the client said it was. */
    USER(AccessLogClient::user),
    /** The virtual host that was called, in lower case and without its port. */
    VHOST(AccessLogClient::vhostName),
    /** The client's address or name. */
    ADDRESS(AccessLogClient::address);

    @SuppressWarnings("ImmutableEnumChecker") // references to accessors hold nothing
    private final Function<AccessLogClient, @Nullable String> value;

    Field(Function<AccessLogClient, @Nullable String> value) {
      this.value = value;
    }

    /** Its name, as options and names of tokens write it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
