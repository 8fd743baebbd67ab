// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import dev.rivulet.gateway.identity.Caller;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * What is known of one request on its way through: its id, its stages and how it ended. Holds no word of a prompt or an
 * answer. Safe for use by many threads.
 */
public final class Passage {

    public static final String ATTRIBUTE = Passage.class.getName();

    /** A header of answers that are less than was asked for, and are not to be kept: the rung of the ladder. */
    public static final String DEGRADED = "x-rivulet-degraded";

    /** A header of answers that one of several models has given: its name. */
    public static final String MODEL = "x-rivulet-model";

    private static final List<String> ASKED = List.of("auth", "ingress", "admission", "route");

    private final String id;
    private final LongSupplier nanos;
    private final long began;
    private final Map<String, Long> stages = new LinkedHashMap<>();
    private long stageBegan;
    private long firstByteAt = -1;
    private Caller caller = new Caller("-", Set.of(), Caller.Priority.NORMAL);
    private String model = "-";
    private String replica = "-";
    private String outcome = "ok";
    private Dialect.@Nullable Form dialect;
    private @Nullable Duration allowed;
    private @Nullable String traceId;
    private @Nullable String session;
    private @Nullable String job;
    private boolean siteOnly;
    private final Map<String, String> hints = new LinkedHashMap<>();
    private final Map<String, String> told = new LinkedHashMap<>();
    private final Map<String, String> versions = new LinkedHashMap<>();
    private boolean asking;
    private boolean streamed;
    private long bytes;
    private long tokens;
    private @Nullable LongConsumer late;
    private Runnable place = () -> {};
    private boolean elsewhere;
    private boolean fleeting;

    public Passage(String id, LongSupplier nanos) {
        this.id = id;
        this.nanos = nanos;
        this.began = nanos.getAsLong();
        this.stageBegan = began;
    }

    public static Passage of(ServerWebExchange exchange) {
        return exchange.getRequiredAttribute(ATTRIBUTE);
    }

    public static @Nullable Passage find(ServerWebExchange exchange) {
        return exchange.getAttribute(ATTRIBUTE);
    }

    /** The request id that this gateway made. */
    public String id() {
        return id;
    }

    /** The time since the last stage ended was spent on this stage. */
    public synchronized void ended(String stage) {
        long now = nanos.getAsLong();
        stages.merge(stage, now - stageBegan, Long::sum);
        stageBegan = now;
    }

    /** Of the time since the last stage ended so many nanoseconds were spent on this one, and the rest on another. */
    public synchronized void spent(String stage, long time) {
        long counted = Math.min(time, nanos.getAsLong() - stageBegan);
        stages.merge(stage, counted, Long::sum);
        stageBegan += counted;
    }

    /** It asks a model, so that it passes all stages. */
    public synchronized void asks() {
        asking = true;
    }

    /** The time since the last stage ended was spent on the one that comes next, whether that has ended or not. */
    public synchronized void rest() {
        ended(asking ? nextStage() : "serve");
    }

    private String nextStage() {
        return Stream.concat(ASKED.stream(), Stream.of(streamed ? "stream" : "replica"))
                .filter(stage -> !stages.containsKey(stage))
                .findFirst()
                .orElse("egress");
    }

    public synchronized void firstByte() {
        if (firstByteAt < 0) {
            firstByteAt = nanos.getAsLong();
        }
    }

    /** Nanoseconds until the first byte of the answer came from the replica; −1 if none came. */
    public synchronized long timeToFirstByte() {
        return firstByteAt < 0 ? -1 : firstByteAt - began;
    }

    public synchronized long elapsed() {
        return nanos.getAsLong() - began;
    }

    /** Stages so far with their nanoseconds, in order. */
    public synchronized Map<String, Long> stages() {
        return new LinkedHashMap<>(stages);
    }

    public synchronized void caller(Caller known) {
        caller = known;
    }

    public synchronized String caller() {
        return caller.name();
    }

    /** Who asks, with all that is known of it. */
    public synchronized Caller identity() {
        return caller;
    }

    /** The request and its answer are in this form. */
    public synchronized void dialect(Dialect.Form form) {
        dialect = form;
    }

    /** The form of the request and its answer, if it is not OpenAI's. */
    public synchronized Optional<Dialect.Form> dialect() {
        return Optional.ofNullable(dialect);
    }

    /** How urgent the request is to replicas. */
    public synchronized String priority() {
        return caller.priority().wire();
    }

    /** Whether it is of the class that has time. */
    public synchronized boolean isOfLowPriority() {
        return caller.priority() == Caller.Priority.LOW;
    }

    /** The caller lets it take so long. */
    public synchronized void allowed(Duration time) {
        allowed = time;
    }

    /** What is left of the time that the caller allows, at least 1 ms; empty if any time will do. */
    public synchronized Optional<Duration> timeLeft() {
        return Optional.ofNullable(allowed)
                .map(time ->
                        Duration.ofMillis(Math.max(1, time.minusNanos(elapsed()).toMillis())));
    }

    /** A model of this platform, never free text of the caller. */
    public synchronized void model(String name) {
        model = name;
    }

    public synchronized String model() {
        return model;
    }

    public synchronized void replica(String name) {
        replica = name;
    }

    public synchronized String replica() {
        return replica;
    }

    public synchronized void streamed() {
        streamed = true;
    }

    public synchronized boolean isStreamed() {
        return streamed;
    }

    public synchronized void traceId(String id) {
        traceId = id;
    }

    /** The caller says which session it belongs to. */
    public synchronized void session(String id) {
        session = id;
    }

    /** The session as the caller names it, if he does. */
    public synchronized Optional<String> session() {
        return Optional.ofNullable(session);
    }

    /** It is a run of this job, which may be begun again elsewhere under the same id. */
    public synchronized void job(String id) {
        job = id;
    }

    /** The job that it is a run of, if it is one. */
    public synchronized Optional<String> job() {
        return Optional.ofNullable(job);
    }

    /** It must not leave this site. */
    public synchronized void siteOnly() {
        siteOnly = true;
    }

    public synchronized boolean isSiteOnly() {
        return siteOnly;
    }

    /** The caller says in a header how he wants to be answered. */
    public synchronized void hint(String header, String value) {
        hints.put(header, value);
    }

    /** What the caller says in a header, in lower case, about how he wants to be answered. */
    public synchronized Optional<String> hint(String header) {
        return Optional.ofNullable(hints.get(header));
    }

    /** The answer is to carry this header, unless its headers have gone out. */
    public synchronized void tell(String header, String value) {
        told.put(header, value);
    }

    /** Headers for the answer: those told, and the version of the model that answered. */
    public synchronized Map<String, String> told() {
        Map<String, String> headers = new LinkedHashMap<>(told);
        String version = versions.get(told.getOrDefault(MODEL, model));
        if (version != null) {
            headers.put(ModelVersion.HEADER, version);
        }
        return headers;
    }

    /** A version of a model has begun to answer it well; the last one counts. */
    public synchronized void answeredBy(String name, String version) {
        versions.put(name, version);
    }

    /** The version of a model that has answered it, if one has. */
    public synchronized Optional<String> version(String name) {
        return Optional.ofNullable(versions.get(name));
    }

    /** The W3C trace id, if the request is traced. */
    public synchronized Optional<String> traceId() {
        return Optional.ofNullable(traceId);
    }

    /** How it ended: {@code ok}, {@code cancelled} or a problem's code; the first that is not {@code ok} counts. */
    public synchronized void outcome(String code) {
        if (outcome.equals("ok")) {
            outcome = code;
        }
    }

    public synchronized String outcome() {
        return outcome;
    }

    public synchronized void sent(long count) {
        bytes += count;
    }

    public synchronized long bytes() {
        return bytes;
    }

    /** Its answer holds for now alone: it did something, or tells how things are. */
    public synchronized void fleeting() {
        fleeting = true;
    }

    /** Whether its answer holds for now alone, and is not to be kept. */
    public synchronized boolean isFleeting() {
        return fleeting;
    }

    /** It has a place among the requests that run. @param giveBack gives it to another one; further calls do nothing */
    public synchronized void holds(Runnable giveBack) {
        place = giveBack;
    }

    /** What is asked is done elsewhere from here on, however long its answer is read: its place is another one's. */
    public void handedOver() {
        Runnable held;
        synchronized (this) {
            elsewhere = true;
            held = place;
        }
        held.run();
    }

    /** Whether what is asked is done elsewhere. */
    public synchronized boolean isHandedOver() {
        return elsewhere;
    }

    /** An answer of a replica took so many tokens, of prompt and answer together. */
    public void used(long count) {
        LongConsumer told;
        synchronized (this) {
            tokens += count;
            told = late;
        }
        if (told != null && count != 0) {
            told.accept(count);
        }
    }

    /**
     * The request has ended.
     *
     * @param after hears of tokens that are counted only after this, where a connection is dropped on another thread
     * @return the tokens that replicas took for it so far
     */
    public synchronized long settle(LongConsumer after) {
        late = after;
        return tokens;
    }

    /** The tokens that replicas took for this request so far. */
    public synchronized long tokens() {
        return tokens;
    }
}
