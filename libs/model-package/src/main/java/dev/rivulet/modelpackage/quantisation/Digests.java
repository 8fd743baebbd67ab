// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 of what a quantised form is made from, and of its file. */
final class Digests {

    private static final int BUFFER = 1 << 20;

    private Digests() {}

    /** Of names, types, shapes, roles and bytes of the matrices. */
    static String of(Weights source, List<LinearTensor> tensors) throws ModelRejectedException {
        MessageDigest digest = sha256();
        for (LinearTensor tensor : tensors) {
            var info = source.info(tensor.tensor());
            String line = tensor.name() + "\n" + info.dtype() + info.shape() + tensor.table() + "\n";
            digest.update(line.getBytes(StandardCharsets.UTF_8));
            digest.update(source.data(tensor.tensor()));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static String of(Path file) throws IOException {
        MessageDigest digest = sha256();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
