package io.annals.store;

import org.jspecify.annotations.Nullable;

/**
 * Who changes a key, and when. It goes into the lifecycle event of the change.
 *
 * @param actor who was authenticated
 * @param requestId the request, where it has an id
 * @param remoteIp the address that it came from, where it is known
 * @param atMillis epoch milliseconds
 */
public record Act(
    String actor, @Nullable String requestId, @Nullable String remoteIp, long atMillis) {}
