/**
 * What every part of the server is measured by in the same way: bounds, and work that nobody waits
 * for. All else is measured with Micrometer where it happens.
 */
@NullMarked
package io.annals.metrics;

import org.jspecify.annotations.NullMarked;
