package io.annals.model;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An activity event on its way into a store.
 *
 * @param event of {@link ActivityStream#ACTIVITY}, its id and its time filled in
 * @param serviceAccountId the service account that owns the token, where the sender said so
 */
public record NewActivity(Event event, @Nullable UUID serviceAccountId) {}
