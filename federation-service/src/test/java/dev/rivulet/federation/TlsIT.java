package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
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

    private static final char[] PASSWORD = "password".toCharArray();

    @LocalServerPort
    private int port;

    private static final Path FOLDER = folder();

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
        show(identity("first"), "first");
        String bundle = "spring.ssl.bundle.pem.federation.";
        properties.add(bundle + "reload-on-update", () -> "true");
        properties.add(
                bundle + "keystore.certificate", () -> FOLDER.resolve("tls.crt").toString());
        properties.add(
                bundle + "keystore.private-key", () -> FOLDER.resolve("tls.key").toString());
        properties.add("spring.ssl.bundle.watch.file.quiet-period", () -> "200ms");
        properties.add("server.ssl.bundle", () -> "federation");
    }

    private static KeyStore identity(String name) throws Exception {
        Path store = FOLDER.resolve(name + ".p12");
        if (Files.exists(store)) {
            return read(store);
        }
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keyalg",
                        "EC",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).as(said).isZero();
        return read(store);
    }

    private static KeyStore read(Path store) throws Exception {
        KeyStore read = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            read.load(in, PASSWORD);
        }
        return read;
    }

    private static void show(KeyStore identity, String name) throws Exception {
        pem("tls.key", "PRIVATE KEY", identity.getKey(name, PASSWORD).getEncoded());
        pem("tls.crt", "CERTIFICATE", identity.getCertificate(name).getEncoded());
    }

    private static void pem(String file, String kind, byte[] der) throws IOException {
        Path beside = FOLDER.resolve(file + ".new");
        Files.writeString(
                beside,
                "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + kind
                        + "-----\n");
        Files.move(beside, FOLDER.resolve(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aCertificateThatIsReplacedIsShownWithoutARestart() throws Exception {
        assertThat(status(identity("first"), "first")).isEqualTo(200);
        KeyStore second = identity("second");
        show(second, "second");
        await().atMost(Duration.ofMinutes(1))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> status(second, "second") == 200);
    }

    /** What somebody is answered who trusts one certificate. */
    private int status(KeyStore trusted, String name) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("federation", trusted.getCertificate(name));
        TrustManagerFactory trusting = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusting.init(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trusting.getTrustManagers(), null);
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
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
