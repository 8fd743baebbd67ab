// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What the hub says about a file's bytes, checked while they come: SHA-256 of large files, git's SHA-1 of others. */
final class ContentDigest {
    private static final int BUFFER = 1 << 16;

    private final MessageDigest digest;
    private final String expected;

    private ContentDigest(MessageDigest digest, String expected) {
        this.digest = digest;
        this.expected = expected;
    }

    static ContentDigest of(HubFile file) {
        try {
            if (!file.sha256().isEmpty()) {
                return new ContentDigest(MessageDigest.getInstance("SHA-256"), file.sha256());
            }
            MessageDigest git = MessageDigest.getInstance("SHA-1");
            git.update(("blob " + file.size() + "\0").getBytes(StandardCharsets.US_ASCII));
            return new ContentDigest(git, file.gitOid());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256 and SHA-1", e);
        }
    }

    /** Whether the hub named a digest at all. */
    boolean known() {
        return !expected.isEmpty();
    }

    void update(byte[] bytes, int count) {
        digest.update(bytes, 0, count);
    }

    void update(Path file) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (InputStream bytes = Files.newInputStream(file)) {
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
    }

    /** Whether the bytes are those that the hub means; to be asked once. */
    boolean matches() {
        return !known() || HexFormat.of().formatHex(digest.digest()).equals(expected);
    }
}
