/**
 * Makes the published OpenAPI documents executable: what they say about operations, parameters and
 * items is compiled once, at start, and is the only place where it is said.
 */
@NullMarked
package io.annals.contract;

import org.jspecify.annotations.NullMarked;
