package io.annals.keys;

import io.annals.auth.Principal;
import io.annals.http.Refusal;
import io.annals.http.Refusal.Reason;
import io.annals.model.Event;
import io.annals.model.TenantId;
import io.annals.store.Act;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request to read or to change keys, as its contract allows it.
 *
 * @param caller who asks
 * @param act who asks, when and from where, for the record
 * @param parameters by name
 * @param sent the body, by the fields of its description; null where the operation takes none
 */
record KeyCall(
    TenantId tenant,
    Principal caller,
    Act act,
    Map<String, Object> parameters,
    @Nullable Event sent) {

  /** The same with this body. */
  KeyCall with(Event body) {
    return new KeyCall(tenant, caller, act, parameters, body);
  }

  /** The id in the path. */
  UUID id(String parameter) {
    return (UUID) Objects.requireNonNull(parameters.get(parameter));
  }

  /** The body; its id is one for what is to be made. */
  Event body() {
    return Objects.requireNonNull(sent);
  }

  /**
   * Sees to it that nobody hands out more than they hold.
   *
   * @throws Refusal if the caller lacks one of these scopes
   */
  void checkHolds(List<String> scopes) {
    for (String scope : scopes) {
      if (!caller.may(scope)) {
        throw Refusal.of(
            Reason.FORBIDDEN,
            "the credential lacks the scope " + scope + ", so it cannot hand it out");
      }
    }
  }
}
