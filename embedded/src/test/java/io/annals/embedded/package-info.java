@NullMarked
package io.annals.embedded;

import org.jspecify.annotations.NullMarked;
