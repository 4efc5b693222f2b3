/** Substring search, the same on every store. */
@NullMarked
package io.annals.search;

import org.jspecify.annotations.NullMarked;
