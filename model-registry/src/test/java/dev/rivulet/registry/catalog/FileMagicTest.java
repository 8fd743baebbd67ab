// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileMagicTest {

    @ParameterizedTest
    @ValueSource(longs = {2, 512, 640, 0x0280, 0x0580, 1000})
    void safetensorsWhoseHeaderLengthLooksLikeAPickleAreGood(long header) {
        assertThat(FileMagic.objection("model.safetensors", tensors(header, '{'), 5000))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4993, Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void safetensorsWhoseHeaderDoesNotFitAreRefused(long header) {
        assertThat(FileMagic.objection("model.safetensors", tensors(header, '{'), 5000))
                .isPresent();
    }

    @Test
    void safetensorsWithoutJsonOrTooShortAreRefused() {
        assertThat(FileMagic.objection("a.SafeTensors", tensors(100, 'x'), 5000))
                .isPresent();
        assertThat(FileMagic.objection("a.safetensors", new byte[8], 8)).isPresent();
    }

    @Test
    void picklesAndArchivesAreRefusedUnderAnyOtherName() {
        for (int protocol = 2; protocol <= 5; protocol++) {
            assertThat(FileMagic.objection("a.json", new byte[] {(byte) 0x80, (byte) protocol, 'c'}, 3))
                    .isPresent();
        }
        assertThat(FileMagic.objection("a.onnx", "PK\3\4".getBytes(StandardCharsets.US_ASCII), 4))
                .isPresent();
    }

    /** Nothing is ever unpacked, so an archive can only be meant for somebody who does. */
    @Test
    void archivesAreRefusedUnderEveryName() {
        byte[] tar = new byte[512];
        System.arraycopy("../../etc/cron.d/x".getBytes(StandardCharsets.US_ASCII), 0, tar, 0, 18);
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        byte[] gzip = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
        byte[] zip = "PK\3\4\24\0\0\0\0\0".getBytes(StandardCharsets.US_ASCII);
        for (byte[] archive : List.of(tar, gzip, zip)) {
            byte[] head = Arrays.copyOf(archive, Math.min(FileMagic.HEAD, archive.length));
            assertThat(FileMagic.objection("model.safetensors", head, 100_000)).isPresent();
            assertThat(FileMagic.objection("tokenizer.json", head, 100_000)).isPresent();
        }
    }

    @Test
    void otherFilesAreGood() {
        assertThat(FileMagic.objection("a.json", "{}".getBytes(StandardCharsets.US_ASCII), 2))
                .isEmpty();
        assertThat(FileMagic.objection("a.gguf", "GGUF".getBytes(StandardCharsets.US_ASCII), 4))
                .isEmpty();
        assertThat(FileMagic.objection("empty.txt", new byte[0], 0)).isEmpty();
    }

    private static byte[] tensors(long header, char first) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header)
                .put((byte) first)
                .array();
    }
}
