package io.annals.store;

import org.jspecify.annotations.Nullable;

/**
 * Who changes a key, and when. It goes into the lifecycle event of the change.
 *
 * @param actor who was authenticated
 * @param requestId the request, where it has an id
 * @param traceId the trace that the request is part of, 32 hexadecimal digits, where it is in one
 * @param remoteIp the address that it came from, where it is known
 * @param atMillis epoch milliseconds
 */
public record Act(
    String actor,
    @Nullable String requestId,
    @Nullable String traceId,
    @Nullable String remoteIp,
    long atMillis) {}
