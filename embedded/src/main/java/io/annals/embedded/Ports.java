package io.annals.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Proposes ports to listen on. */
interface Ports {
  int next() throws IOException;

  /** A port that was free a moment ago; another process may be faster. */
  static int free() throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
      return socket.getLocalPort();
    }
  }
}
