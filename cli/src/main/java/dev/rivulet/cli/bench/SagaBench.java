// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The part of the suite {@code events} about rollouts: from a step's decision to a reader of {@code model.rollout.changed}, as
 * replicas and gateways are, and to the first answer that the gateway gives by it; and from a rollout's start to replicas that have
 * the candidate ready and to its first request. The candidate has the files of the champion under a name of its own; it and its
 * rollouts have ended afterwards, and the version is gone.
 *
 * @param registry its interface
 * @param gateway its interface
 * @param brokers host and port of the broker
 * @param nanoTime a monotonic clock
 * @param rollouts how many are begun, one after the other, at least 1
 */
record SagaBench(Api registry, Api gateway, String brokers, LongSupplier nanoTime, int rollouts) {
    private static final String SUITE = "events";
    private static final String TOPIC = "model.rollout.changed";
    private static final String ALONE = "a request by itself";
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration PREPARED = Duration.ofMinutes(3);
    private static final int MOST_MODELS = 100;
    private static final int MOST_SESSIONS = 200;
    private static final double P99 = 0.99;

    /** A served model, its champion, and the version that is rolled out beside it. */
    private record Candidate(String model, String champion, String version) {}

    /** Durations of all rollouts. */
    private static final class Measured {
        private final Samples read = new Samples();
        private final Samples served = new Samples();
        private final Samples alone = new Samples();
        private final Samples prepared = new Samples();
        private final Samples first = new Samples();
    }

    List<BenchLine> run() throws InterruptedException, IOException {
        Candidate candidate = register();
        Measured measured = new Measured();
        try (TopicWatch facts = new TopicWatch(brokers, TOPIC, nanoTime)) {
            for (int number = 0; number < rollouts; number++) {
                rollout(candidate, facts, "bench-" + number, measured);
            }
        } finally {
            remove(candidate);
        }
        return lines(measured);
    }

    private Candidate register() throws InterruptedException {
        for (JsonNode model :
                registry.get("/api/models?limit=" + MOST_MODELS, ANSWER).path("models")) {
            String champion = model.path("aliases").path("champion").asString("");
            if (model.path("task").asString("").equals("text-generation") && !champion.isEmpty()) {
                for (JsonNode version : model.path("versions")) {
                    if (version.path("version").asString("").equals(champion)) {
                        return register(model.path("name").asString(), champion, version);
                    }
                }
            }
        }
        throw new UsageException("There is no model for text with a champion, whose version could be rolled out.");
    }

    private Candidate register(String model, String champion, JsonNode version) throws InterruptedException {
        String name = "bench-" + ProcessHandle.current().pid();
        registry.send(
                "POST",
                "/api/models/" + model + "/versions",
                Map.of("version", name, "files", version.path("files"), "tags", version.path("tags")),
                ANSWER);
        return new Candidate(model, champion, name);
    }

    private void remove(Candidate candidate) throws InterruptedException {
        for (JsonNode active : registry.get("/api/rollouts?active=true&model=" + candidate.model(), ANSWER)
                .path("rollouts")) {
            if (active.path("candidate").asString("").equals(candidate.version())) {
                act(active.path("rollout").asString(), "abort");
            }
        }
        String version = "/api/models/" + candidate.model() + "/versions/" + candidate.version();
        registry.send("DELETE", version, Map.of(), ANSWER);
    }

    private void rollout(Candidate candidate, TopicWatch facts, String name, Measured into)
            throws InterruptedException, IOException {
        int told = facts.count(candidate.model());
        long asked = nanoTime.getAsLong();
        String id = registry.send("POST", "/api/rollouts", plan(candidate), ANSWER)
                .path("rollout")
                .asString();
        into.read.add(facts.next(candidate.model(), told, ANSWER) - asked);
        firstRequest(candidate, name, asked);
        into.first.add(nanoTime.getAsLong() - asked);
        into.prepared.add(preparing(id));
        String session = sessionOfChampion(candidate, name);
        step(candidate, facts, id, "advance", session, candidate.version(), into);
        step(candidate, facts, id, "abort", session, candidate.champion(), into);
    }

    /** Half of the sessions, then all; no step is taken by itself once it serves, and equal versions on a busy machine are equal. */
    private static Map<String, Object> plan(Candidate candidate) {
        return Map.of(
                "model",
                candidate.model(),
                "candidate",
                candidate.version(),
                "steps",
                List.of(50, 100),
                "step_seconds",
                3600,
                "hold_seconds",
                3600,
                "patience_seconds",
                3600,
                "max_latency_ratio",
                100,
                "by",
                "bench",
                "reason",
                "measures how soon a step is known");
    }

    private void firstRequest(Candidate candidate, String name, long asked) throws InterruptedException, IOException {
        int session = 0;
        while (!answeredBy(candidate, name + "-first-" + session++).equals(candidate.version())) {
            if (nanoTime.getAsLong() - asked > PREPARED.toNanos()) {
                throw new UsageException("The candidate answered nobody within " + PREPARED.toMinutes()
                        + " minutes; `./rivulet rollout show " + candidate.model() + "` says why.");
            }
        }
    }

    /** From the start to the step that replicas with the candidate ready let the registry take, by its clock, in nanoseconds. */
    private long preparing(String id) throws InterruptedException {
        JsonNode rollout = registry.get("/api/rollouts/" + id, ANSWER);
        for (JsonNode entry : rollout.path("timeline")) {
            if (entry.path("event").asString("").equals("prepared")) {
                return Duration.between(
                                Instant.parse(rollout.path("started_at").asString()),
                                Instant.parse(entry.path("at").asString()))
                        .toNanos();
            }
        }
        throw new UsageException("The candidate answered before it was prepared: " + rollout.path("state"));
    }

    /** One that the next step moves. */
    private String sessionOfChampion(Candidate candidate, String name) throws InterruptedException, IOException {
        for (int number = 0; number < MOST_SESSIONS; number++) {
            String session = name + "-other-" + number;
            if (answeredBy(candidate, session).equals(candidate.champion())) {
                return session;
            }
        }
        throw new UsageException("The candidate answers all sessions, and half of them are not its own.");
    }

    private void step(
            Candidate candidate,
            TopicWatch facts,
            String id,
            String action,
            String session,
            String version,
            Measured into)
            throws InterruptedException, IOException {
        long before = nanoTime.getAsLong();
        answeredBy(candidate, session);
        into.alone.add(nanoTime.getAsLong() - before);
        int told = facts.count(candidate.model());
        long asked = nanoTime.getAsLong();
        act(id, action);
        while (!answeredBy(candidate, session).equals(version)) {
            if (nanoTime.getAsLong() - asked > ANSWER.toNanos()) {
                throw new UsageException("The gateway did not heed a step within " + ANSWER.toSeconds() + " s.");
            }
        }
        into.served.add(nanoTime.getAsLong() - asked);
        into.read.add(facts.next(candidate.model(), told, ANSWER) - asked);
    }

    private void act(String id, String action) throws InterruptedException {
        registry.send(
                "POST", "/api/rollouts/" + id + "/" + action, Map.of("by", "bench", "reason", "measured"), ANSWER);
    }

    /** Asks the model for one token in a session; which version answered. */
    private String answeredBy(Candidate candidate, String session) throws InterruptedException, IOException {
        Map<String, Object> body = Map.of(
                "model",
                candidate.model(),
                "max_tokens",
                1,
                "messages",
                List.of(Map.of("role", "user", "content", "Hello " + nanoTime.getAsLong())));
        Api.Answer answer = gateway.transfer(
                "POST",
                "/v1/chat/completions",
                Map.of("content-type", "application/json", "x-session-id", session),
                BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(body)),
                ANSWER);
        if (answer.status() >= 400) {
            throw answer.refusal();
        }
        return answer.header("x-rivulet-model-version");
    }

    private static List<BenchLine> lines(Measured measured) {
        double alone = measured.alone.millis(0.5);
        return List.of(
                line("saga step latency: decided to event read, p50", measured.read, 0.5),
                line("saga step latency: decided to event read, p99", measured.read, P99),
                BenchLine.beside(
                        SUITE,
                        "saga step latency: decided to answered by it, p50",
                        "ms",
                        measured.served.millis(0.5),
                        alone,
                        ALONE),
                BenchLine.beside(
                        SUITE,
                        "saga step latency: decided to answered by it, p99",
                        "ms",
                        measured.served.millis(P99),
                        measured.alone.millis(P99),
                        ALONE),
                line("rollout start to ready on the replicas, p50", measured.prepared, 0.5),
                line("rollout start to first canary request, p50", measured.first, 0.5));
    }

    private static BenchLine line(String work, Samples samples, double share) {
        return BenchLine.alone(SUITE, work, "ms", samples.millis(share));
    }
}
