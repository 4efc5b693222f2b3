/** What every list has in common: paging, cursors and the writing of pages. */
@NullMarked
package io.annals.list;

import org.jspecify.annotations.NullMarked;
