/** Who is calling and what they may do: tokens, the keys that sign them, the scopes they carry. */
@NullMarked
package io.annals.auth;

import org.jspecify.annotations.NullMarked;
