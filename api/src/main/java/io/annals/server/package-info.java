/** The server: what is started, in which order, and how it stops. */
@NullMarked
package io.annals.server;

import org.jspecify.annotations.NullMarked;
