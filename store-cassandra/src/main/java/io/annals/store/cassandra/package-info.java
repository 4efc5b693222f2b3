/** API request activity in Cassandra; see docs/adr/011-time-buckets.md. */
@NullMarked
package io.annals.store.cassandra;

import org.jspecify.annotations.NullMarked;
