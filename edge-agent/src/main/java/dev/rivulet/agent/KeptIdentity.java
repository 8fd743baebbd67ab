// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import dev.rivulet.edge.Identity;
import java.io.IOException;
import java.io.Reader;
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
 * Who the site is in its federation, in a file that its owner alone may read: after a restart it is the same device.
 *
 * @param file made when the site enrols
 */
record KeptIdentity(Path file) {

    /**
     * Empty before the first enrolment.
     *
     * @throws IOException if the file can't be read, or holds no identity
     */
    Optional<Identity> read() throws IOException {
        Properties kept = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            kept.load(reader);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            KeyFactory keys = KeyFactory.getInstance("Ed25519");
            KeyPair pair = new KeyPair(
                    keys.generatePublic(new X509EncodedKeySpec(bytes(kept, "public"))),
                    keys.generatePrivate(new PKCS8EncodedKeySpec(bytes(kept, "private"))));
            return Optional.of(new Identity(text(kept, "device"), text(kept, "federation"), pair));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + " holds no identity; take it away to enrol anew", e);
        }
    }

    private static String text(Properties kept, String name) {
        String text = kept.getProperty(name);
        if (text == null) {
            throw new IllegalArgumentException("there is no " + name);
        }
        return text;
    }

    private static byte[] bytes(Properties kept, String name) {
        return Base64.getDecoder().decode(text(kept, name));
    }

    void keep(Identity identity) throws IOException {
        Properties kept = new Properties();
        kept.setProperty("device", identity.device());
        kept.setProperty("federation", identity.federation());
        Base64.Encoder base64 = Base64.getEncoder();
        kept.setProperty(
                "public", base64.encodeToString(identity.keys().getPublic().getEncoded()));
        kept.setProperty(
                "private", base64.encodeToString(identity.keys().getPrivate().getEncoded()));
        Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
        Path beside = Files.createTempFile(
                folder,
                "identity",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (Writer writer = Files.newBufferedWriter(beside)) {
            kept.store(writer, null);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
