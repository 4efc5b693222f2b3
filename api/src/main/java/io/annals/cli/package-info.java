/** The commands of {@code annals}. */
@NullMarked
package io.annals.cli;

import org.jspecify.annotations.NullMarked;
