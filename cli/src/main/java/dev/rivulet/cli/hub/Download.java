// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import dev.rivulet.cli.http.TransferProgress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes files of one commit into a folder. What has come of a file lies beside its name as {@code NAME.part}, with the entity tag of
 * who sent it in {@code NAME.etag}; the name itself appears when all bytes are there and their digest is right. However a process
 * ends, the next goes on from the part. Memory is one buffer.
 *
 * @param hub where they are
 * @param repository whose
 * @param commit which
 * @param folder where they go
 * @param stall how long no byte may come
 * @param progress told of every byte
 */
record Download(
        Hub hub, HubRepository repository, String commit, Path folder, Duration stall, TransferProgress progress) {
    private static final int BUFFER = 1 << 18;
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    /** Takes one file, going on where an earlier process ended. */
    void take(HubFile file) throws IOException, InterruptedException {
        Path whole = folder.resolve(file.path());
        Files.createDirectories(parent(whole));
        if (Files.exists(whole) && isWhole(file, whole)) {
            progress.skip(file.size());
            return;
        }
        Partial partial = new Partial(beside(whole, ".part"), beside(whole, ".etag"));
        progress.skip(partial.size());
        hub.patience().tried(file.path(), partial::size, () -> {
            attempt(file, partial, whole);
            return whole;
        });
    }

    private static boolean isWhole(HubFile file, Path whole) throws IOException {
        if (Files.size(whole) == file.size()) {
            ContentDigest digest = ContentDigest.of(file);
            digest.update(whole);
            if (digest.matches()) {
                return true;
            }
        }
        Files.delete(whole);
        return false;
    }

    private void attempt(HubFile file, Partial partial, Path whole) throws IOException, InterruptedException {
        ContentDigest digest = ContentDigest.of(file);
        if (partial.size() > file.size() || !digest.known() && partial.etag().isEmpty()) {
            restart(partial);
        }
        long begun = partial.size();
        if (begun < file.size()) {
            begun = receive(file, partial, digest, begun);
        } else {
            Files.write(partial.bytes(), new byte[0], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            digest.update(partial.bytes());
        }
        if (!digest.matches()) {
            restart(partial);
            String fault =
                    file.path() + ": the bytes that came are not those that the hub lists (their digest differs)";
            if (begun == 0) {
                throw new HubException(repository + ": " + fault + "; they were thrown away.");
            }
            throw new IOException(fault);
        }
        Files.move(partial.bytes(), whole, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(partial.tag());
    }

    /** Reads what is missing, or all of it if the sender does not go on. Gives where it began. */
    private long receive(HubFile file, Partial partial, ContentDigest digest, long have)
            throws IOException, InterruptedException {
        Hub.Answer answer = hub.open(repository, commit, file, headers(partial, have));
        try (var body = answer.body();
                StallGuard guard = new StallGuard(body, stall)) {
            long from = begin(file, partial, answer, have);
            if (from > 0) {
                digest.update(partial.bytes());
            }
            try (FileChannel channel = FileChannel.open(
                    partial.bytes(), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                copy(file, answer, guard, digest, channel, from);
                channel.force(true);
            }
            return from;
        }
    }

    private static Map<String, String> headers(Partial partial, long have) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        // Compressed on the way, bytes could not be counted.
        headers.put("accept-encoding", "identity");
        if (have > 0) {
            headers.put("range", "bytes=" + have + "-");
            String etag = partial.etag();
            if (etag.startsWith("\"")) {
                headers.put("if-range", etag);
            }
        }
        return headers;
    }

    /** Checks what is about to come and says from which byte on it is. */
    private long begin(HubFile file, Partial partial, Hub.Answer answer, long have) throws IOException {
        if (!file.sha256().isEmpty()
                && answer.linkedEtag().length() == file.sha256().length()
                && !answer.linkedEtag().equals(file.sha256())) {
            throw new HubException(repository + ": " + file.path() + ": the hub lists one digest and sends another.");
        }
        if (answer.status() == 206 && have > 0) {
            Matcher range = RANGE.matcher(answer.range());
            boolean goesOn = range.matches()
                    && Long.parseLong(range.group(1)) == have
                    && Long.parseLong(range.group(3)) == file.size();
            if (goesOn) {
                return have;
            }
        }
        restart(partial);
        if (answer.status() != 200) {
            throw new IOException(
                    "the file has another size than before, or its sender can't go on; from its start again");
        }
        if (answer.length() >= 0 && answer.length() != file.size()) {
            throw new HubException(repository + ": " + file.path() + ": the hub lists " + file.size()
                    + " bytes and sends " + answer.length() + "; nothing of it is taken.");
        }
        partial.mark(answer.etag());
        return 0;
    }

    private void copy(
            HubFile file, Hub.Answer answer, StallGuard guard, ContentDigest digest, FileChannel channel, long from)
            throws IOException {
        byte[] buffer = new byte[BUFFER];
        long at = from;
        for (int read = answer.body().read(buffer);
                read >= 0;
                read = answer.body().read(buffer)) {
            guard.alive();
            if (at + read > file.size()) {
                throw new HubException(repository + ": " + file.path() + ": more bytes come than the " + file.size()
                        + " that the hub lists.");
            }
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            digest.update(buffer, read);
            at += read;
            progress.advance(read);
        }
        if (at < file.size()) {
            throw new IOException("the connection ended after " + at + " of " + file.size() + " bytes");
        }
    }

    private void restart(Partial partial) throws IOException {
        progress.advance(-partial.size());
        partial.forget();
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    /**
     * What has come of a file.
     *
     * @param bytes the file's beginning
     * @param tag entity tag of the sender, as it came
     */
    private record Partial(Path bytes, Path tag) {

        long size() throws IOException {
            return Files.exists(bytes) ? Files.size(bytes) : 0;
        }

        String etag() throws IOException {
            return Files.exists(tag) ? Files.readString(tag).strip() : "";
        }

        /** The tag is there before the first byte is, so that bytes never have the tag of others. */
        void mark(String etag) throws IOException {
            Files.writeString(tag, etag.length() > 512 ? "" : etag);
        }

        void forget() throws IOException {
            Files.deleteIfExists(bytes);
            Files.deleteIfExists(tag);
        }
    }
}
