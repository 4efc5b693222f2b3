/** The HTTP side that all operations share: dialects, doors, parameters and bodies. */
@NullMarked
package io.annals.http;

import org.jspecify.annotations.NullMarked;
