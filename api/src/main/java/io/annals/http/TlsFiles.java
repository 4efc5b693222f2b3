package io.annals.http;

import java.nio.file.Path;

/**
 * Where the server's certificate and its private key are.
 *
 * @param certFile the chain, PEM, the server's own certificate first
 * @param keyFile the key of that certificate, PEM, not encrypted
 */
public record TlsFiles(Path certFile, Path keyFile) {}
