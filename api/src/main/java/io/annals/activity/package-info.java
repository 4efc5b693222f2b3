/** Lists of the calls that were made with API keys. */
@NullMarked
package io.annals.activity;

import org.jspecify.annotations.NullMarked;
