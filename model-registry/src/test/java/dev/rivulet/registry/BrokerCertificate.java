// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A key pair with a certificate for 127.0.0.1 that it signs itself, made by the JDK's keytool.
 *
 * @param keystore PKCS12, for the broker
 * @param authority PEM, for clients that are to trust it
 */
record BrokerCertificate(Path keystore, Path authority) {

    static final String PASSWORD = "password-of-the-test";

    private static final String ALIAS = "broker";

    /** Makes one. */
    static BrokerCertificate make(Path keystore, Path authority) {
        try {
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            ALIAS,
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=broker of the test",
                            "-ext",
                            "san=ip:127.0.0.1",
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            keystore.toString(),
                            "-storepass",
                            PASSWORD)
                    .inheritIO()
                    .start();
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException("keytool makes no certificate");
            }
            KeyStore made = KeyStore.getInstance(keystore.toFile(), PASSWORD.toCharArray());
            String encoded = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                    .encodeToString(made.getCertificate(ALIAS).getEncoded());
            Files.createDirectories(authority.toAbsolutePath().getParent());
            Files.writeString(authority, "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
            return new BrokerCertificate(keystore, authority);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
