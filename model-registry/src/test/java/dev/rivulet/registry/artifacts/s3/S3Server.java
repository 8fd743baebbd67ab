// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** S3Proxy in a process of its own: a server that speaks S3, checks signatures, and keeps objects in a folder. One serves all tests. */
public final class S3Server {

    private static final String ACCESS_KEY = "test";
    private static final String SECRET_KEY = "a-secret-of-the-test";
    private static final AtomicInteger BUCKETS = new AtomicInteger();

    private final Process process;
    private final int port;

    private S3Server(Path folder) throws IOException {
        this.port = freePort();
        Path data = Files.createDirectories(folder.resolve("s3"));
        Path settings =
                Files.writeString(folder.resolve("s3proxy.conf"), """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.identity=none
                jclouds.credential=none
                jclouds.filesystem.basedir=%s
                """.formatted(port, ACCESS_KEY, SECRET_KEY, data));
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        Path.of("target", "s3", "s3proxy.jar").toString(),
                        "--properties",
                        settings.toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("s3proxy.log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(folder)));
        Awaitility.await().atMost(Duration.ofMinutes(3)).ignoreExceptions().until(this::answers);
    }

    private static final class Shared {
        static final S3Server SERVER = started();

        private static S3Server started() {
            try {
                return new S3Server(Files.createTempDirectory("s3-server"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The server of all tests of this JVM; it ends with it. */
    public static S3Server shared() {
        return Shared.SERVER;
    }

    private boolean answers() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        }
    }

    /** Where it listens, on the loopback. */
    public int port() {
        return port;
    }

    private String url() {
        return "http://127.0.0.1:" + port;
    }

    /** A client of the test. */
    S3Client client() {
        return S3Client.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create(url()))
                .forcePathStyle(true)
                .httpClient(UrlConnectionHttpClient.create())
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
                .build();
    }

    /** Makes a bucket; says the settings that reach it, below {@code rivulet.artifacts.s3}. */
    public Map<String, String> newBucket() {
        String bucket = "bucket-" + BUCKETS.incrementAndGet();
        try (S3Client client = client()) {
            client.createBucket(request -> request.bucket(bucket));
        }
        return new TreeMap<>(
                Map.of("endpoint", url(), "bucket", bucket, "access-key", ACCESS_KEY, "secret-key", SECRET_KEY));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void stop(Path folder) {
        process.destroyForcibly().onExit().join();
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            // What is left lies in the folder of temporary files.
        }
    }
}
