// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import java.util.Locale;
import java.util.Optional;

/** Tells from the first bytes of a file what its name may hide. */
final class FileMagic {

    /** Where a tar archive says that it is one. */
    private static final int TAR_MAGIC_AT = 257;

    /** As many bytes as {@link #objection} needs. */
    static final int HEAD = TAR_MAGIC_AT + 5;

    private static final long MAX_SAFETENSORS_HEADER = 100_000_000;

    private FileMagic() {}

    /**
     * Why the file is refused, if it is.
     *
     * @param head the first bytes, {@link #HEAD} of them if the file has as many
     * @param size of the whole file
     */
    static Optional<String> objection(String path, byte[] head, long size) {
        if (path.toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
            return safetensors(head, size)
                    ? Optional.empty()
                    : Optional.of("The file is not safetensors: it must begin with the length of a JSON header and {.");
        }
        if (starts(head, 'P', 'K', 3, 4) || starts(head, 'P', 'K', 5, 6)) {
            return Optional.of("The file is a ZIP archive, which may hold pickled objects; give the files themselves.");
        }
        if (starts(head, 0x1f, 0x8b) || at(head, TAR_MAGIC_AT, 'u', 's', 't', 'a', 'r')) {
            return Optional.of("The file is an archive, and nothing is unpacked here; give the files themselves.");
        }
        if (head.length >= 2 && (head[0] & 0xff) == 0x80 && head[1] >= 2 && head[1] <= 5) {
            return Optional.of(
                    "The file is a Python pickle, which runs code where it is loaded; convert it to .safetensors.");
        }
        return Optional.empty();
    }

    private static boolean safetensors(byte[] head, long size) {
        if (head.length < 9) {
            return false;
        }
        long header = 0;
        for (int i = 7; i >= 0; i--) {
            header = (header << 8) | (head[i] & 0xff);
        }
        return header >= 2 && header <= Math.min(MAX_SAFETENSORS_HEADER, size - 8) && head[8] == '{';
    }

    private static boolean starts(byte[] head, int... bytes) {
        return at(head, 0, bytes);
    }

    private static boolean at(byte[] head, int place, int... bytes) {
        if (head.length < place + bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((head[place + i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
