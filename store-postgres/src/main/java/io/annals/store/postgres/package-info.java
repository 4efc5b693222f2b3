/** Annals' audit streams and API request activity in PostgreSQL. */
@NullMarked
package io.annals.store.postgres;

import org.jspecify.annotations.NullMarked;
