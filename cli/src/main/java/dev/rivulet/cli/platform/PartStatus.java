// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.Secrets;
import dev.rivulet.cli.kafka.KafkaProbe;
import dev.rivulet.cli.postgres.PostgresServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one part is, seen from another terminal.
 *
 * @param name its id
 * @param state how it is
 * @param url where it answers, or null if it does not run
 * @param pid its process, or null if it does not run
 * @param uptimeSeconds for how long it has run, or null if it does not
 * @param restarts how often it was started again since {@code up}
 */
record PartStatus(
        String name,
        State state,
        @Nullable String url,
        @Nullable Long pid,
        @Nullable Long uptimeSeconds,
        int restarts) {

    /** State of a part. */
    enum State {
        /** Runs and answers that it is ready to work. */
        @JsonProperty("up")
        UP,
        /** Runs, and is not ready yet or not ready now. */
        @JsonProperty("starting")
        STARTING,
        /** Died; the platform starts it again. */
        @JsonProperty("dead")
        DEAD,
        /** Was not started. */
        @JsonProperty("stopped")
        STOPPED
    }

    /** Looks at several parts side by side. */
    static List<PartStatus> of(List<Part> parts, RivuletHome home) throws InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(2))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        PartStatus[] found = new PartStatus[parts.size()];
        List<Task> looks = new ArrayList<>();
        for (int index = 0; index < found.length; index++) {
            int slot = index;
            looks.add(() -> found[slot] = of(parts.get(slot), home, client));
        }
        Parallel.run(looks);
        return List.of(found);
    }

    private static PartStatus of(Part part, RivuletHome home, HttpClient client) throws InterruptedException {
        Optional<PartRecord> record = PartRecord.read(home, part.id());
        if (record.isEmpty()) {
            return new PartStatus(part.id(), State.STOPPED, null, null, null, 0);
        }
        PartRecord known = record.get();
        if (known.process().isEmpty()) {
            return new PartStatus(part.id(), State.DEAD, known.url(), null, null, known.restarts());
        }
        State state = probe(part, known, home, client).ready() ? State.UP : State.STARTING;
        long uptime = Duration.between(known.started(), Instant.now()).toSeconds();
        return new PartStatus(part.id(), state, known.url(), known.pid(), Math.max(0, uptime), known.restarts());
    }

    private static Probe probe(Part part, PartRecord record, RivuletHome home, HttpClient client) {
        URI url = URI.create(record.url());
        return switch (part.kind()) {
            case BROKER -> () -> KafkaProbe.ready(url.getHost(), url.getPort());
            case DATABASE ->
                new PostgresServer(
                        home.data(),
                        home.path(),
                        url.getPort(),
                        new Secrets(home, new SecureRandom()).databasePassword())::ready;
            case SERVICE -> ServiceProbe.readiness(client, record.url());
        };
    }
}
