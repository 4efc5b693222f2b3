/** The commands of {@code annals.jar}. */
@NullMarked
package io.annals.cli;

import org.jspecify.annotations.NullMarked;
