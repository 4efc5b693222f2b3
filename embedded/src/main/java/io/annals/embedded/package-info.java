/** Real database servers, started from their published binaries beside Annals. */
@NullMarked
package io.annals.embedded;

import org.jspecify.annotations.NullMarked;
