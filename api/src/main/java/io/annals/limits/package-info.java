/** Rates that tenants, credentials and failing clients are held to, by each server on its own. */
@NullMarked
package io.annals.limits;

import org.jspecify.annotations.NullMarked;
