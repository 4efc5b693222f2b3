/** Annals' audit streams in PostgreSQL. */
@NullMarked
package io.annals.store.postgres;

import org.jspecify.annotations.NullMarked;
