/** The HTTP side that all operations share: dialects, doors, parameters, bodies, cursors. */
@NullMarked
package io.annals.http;

import org.jspecify.annotations.NullMarked;
