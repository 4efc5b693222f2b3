/** The record of the calls that are made to Annals itself. */
@NullMarked
package io.annals.calls;

import org.jspecify.annotations.NullMarked;
