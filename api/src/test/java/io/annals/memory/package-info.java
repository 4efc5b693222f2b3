/** Stores that tests choose by configuration. */
@NullMarked
package io.annals.memory;

import org.jspecify.annotations.NullMarked;
