/** The token endpoint: API keys in, short-lived tokens out (RFC 6749). */
@NullMarked
package io.annals.oauth;

import org.jspecify.annotations.NullMarked;
