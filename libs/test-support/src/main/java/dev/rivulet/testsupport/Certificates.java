// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Self-signed certificates for this machine, made by the JDK's own tool; as PEM files and for clients. */
public final class Certificates {

    private static final char[] PASSWORD = "password".toCharArray();

    private Certificates() {}

    /** A certificate and its key, both for servers and clients. */
    public record Identity(Certificate certificate, Key key) {

        /** Makes one. */
        public static Identity make(Path folder, String name) throws Exception {
            Path store = folder.resolve(name + ".p12");
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            name,
                            "-dname",
                            "CN=" + name,
                            "-ext",
                            "san=ip:127.0.0.1,dns:localhost",
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
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool failed: " + said);
            }
            KeyStore read = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                read.load(in, PASSWORD);
            }
            return new Identity(
                    Objects.requireNonNull(read.getCertificate(name)),
                    Objects.requireNonNull(read.getKey(name, PASSWORD)));
        }

        /** Writes {@code <name>.crt} and {@code <name>.key}, each in one move. */
        public void write(Path folder, String name) throws IOException, GeneralSecurityException {
            pem(folder.resolve(name + ".key"), "PRIVATE KEY", key.getEncoded());
            pem(folder.resolve(name + ".crt"), "CERTIFICATE", certificate.getEncoded());
        }
    }

    /** What a client trusts and shows; nothing is shown where there is no identity. */
    public static SSLContext client(Identity trusted, Identity... shown) throws Exception {
        KeyStore trust = empty();
        trust.setCertificateEntry("server", trusted.certificate());
        TrustManagerFactory trusting = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusting.init(trust);
        KeyStore own = empty();
        for (Identity identity : shown) {
            own.setKeyEntry("own", identity.key(), PASSWORD, new Certificate[] {identity.certificate()});
        }
        KeyManagerFactory showing = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        showing.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(showing.getKeyManagers(), trusting.getTrustManagers(), null);
        return context;
    }

    private static KeyStore empty() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static void pem(Path file, String type, byte[] content) throws IOException {
        String text = "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + type
                + "-----\n";
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
