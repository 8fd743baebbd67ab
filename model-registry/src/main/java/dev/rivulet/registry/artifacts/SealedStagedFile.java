// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;

/** A staged file that is sealed as it grows: no byte lies open on the disk, also before the upload ends. */
final class SealedStagedFile implements StagedFile {

    private final Path path;
    private final FileChannel channel;
    private final Segments segments;
    private final SecureRandom random;
    private final byte[] tail = new byte[Segments.PLAIN];
    private int tailLength;
    private long full;

    private SealedStagedFile(Path path, FileChannel channel, Segments segments, SecureRandom random) {
        this.path = path;
        this.channel = channel;
        this.segments = segments;
        this.random = random;
    }

    /**
     * Opens a file to go on at its end; a tail that a crash tore is left out.
     *
     * @param header names the data key
     */
    static SealedStagedFile open(Path path, byte[] header, Segments segments, SecureRandom random) throws IOException {
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        SealedStagedFile file = new SealedStagedFile(path, channel, segments, random);
        if (channel.size() < Segments.HEADER) {
            channel.truncate(0);
            file.write(ByteBuffer.wrap(header), 0);
        }
        file.full = (channel.size() - Segments.HEADER) / Segments.SEALED;
        file.readTail();
        return file;
    }

    private void readTail() throws IOException {
        long begin = Segments.position(full);
        byte[] sealed = read(begin, (int) (channel.size() - begin));
        if (sealed.length > 0) {
            try {
                byte[] plain = segments.open(sealed, sealed.length, full, false);
                System.arraycopy(plain, 0, tail, 0, plain.length);
                tailLength = plain.length;
            } catch (IOException e) {
                channel.truncate(begin);
            }
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public long size() {
        return full * Segments.PLAIN + tailLength;
    }

    @Override
    public void append(InputStream bytes, long maxBytes) throws IOException {
        try {
            StagedFile.pour(bytes, maxBytes - size(), maxBytes, this::add);
        } finally {
            if (tailLength > 0) {
                write(segments.seal(tail, tailLength, full, false, random), Segments.position(full));
            }
            channel.force(true);
        }
    }

    private void add(byte[] bytes, int length) throws IOException {
        int taken = 0;
        while (taken < length) {
            int part = Math.min(length - taken, tail.length - tailLength);
            System.arraycopy(bytes, taken, tail, tailLength, part);
            taken += part;
            tailLength += part;
            if (tailLength == tail.length) {
                write(segments.seal(tail, tailLength, full, false, random), Segments.position(full));
                full++;
                tailLength = 0;
            }
        }
    }

    /** Marks the last segment as the last. */
    @Override
    public void finish() throws IOException {
        if (tailLength == 0 && full > 0) {
            byte[] plain = lastFull();
            write(segments.seal(plain, plain.length, full - 1, true, random), Segments.position(full - 1));
        } else {
            write(segments.seal(tail, tailLength, full, true, random), Segments.position(full));
        }
        channel.force(true);
    }

    /** It may be marked already, if the registry ended between that and the end of the upload. */
    private byte[] lastFull() throws IOException {
        byte[] sealed = read(Segments.position(full - 1), Segments.SEALED);
        try {
            return segments.open(sealed, sealed.length, full - 1, false);
        } catch (IOException e) {
            return segments.open(sealed, sealed.length, full - 1, true);
        }
    }

    @Override
    public Sha256 digest() throws IOException {
        InputStream in = Files.newInputStream(path);
        try (in) {
            in.skipNBytes(Segments.HEADER);
            return Digests.of(new SealedInput(in, segments, 0, Segments.count(channel.size())));
        }
    }

    private byte[] read(long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {
            // Reads on.
        }
        return bytes.array();
    }

    private void write(ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
