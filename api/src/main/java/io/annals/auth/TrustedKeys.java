package io.annals.auth;

/**
 * The keys that are looked at for one token. Two are equal when both halves are the same instances:
 * what was found with other keys, if only with others, is found anew.
 */
record TrustedKeys(KeyFile own, ExternalKeys external) {}
