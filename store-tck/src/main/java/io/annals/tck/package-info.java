/** The reference store and the suite that every store passes. */
@NullMarked
package io.annals.tck;

import org.jspecify.annotations.NullMarked;
