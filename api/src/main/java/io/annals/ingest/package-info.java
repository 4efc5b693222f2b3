/** The write side of API activity: bodies of any length, stored as they arrive. */
@NullMarked
package io.annals.ingest;

import org.jspecify.annotations.NullMarked;
