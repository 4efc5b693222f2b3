/** API keys: what they are made of, and the operations on them and on service accounts. */
@NullMarked
package io.annals.keys;

import org.jspecify.annotations.NullMarked;
