/** The running server, asked over HTTP; every answer is held against the published contract. */
@NullMarked
package io.annals.e2e;

import org.jspecify.annotations.NullMarked;
