// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.batches;

import dev.rivulet.gateway.jobs.Job;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answers of a batch while it runs: one file of successes and one of failures, to which a line is added for each request that
 * ended. After a crash a line that was not finished is cut off, and the rest says which requests are done. Used by one thread at a
 * time; blocking.
 */
final class BatchOutput implements AutoCloseable {

    private final JsonMapper json;
    private final String batch;
    private final Path successes;
    private final Path failures;
    private final Set<String> done = new HashSet<>();
    private final OutputStream good;
    private final OutputStream bad;
    private int completed;
    private int failed;

    BatchOutput(JsonMapper json, String batch, Path folder) throws IOException {
        this.json = json;
        this.batch = batch;
        this.successes = folder.resolve(batch + ".out");
        this.failures = folder.resolve(batch + ".err");
        this.completed = recover(successes);
        this.failed = recover(failures);
        this.good = Files.newOutputStream(successes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        this.bad = Files.newOutputStream(failures, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private int recover(Path file) throws IOException {
        if (!Files.exists(file)) {
            return 0;
        }
        cutUnfinished(file);
        try (Stream<String> lines = Files.lines(file)) {
            return (int) lines.peek(line ->
                            done.add(json.readTree(line).path("custom_id").asString("")))
                    .count();
        }
    }

    private static void cutUnfinished(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long end = bytes.length();
            while (end > 0) {
                bytes.seek(end - 1);
                if (bytes.read() == '\n') {
                    break;
                }
                end--;
            }
            bytes.setLength(end);
        }
    }

    boolean has(String customId) {
        return done.contains(customId);
    }

    /** What became of a request that was a job. */
    void add(BatchInput.Line line, Job.Result result) throws IOException {
        boolean success = result.outcome() == Job.Outcome.COMPLETED;
        ObjectNode node = line(line);
        if (result.status() == 0) {
            boolean expired = result.outcome() == Job.Outcome.EXPIRED;
            error(node, expired ? "batch_expired" : "batch_cancelled", expired ? "not answered in time" : "cancelled");
        } else {
            node.putObject("response")
                    .put("status_code", result.status())
                    .put("request_id", batch + "-" + line.number())
                    .set("body", json.readTree(result.body()));
            node.putNull("error");
        }
        write(line, node, success);
    }

    /** What became of a request that was never a job. */
    void add(BatchInput.Line line, String code, String message) throws IOException {
        ObjectNode node = line(line);
        error(node, code, message);
        write(line, node, false);
    }

    private ObjectNode line(BatchInput.Line line) {
        return json.createObjectNode()
                .put("id", "batch_req_" + batch.substring(batch.indexOf('_') + 1) + "_" + line.number())
                .put("custom_id", line.customId());
    }

    private static void error(ObjectNode node, String code, String what) {
        node.putNull("response");
        node.putObject("error").put("code", code).put("message", "This request was " + what + ".");
    }

    private void write(BatchInput.Line line, ObjectNode node, boolean success) throws IOException {
        if (!done.add(line.customId())) {
            return;
        }
        // One write, so that a crash leaves a whole line or one that is cut off.
        (success ? good : bad).write((json.writeValueAsString(node) + "\n").getBytes(StandardCharsets.UTF_8));
        if (success) {
            completed++;
        } else {
            failed++;
        }
    }

    Batch.Counts counts(int total) {
        return new Batch.Counts(total, completed, failed);
    }

    /** The file of successes; {@code null} if there were none. */
    @Nullable Path successes() {
        return completed == 0 ? null : successes;
    }

    /** The file of failures; {@code null} if there were none. */
    @Nullable Path failures() {
        return failed == 0 ? null : failures;
    }

    @Override
    public void close() throws IOException {
        good.close();
        bad.close();
    }
}
