// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.http.Api.Answer;
import dev.rivulet.cli.http.TransferProgress;
import dev.rivulet.cli.hub.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends files to the registry as blobs. A large one goes in a resumable upload: when the connection breaks, or this process ends,
 * the next try goes on where the registry says. Memory is one buffer.
 *
 * @param api the registry
 * @param patience with connections that break
 * @param progress told of every byte
 */
record BlobUpload(Api api, Patience patience, TransferProgress progress) {
    private static final Duration ANSWER = Duration.ofMinutes(5);
    private static final Duration UPLOAD = Duration.ofHours(1);
    private static final Map<String, String> JSON = Map.of("content-type", "application/json");

    /** Up to here one request is cheaper than three. */
    private static final long SMALL = 1 << 20;

    /** Sends one file. */
    void send(ModelFolder.ModelFile file) throws IOException, InterruptedException {
        Sent sent = new Sent(new AtomicLong(), new AtomicLong());
        patience.tried(file.path(), () -> sent.confirmed().get(), () -> {
            if (file.size() <= SMALL) {
                count(sent, 0);
                succeeded(api.transfer(
                        "PUT",
                        "/api/blobs/" + file.sha256(),
                        Map.of("content-type", "application/octet-stream"),
                        rest(file, 0, sent),
                        ANSWER));
            } else {
                resume(file, sent);
            }
            return file;
        });
    }

    /**
     * How far a file is.
     *
     * @param counted bytes that left the file; some may be lost on the way
     * @param confirmed bytes that the registry said it has
     */
    private record Sent(AtomicLong counted, AtomicLong confirmed) {}

    private void resume(ModelFolder.ModelFile file, Sent sent) throws IOException, InterruptedException {
        String form = new JsonMapper().writeValueAsString(Map.of("sha256", file.sha256(), "size", file.size()));
        Answer opened = succeeded(api.transfer("POST", "/api/uploads", JSON, BodyPublishers.ofString(form), ANSWER));
        JsonNode upload = new JsonMapper().readTree(opened.body());
        if (upload.path("complete").asBoolean(false)) {
            count(sent, file.size());
            return;
        }
        String path = "/api/uploads/" + upload.path("id").asString("");
        long offset = upload.path("offset").asLong(0);
        count(sent, offset);
        if (offset < file.size()) {
            succeeded(api.transfer(
                    "PATCH", path, Map.of("upload-offset", Long.toString(offset)), rest(file, offset, sent), UPLOAD));
        }
        succeeded(api.transfer("PUT", path, Map.of(), BodyPublishers.noBody(), UPLOAD));
    }

    /** What the registry has counts, and what was sent and lost does not. */
    private void count(Sent sent, long offset) {
        sent.confirmed().set(offset);
        long counted = sent.counted().getAndSet(offset);
        if (offset != counted) {
            progress.advance(offset - counted);
        }
    }

    private BodyPublisher rest(ModelFolder.ModelFile file, long offset, Sent sent) {
        if (file.size() == 0) {
            return BodyPublishers.noBody();
        }
        BodyPublisher bytes = BodyPublishers.ofInputStream(() -> open(file.source(), offset, sent));
        return BodyPublishers.fromPublisher(bytes, file.size() - offset);
    }

    private InputStream open(Path source, long offset, Sent sent) {
        try {
            FileChannel channel = FileChannel.open(source, StandardOpenOption.READ);
            channel.position(offset);
            InputStream bytes = Channels.newInputStream(channel);
            return new CountedInput(bytes, read -> {
                sent.counted().addAndGet(read);
                progress.advance(read);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An upload that ended meanwhile, is written by a request that hangs, or meets a busy registry is worth another try. */
    private static Answer succeeded(Answer answer) throws IOException {
        int status = answer.status();
        if (status == 404 || status == 408 || status == 409 || status == 429 || status >= 500) {
            throw new IOException(answer.refusal().getMessage());
        }
        if (status >= 400) {
            throw answer.refusal();
        }
        return answer;
    }
}
