package io.annals.keys;

import static io.annals.model.Field.Type.TEXT;

import io.annals.http.Dialects;
import io.annals.http.Refusal;
import io.annals.list.PageEncoder;
import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.ServiceAccount;
import io.annals.store.KeyStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;

/** Making, reading and deleting service accounts. */
final class ServiceAccounts {
  private static final EventStream NEW_ACCOUNT =
      EventStream.named("new_service_account")
          .required(TEXT, "name")
          .optional(TEXT, "description")
          .build();

  private static final int NAME = 0;
  private static final int DESCRIPTION = 1;
  private static final String PARAMETER = "serviceAccount";

  private final KeyStore keys;
  private final PageEncoder encoder = new PageEncoder(KeyItems.ACCOUNT, Dialects.TENANT);

  ServiceAccounts(KeyStore keys) {
    this.keys = keys;
  }

  List<KeyOperation> operations() {
    return List.of(
        new KeyOperation("createServiceAccount", NEW_ACCOUNT, this::create),
        new KeyOperation("getServiceAccount", this::get),
        new KeyOperation("deleteServiceAccount", this::delete));
  }

  private Future<Buffer> create(KeyCall call) {
    Event body = call.body();
    ServiceAccount account =
        new ServiceAccount(
            body.id(),
            (String) Objects.requireNonNull(body.value(NAME)),
            (String) body.value(DESCRIPTION),
            call.act().atMillis(),
            call.act().actor());
    return keys.create(call.tenant(), account, call.act()).map(done -> answer(call, account));
  }

  private Future<Buffer> get(KeyCall call) {
    return keys.account(call.tenant(), call.id(PARAMETER))
        .map(found -> found.orElseThrow(() -> Refusal.unknown(PARAMETER)))
        .map(account -> answer(call, account));
  }

  private Future<Buffer> delete(KeyCall call) {
    return keys.delete(call.tenant(), call.id(PARAMETER), call.act())
        .map(
            known -> {
              if (!known) {
                throw Refusal.unknown(PARAMETER);
              }
              return KeyOperation.NOTHING;
            });
  }

  private Buffer answer(KeyCall call, ServiceAccount account) {
    return encoder.encode(call.tenant(), KeyItems.of(account));
  }
}
