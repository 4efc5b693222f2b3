/** The storage SPI: what a backend provides, and what it promises. */
@NullMarked
package io.annals.store;

import org.jspecify.annotations.NullMarked;
