/** Benchmarks: Annals over HTTP beside the bare driver doing the same work in the same run. */
@NullMarked
package io.annals.bench;

import org.jspecify.annotations.NullMarked;
