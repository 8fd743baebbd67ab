// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.upstream;

import dev.rivulet.edge.Identity;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.Properties;

/**
 * Who a federation is in the one above it, in a file that its owner alone may read: after a restart it is the same device.
 *
 * @param file of this federation
 */
record KeptIdentity(Path file) {

    /** Empty before the first enrolment. */
    Optional<Identity> read() {
        Properties kept = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            kept.load(reader);
            KeyFactory keys = KeyFactory.getInstance("Ed25519");
            KeyPair pair = new KeyPair(
                    keys.generatePublic(new X509EncodedKeySpec(bytes(kept, "public"))),
                    keys.generatePrivate(new PKCS8EncodedKeySpec(bytes(kept, "private"))));
            return Optional.of(new Identity(kept.getProperty("device"), kept.getProperty("federation"), pair));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | IllegalArgumentException | NullPointerException e) {
            throw new IllegalStateException(file + " holds no identity; take it away to enrol anew", e);
        }
    }

    private static byte[] bytes(Properties kept, String name) {
        return Base64.getDecoder().decode(kept.getProperty(name));
    }

    void keep(Identity identity) {
        Properties kept = new Properties();
        kept.setProperty("device", identity.device());
        kept.setProperty("federation", identity.federation());
        kept.setProperty("public", text(identity.keys().getPublic().getEncoded()));
        kept.setProperty("private", text(identity.keys().getPrivate().getEncoded()));
        try {
            Files.createDirectories(file.getParent());
            Path beside = Files.createTempFile(
                    file.getParent(),
                    "identity",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (Writer writer = Files.newBufferedWriter(beside)) {
                kept.store(writer, null);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
