package io.annals.keys;

import static io.annals.model.Field.Type.INT32;
import static io.annals.model.Field.Type.INT64;
import static io.annals.model.Field.Type.JSON;
import static io.annals.model.Field.Type.TEXT;

import io.annals.auth.ApiKey;
import io.annals.auth.Principal;
import io.annals.contract.Fault;
import io.annals.http.Dialects;
import io.annals.http.Refusal;
import io.annals.http.Refusal.Reason;
import io.annals.http.Violation;
import io.annals.http.Violation.Place;
import io.annals.list.PageEncoder;
import io.annals.model.ApiToken;
import io.annals.model.ApiToken.Status;
import io.annals.model.Event;
import io.annals.model.EventStream;
import io.annals.model.Field;
import io.annals.store.KeyStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Minting, reading, rotating and revoking tokens. */
final class Tokens {
  private static final EventStream NEW_TOKEN =
      EventStream.named("new_token")
          .required(TEXT, "name")
          .required(JSON, "scopes")
          .optional(Field.Type.UUID, "service_account_id")
          .optional(TEXT, "user_id")
          .optional(INT64, "expires_at")
          .build();

  private static final int NAME = 0;
  private static final int SCOPES = 1;
  private static final int SERVICE_ACCOUNT_ID = 2;
  private static final int USER_ID = 3;
  private static final int EXPIRES_AT = 4;

  private static final EventStream ROTATION =
      EventStream.named("rotation").optional(INT32, "overlap_seconds").build();

  private static final int OVERLAP_SECONDS = 0;

  private static final String PARAMETER = "token";

  private final KeyStore keys;
  private final PageEncoder encoder = new PageEncoder(KeyItems.TOKEN, Dialects.TENANT);
  private final PageEncoder withSecret = new PageEncoder(KeyItems.MINTED_TOKEN, Dialects.TENANT);

  Tokens(KeyStore keys) {
    this.keys = keys;
  }

  List<KeyOperation> operations() {
    return List.of(
        new KeyOperation("mintToken", NEW_TOKEN, this::mint),
        new KeyOperation("getToken", this::get),
        new KeyOperation("rotateToken", ROTATION, this::rotate),
        new KeyOperation("revokeToken", this::revoke));
  }

  private Future<Buffer> mint(KeyCall call) {
    ApiKey key = ApiKey.generate();
    checkMintable(call);
    ApiToken token = newToken(call, key);
    call.checkHolds(token.scopes());
    return keys.mint(call.tenant(), token, key.secret(), call.act())
        .map(
            stored -> {
              if (!stored) {
                String unknown = "is not a service account of this tenant";
                throw Refusal.of(
                    List.of(Violation.of(Place.BODY, "serviceAccountId", "unknown", unknown)));
              }
              return answer(call, token, key);
            });
  }

  private static ApiToken newToken(KeyCall call, ApiKey key) {
    Event body = call.body();
    return new ApiToken(
        body.id(),
        (String) Objects.requireNonNull(body.value(NAME)),
        key.prefix(),
        new JsonArray((String) body.value(SCOPES)).stream().map(String.class::cast).toList(),
        (UUID) body.value(SERVICE_ACCOUNT_ID),
        (String) body.value(USER_ID),
        call.act().atMillis(),
        call.act().actor(),
        (Long) body.value(EXPIRES_AT),
        null,
        null);
  }

  /** What the schema of a member cannot say. */
  private static void checkMintable(KeyCall call) {
    Event body = call.body();
    List<Violation> violations = new ArrayList<>();
    if ((body.value(SERVICE_ACCOUNT_ID) == null) == (body.value(USER_ID) == null)) {
      Fault fault = new Fault("one_of", "must have either serviceAccountId or userId");
      violations.add(new Violation(Place.BODY, List.of(), fault));
    }
    String userId = (String) body.value(USER_ID);
    if (userId != null && !Principal.isSubject(userId)) {
      violations.add(
          Violation.of(
              Place.BODY,
              "userId",
              "string_pattern_mismatch",
              "must not be blank nor contain control characters"));
    }
    Long expiresAt = (Long) body.value(EXPIRES_AT);
    if (expiresAt != null && expiresAt <= call.act().atMillis()) {
      violations.add(
          Violation.of(Place.BODY, "expiresAt", "in_past", "must be ahead of the server's clock"));
    }
    if (!violations.isEmpty()) {
      throw Refusal.of(violations);
    }
  }

  private Future<Buffer> get(KeyCall call) {
    return token(call).map(token -> encoder.encode(call.tenant(), item(call, token)));
  }

  private Future<Buffer> rotate(KeyCall call) {
    ApiKey key = ApiKey.generate();
    Integer overlapSeconds = (Integer) call.body().value(OVERLAP_SECONDS);
    long overlapMillis = overlapSeconds == null ? 0 : TimeUnit.SECONDS.toMillis(overlapSeconds);
    return token(call)
        .compose(
            token -> {
              call.checkHolds(token.scopes());
              return keys.rotate(
                  call.tenant(), token.id(), key.secret(), overlapMillis, call.act());
            })
        .map(found -> found.orElseThrow(() -> Refusal.unknown(PARAMETER)))
        .map(
            token -> {
              if (!token.keyPrefix().equals(key.prefix())) {
                throw ended(token.status(call.act().atMillis()));
              }
              return answer(call, token, key);
            });
  }

  private static Refusal ended(Status status) {
    return Refusal.of(
        Reason.CONFLICT,
        "the token "
            + (status == Status.REVOKED ? "is revoked" : "has expired")
            + " and gets no other secret");
  }

  private Future<Buffer> revoke(KeyCall call) {
    return keys.revoke(call.tenant(), call.id(PARAMETER), call.act())
        .map(
            known -> {
              if (!known) {
                throw Refusal.unknown(PARAMETER);
              }
              return KeyOperation.NOTHING;
            });
  }

  private Future<ApiToken> token(KeyCall call) {
    return keys.token(call.tenant(), call.id(PARAMETER))
        .map(found -> found.orElseThrow(() -> Refusal.unknown(PARAMETER)));
  }

  private static Event item(KeyCall call, ApiToken token) {
    return KeyItems.of(token, call.act().atMillis());
  }

  private Buffer answer(KeyCall call, ApiToken token, ApiKey key) {
    return withSecret.encode(call.tenant(), KeyItems.of(token, call.act().atMillis(), key));
  }
}
