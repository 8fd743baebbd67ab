// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.testsupport.Certificates;
import dev.rivulet.testsupport.Certificates.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

/** The service's port with TLS, by properties alone, and a certificate that is replaced while it runs. */
@Tag("long")
@WholeFederation
class TlsIT {

    @LocalServerPort
    private int port;

    private static final Path FOLDER = folder();
    private static final Identity FIRST = identity("first");

    private static Identity identity(String name) {
        try {
            return Identity.make(FOLDER, name);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("federation-tls");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void forget() throws IOException {
        FileSystemUtils.deleteRecursively(FOLDER);
    }

    @DynamicPropertySource
    static void tls(DynamicPropertyRegistry properties) throws Exception {
        FIRST.write(FOLDER, "tls");
        String bundle = "spring.ssl.bundle.pem.federation.";
        properties.add(bundle + "reload-on-update", () -> "true");
        properties.add(
                bundle + "keystore.certificate", () -> FOLDER.resolve("tls.crt").toString());
        properties.add(
                bundle + "keystore.private-key", () -> FOLDER.resolve("tls.key").toString());
        properties.add("spring.ssl.bundle.watch.file.quiet-period", () -> "200ms");
        properties.add("server.ssl.bundle", () -> "federation");
    }

    @Test
    void aCertificateThatIsReplacedIsShownWithoutARestart() throws Exception {
        assertThat(status(FIRST)).isEqualTo(200);
        Identity second = identity("second");
        second.write(FOLDER, "tls");
        await().atMost(Duration.ofMinutes(1))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> status(second) == 200);
    }

    /** What somebody is answered who trusts one certificate. */
    private int status(Identity trusted) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(Certificates.client(trusted)).build()) {
            URI protocol = URI.create("https://127.0.0.1:" + port + "/federation/v1/protocol");
            return client.send(
                            HttpRequest.newBuilder(protocol)
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
