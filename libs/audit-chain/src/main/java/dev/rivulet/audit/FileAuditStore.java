// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log in a file of its own, on the disk before an append returns. The file is locked: two writers, of one process or of two, would
 * tear each other's lines. Threads may share one store. Where locks are POSIX, a failed attempt to open the file again in the same process
 * lets go of the lock against other processes: open a file once in a process.
 */
public final class FileAuditStore implements AuditStore, AutoCloseable {

    /** What opening a file came to. */
    public sealed interface Opened {
        /** Close it. */
        record Ready(FileAuditStore store) implements Opened {}

        /** Another writer has the file. */
        record Busy() implements Opened {}

        /**
         * A crash left a part of a line at the end, which was never acknowledged. Nothing was changed; {@link #mend} goes on.
         *
         * @param lines whole ones before it
         * @param offset of the part in the file
         * @param bytes of the part
         */
        record Torn(long lines, long offset, long bytes) implements Opened {}

        /** A line is not text or too long: this is no log, or an edited one. */
        record Unreadable(long line) implements Opened {}
    }

    private final FileChannel channel;
    private long length;
    private long size;
    private @Nullable String last;
    private boolean isBroken;

    private FileAuditStore(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens a file, or makes it. Reads it once; who signed it is not checked. */
    public static Opened open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileAuditStore store = new FileAuditStore(channel);
        Opened opened = lock(channel) ? store.scan() : new Opened.Busy();
        if (!(opened instanceof Opened.Ready)) {
            store.close();
        }
        return opened;
    }

    /**
     * Takes a torn part off the end of a file, after it was copied beside it ({@code NAME.torn-OFFSET}), so that nothing is lost.
     *
     * @return the copy
     * @throws IOException also if the copy is there already
     */
    public static Path mend(Path file, Opened.Torn torn) throws IOException {
        Path copy = file.resolveSibling(file.getFileName() + ".torn-" + torn.offset());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (!lock(channel) || channel.size() != torn.offset() + torn.bytes()) {
                throw new IOException(file + " has changed since it was found torn");
            }
            ByteBuffer part = ByteBuffer.allocate(Math.toIntExact(torn.bytes()));
            fill(channel, part, torn.offset());
            Files.write(
                    copy,
                    part.array(),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.SYNC,
                    StandardOpenOption.WRITE);
            channel.truncate(torn.offset());
            channel.force(true);
        }
        return copy;
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private Opened scan() throws IOException {
        LogLines lines = new LogLines(stream(), AuditVerifier.LONGEST_LINE);
        while (true) {
            switch (lines.next()) {
                case LogLines.Line.Whole(String text) -> grown(text, bytes(text).length);
                case LogLines.Line.Torn(long bytes) -> {
                    return new Opened.Torn(length, size, bytes);
                }
                case LogLines.Line.End() -> {
                    return new Opened.Ready(this);
                }
                case LogLines.Line.TooLong(), LogLines.Line.NoText() -> {
                    return new Opened.Unreadable(length + 1);
                }
            }
        }
    }

    @Override
    public synchronized Tail tail() {
        return new Tail(length, last);
    }

    @Override
    public synchronized Appended append(long sequence, String line) throws IOException {
        if (isBroken) {
            throw new IOException("An append failed before; open the file anew to see what it holds");
        }
        if (sequence != length) {
            return new Appended.Conflict(length);
        }
        byte[] bytes = bytes(line);
        if (line.indexOf('\n') >= 0 || bytes.length - 1 > AuditVerifier.LONGEST_LINE) {
            throw new IllegalArgumentException("a line has no line feed and at most 2²⁰ bytes");
        }
        isBroken = true;
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            channel.write(rest, size + rest.position());
        }
        channel.force(true);
        isBroken = false;
        grown(line, bytes.length);
        return new Appended.Kept(sequence, line);
    }

    @Override
    public synchronized List<String> read(long from, int most) throws IOException {
        List<String> found = new ArrayList<>();
        LogLines lines = new LogLines(stream(), AuditVerifier.LONGEST_LINE);
        for (long at = 0; at < length && found.size() < most; at++) {
            if (!(lines.next() instanceof LogLines.Line.Whole(String text))) {
                throw new IOException("Line " + (at + 1) + " was changed under the store");
            }
            if (at >= from) {
                found.add(text);
            }
        }
        return found;
    }

    /** The stream from the beginning; closing the store closes it. */
    private InputStream stream() throws IOException {
        channel.position(0);
        return Channels.newInputStream(channel);
    }

    private void grown(String line, int bytes) {
        length++;
        size += bytes;
        last = line;
    }

    private static byte[] bytes(String line) {
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void fill(FileChannel channel, ByteBuffer buffer, long from) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new EOFException("the file became shorter");
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
