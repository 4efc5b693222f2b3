/** Lists of audit streams and their write side, the same for every stream. */
@NullMarked
package io.annals.audit;

import org.jspecify.annotations.NullMarked;
