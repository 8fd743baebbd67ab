// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.notices;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Checks notices against the Mosquitto of this machine, which it starts and kills itself: {@code conformance/mqtt}. */
public final class MosquittoCheck {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String PREFIX = WorkNotice.USUAL_PREFIX;

    private final Path home;
    private int failed;

    private MosquittoCheck(Path home) {
        this.home = home;
    }

    /** @param arguments a folder with key.pem, ca.pem and passwords */
    public static void main(String[] arguments) throws Exception {
        MosquittoCheck check = new MosquittoCheck(Path.of(arguments[0]));
        check.plain();
        check.encrypted();
        System.out.println(check.failed + " failed");
        System.exit(check.failed == 0 ? 0 : 1);
    }

    private void hold(String what, boolean holds) {
        System.out.println((holds ? "ok     " : "FAILED ") + what);
        failed += holds ? 0 : 1;
    }

    private void plain() throws Exception {
        int port = freePort();
        String settings = "listener " + port + " 127.0.0.1\nallow_anonymous true\n";
        BrokerAccess access = access("tcp://127.0.0.1:" + port, null, null);
        Process broker = broker(settings, port);
        try (NoticeListener listener = NoticeListener.connected(access, PREFIX, "hub");
                NoticeListener other = NoticeListener.connected(access, PREFIX, "other");
                NoticePublisher publisher = NoticePublisher.connected(access, PREFIX)) {
            publisher.publish(new WorkNotice("hub", 3));
            hold("a notice is heard", listener.await(LIMIT));
            hold("it is one", !listener.await(Duration.ofMillis(300)));
            hold("another federation's device hears nothing", !other.await(Duration.ofMillis(300)));
            broker.destroyForcibly().waitFor();
            hold("a broker that is away is told", away(publisher));
            broker = broker(settings, port);
            hold("after the broker's kill and restart the device is woken to ask", listener.await(LIMIT));
            hold("and notices are heard again", again(publisher, listener));
        } finally {
            broker.destroyForcibly().waitFor();
        }
    }

    private void encrypted() throws Exception {
        int port = freePort();
        Process broker = broker("""
                listener %d 127.0.0.1
                certfile %s/ca.pem
                keyfile %s/key.pem
                password_file %s/passwords
                allow_anonymous false
                """.formatted(port, home, home, home), port);
        String address = "ssl://127.0.0.1:" + port;
        BrokerAccess access = access(address, "of-the-test", home.resolve("ca.pem"));
        try (NoticeListener listener = NoticeListener.connected(access, PREFIX, "hub");
                NoticePublisher publisher = NoticePublisher.connected(access, PREFIX)) {
            publisher.publish(new WorkNotice("hub", 4));
            hold("with TLS and a password a notice is heard", listener.await(LIMIT));
            hold("a wrong password is refused", refused(access(address, "other", home.resolve("ca.pem"))));
            hold("a broker that nobody vouches for is refused", refused(access(address, "of-the-test", null)));
        } finally {
            broker.destroyForcibly().waitFor();
        }
    }

    private static boolean away(NoticePublisher publisher) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            try {
                publisher.publish(new WorkNotice("hub", 5));
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (IOException e) {
                return true;
            }
        }
        return false;
    }

    private static boolean again(NoticePublisher publisher, NoticeListener listener) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            try {
                publisher.publish(new WorkNotice("hub", 6));
                if (listener.await(Duration.ofMillis(500))) {
                    return true;
                }
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
        return false;
    }

    private static boolean refused(BrokerAccess access) {
        try (NoticePublisher publisher = NoticePublisher.connected(access, PREFIX)) {
            return publisher == null;
        } catch (IOException e) {
            return true;
        }
    }

    private static BrokerAccess access(String address, @Nullable String password, @Nullable Path ca) {
        return new BrokerAccess(URI.create(address), password == null ? null : "federation", password, ca, LIMIT);
    }

    private Process broker(String settings, int port) throws IOException, InterruptedException {
        Path file = Files.writeString(home.resolve("mosquitto.conf"), settings);
        Process process = new ProcessBuilder("mosquitto", "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("mosquitto.log").toFile())
                .start();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return process;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new IllegalStateException(
                "Mosquitto does not listen: " + Files.readString(home.resolve("mosquitto.log")));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
