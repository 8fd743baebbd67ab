// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;

/** Files of keys; a key is made from its id. */
final class Keys {

    private Keys() {}

    static Path write(Path folder, String... ids) throws IOException {
        String lines = Arrays.stream(ids).map(id -> id + ":" + key(id)).collect(Collectors.joining("\n"));
        return Files.writeString(folder.resolve("blob.keys"), "# the current one first\n" + lines + "\n");
    }

    static KeyRing ring(Path folder, String... ids) throws IOException {
        return KeyRing.read(write(folder, ids), new SecureRandom());
    }

    private static String key(String id) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) id.hashCode());
        return Base64.getEncoder().encodeToString(key);
    }
}
