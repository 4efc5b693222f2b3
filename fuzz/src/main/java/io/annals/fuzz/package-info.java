/** Fuzzing of everything that parses: what is fuzzed, and the fuzzer that does it. */
@NullMarked
package io.annals.fuzz;

import org.jspecify.annotations.NullMarked;
