/**
 * Loads logs into a running Annals through its HTTP API. A {@link io.annals.cli.imports.Format}
 * describes a kind of log as a stream of records and a mapping of each to an item of a {@link
 * io.annals.cli.imports.Target}; reading, batching, sending and counting are the same for all.
 */
@NullMarked
package io.annals.cli.imports;

import org.jspecify.annotations.NullMarked;
