// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.Shown;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ServerWebExchange;

/** Writes one line of log and the metrics of every request under {@code /v1}; never a word of its content. */
final class PassageRecorder {

    private static final Logger log = LoggerFactory.getLogger("dev.rivulet.gateway.access");
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60)
    };

    private static final int MOST_KEYS = 100;

    private final MeterRegistry meters;
    private final Set<String> keys = ConcurrentHashMap.newKeySet();

    PassageRecorder(MeterRegistry meters) {
        this.meters = meters;
    }

    void record(ServerWebExchange exchange, Passage passage) {
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        int code = status == null ? 0 : status.value();
        passage.rest();
        measure(passage, code);
        write(exchange, passage, code);
    }

    private void measure(Passage passage, int status) {
        meters.counter(
                        "rivulet.gateway.requests",
                        "model",
                        passage.model(),
                        "status",
                        Integer.toString(status),
                        "outcome",
                        passage.outcome())
                .increment();
        String key = key(passage.caller());
        meters.counter("rivulet.gateway.key.requests", "key", key, "outcome", passage.outcome())
                .increment();
        meters.counter("rivulet.gateway.key.tokens", "key", key).increment(passage.tokens());
        passage.stages().forEach(this::stage);
        timer("rivulet.gateway.duration", "Time from the request to the end of its answer", passage)
                .record(passage.elapsed(), TimeUnit.NANOSECONDS);
        if (passage.timeToFirstByte() >= 0) {
            timer("rivulet.gateway.ttft", "Time from the request to the first byte of the replica's answer", passage)
                    .record(passage.timeToFirstByte(), TimeUnit.NANOSECONDS);
        }
    }

    private void stage(String stage, long nanos) {
        Timer.builder("rivulet.gateway.stage")
                .description("Time that requests spent on a stage; all stages together are their duration")
                .tag("stage", stage)
                .register(meters)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The first hundred keys have their own numbers, all others share. */
    private String key(String name) {
        return keys.contains(name) || (keys.size() < MOST_KEYS && keys.add(name)) ? name : "other";
    }

    private Timer timer(String name, String description, Passage passage) {
        return Timer.builder(name)
                .description(description)
                .tag("model", passage.model())
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
    }

    private static void write(ServerWebExchange exchange, Passage passage, int status) {
        log.atInfo()
                .addKeyValue("request_id", passage.id())
                .addKeyValue("caller", passage.caller())
                .addKeyValue("model", passage.model())
                .addKeyValue("replica", passage.replica())
                .addKeyValue("status", status)
                .addKeyValue("outcome", passage.outcome())
                .addKeyValue("stream", passage.isStreamed())
                .addKeyValue("bytes", passage.bytes())
                .addKeyValue("tokens", passage.tokens())
                .addKeyValue("duration_ms", millis(passage.elapsed()))
                .addKeyValue("ttft_ms", millis(passage.timeToFirstByte()))
                .addKeyValue("trace_id", passage.traceId().orElse("-"))
                .log(
                        "{} {} {} {}",
                        exchange.getRequest().getMethod(),
                        Shown.text(exchange.getRequest().getPath().value()),
                        status,
                        passage.outcome());
    }

    private static double millis(long nanos) {
        return nanos < 0 ? -1 : Math.round(nanos / 1e4) / 1e2;
    }
}
