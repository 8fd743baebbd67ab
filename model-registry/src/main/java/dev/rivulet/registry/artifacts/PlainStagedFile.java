// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A staged file that holds the bytes as they came. */
record PlainStagedFile(Path path, FileChannel channel) implements StagedFile {

    /** Opens a file to go on at its end. */
    static PlainStagedFile open(Path path) throws IOException {
        return new PlainStagedFile(
                path,
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void append(InputStream bytes, long maxBytes) throws IOException {
        channel.position(channel.size());
        try {
            StagedFile.pour(bytes, maxBytes - channel.size(), maxBytes, this::add);
        } finally {
            channel.force(true);
        }
    }

    private void add(byte[] bytes, int length) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    @Override
    public void finish() {
        // It is as it will be kept.
    }

    @Override
    public Sha256 digest() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return Digests.of(in);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
