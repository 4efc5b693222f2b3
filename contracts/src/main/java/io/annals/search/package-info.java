/** Case-insensitive substring search: what every store shares to answer it exactly and fast. */
@NullMarked
package io.annals.search;

import org.jspecify.annotations.NullMarked;
