package io.annals.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs a test with the streams that are appended to in batches of all or nothing. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@EnumSource(names = {"CREDENTIALS", "EVENTS", "LOG"})
@interface EachAuditStream {}
