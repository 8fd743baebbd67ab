package dev.rivulet.cli.startup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names of contents: the first letters of a SHA-256. */
final class Digests {
    private static final int LETTERS = 16;

    private Digests() {}

    static String shortName(byte[] bytes) {
        return name(sha256().digest(bytes));
    }

    /** Name of a file's content; the file is read in pieces. */
    static String shortName(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream bytes = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return name(digest.digest());
    }

    private static String name(byte[] digest) {
        return HexFormat.of().formatHex(digest).substring(0, LETTERS);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
