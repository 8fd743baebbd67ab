// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.startup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipFile;

/** Names of contents: the first letters of a SHA-256. */
final class Digests {
    private static final int LETTERS = 16;

    private Digests() {}

    static String shortName(byte[] bytes) {
        return name(sha256().digest(bytes));
    }

    /**
     * Name of a jar's content: of the names, sizes and checksums of its entries, so that only its directory is read. It tells
     * builds apart and protects from nothing.
     */
    static String jarName(Path jar) throws IOException {
        StringBuilder entries = new StringBuilder();
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            zip.stream()
                    .forEach(entry -> entries.append(entry.getName())
                            .append(' ')
                            .append(entry.getSize())
                            .append(' ')
                            .append(entry.getCrc())
                            .append('\n'));
        }
        return shortName(entries.toString().getBytes(StandardCharsets.UTF_8));
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
