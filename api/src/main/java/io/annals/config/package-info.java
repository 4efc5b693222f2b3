/** Configuration: a YAML file, environment variables that win over it, and shipped defaults. */
@NullMarked
package io.annals.config;

import org.jspecify.annotations.NullMarked;
