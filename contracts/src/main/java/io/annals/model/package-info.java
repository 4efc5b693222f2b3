/** The vocabulary of Annals: streams, events, and where an event stands in its stream. */
@NullMarked
package io.annals.model;

import org.jspecify.annotations.NullMarked;
