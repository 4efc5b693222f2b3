package io.annals.contract;

/**
 * What is wrong with a value.
 *
 * @param type a short machine-readable word
 * @param message what is expected instead, fit to follow the value's name
 */
public record Fault(String type, String message) {}
