/** How the server's own log is written. The only package that knows the logging library. */
@NullMarked
package io.annals.log;

import org.jspecify.annotations.NullMarked;
