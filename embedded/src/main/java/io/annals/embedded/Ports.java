package io.annals.embedded;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Proposes ports to listen on. */
interface Ports {
  int next() throws IOException;

  static boolean isFree(String address, int port) throws IOException {
    try (ServerSocket socket = listen(address, port)) {
      return socket.isBound();
    } catch (BindException e) {
      return false;
    }
  }

  /** A port that was free a moment ago; another process may be faster. */
  static int free() throws IOException {
    try (ServerSocket socket = listen("127.0.0.1", 0)) {
      return socket.getLocalPort();
    }
  }

  private static ServerSocket listen(String address, int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getByName(address));
  }
}
