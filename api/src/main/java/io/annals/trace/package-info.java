/**
 * What a request is known by in logs and traces, and the spans that are sent to a collector. Uses
 * no other package of this module.
 */
@NullMarked
package io.annals.trace;

import org.jspecify.annotations.NullMarked;
