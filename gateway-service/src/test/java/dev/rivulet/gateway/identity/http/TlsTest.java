// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.testsupport.Certificates;
import dev.rivulet.testsupport.Certificates.Identity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway's port with TLS by both sides' certificates, set up by properties alone. */
class TlsTest {

    @TempDir
    private static Path folder;

    private static GatewayFixture gateway;
    private static Identity first;
    private static Identity friend;

    @BeforeAll
    static void start() throws Exception {
        first = Identity.make(folder, "first");
        friend = Identity.make(folder, "friend");
        first.write(folder, "server");
        friend.write(folder, "clients");
        String bundle = "spring.ssl.bundle.pem.gateway.";
        gateway = GatewayFixture.start(
                bundle + "reload-on-update=true",
                bundle + "keystore.certificate=" + folder.resolve("server.crt"),
                bundle + "keystore.private-key=" + folder.resolve("server.key"),
                bundle + "truststore.certificate=" + folder.resolve("clients.crt"),
                "spring.ssl.bundle.watch.file.quiet-period=200ms",
                "server.ssl.bundle=gateway",
                "server.ssl.client-auth=need");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void aClientWithATrustedCertificateIsServedAndAnotherIsNot() throws Exception {
        assertThat(status(Certificates.client(first, friend))).isEqualTo(200);
        SSLContext withNone = Certificates.client(first);
        assertThatThrownBy(() -> status(withNone)).isInstanceOf(IOException.class);
        SSLContext stranger = Certificates.client(first, Identity.make(folder, "stranger"));
        assertThatThrownBy(() -> status(stranger)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> status(Certificates.client(friend, friend))).isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void aCertificateThatIsReplacedIsShownWithoutARestart() throws Exception {
        Identity second = Identity.make(folder, "second");
        SSLContext trustingTheSecond = Certificates.client(second, friend);
        assertThatThrownBy(() -> status(trustingTheSecond)).isInstanceOf(SSLHandshakeException.class);
        second.write(folder, "server");
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> status(trustingTheSecond) == 200);
        first.write(folder, "server");
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> status(Certificates.client(first, friend)) == 200);
    }

    private static int status(SSLContext context) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            URI models = URI.create("https://127.0.0.1:" + gateway.port() + "/v1/models");
            return client.send(
                            HttpRequest.newBuilder(models)
                                    .timeout(Duration.ofSeconds(10))
                                    .header("authorization", "Bearer " + GatewayFixture.KEY)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        }
    }
}
