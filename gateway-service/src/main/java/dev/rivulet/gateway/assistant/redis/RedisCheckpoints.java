// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant.redis;

import dev.rivulet.graph.CheckpointLimits;
import dev.rivulet.graph.CheckpointStore;
import io.lettuce.core.ScriptOutputType;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values of finished stages in Redis: one hash for each job, with {@code v:STAGE} for values, {@code c:STAGE} for claims and {@code
 * bytes} for the sum of the values. Redis itself forgets it after a while, so that nothing stays of a gateway that died. Each change
 * is one script, whole or not at all.
 */
final class RedisCheckpoints implements CheckpointStore, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RedisCheckpoints.class);
    private static final String PREFIX = "rivulet:context:1:";
    private static final String VALUE = "v:";
    private static final String CLAIM = "c:";

    private static final String KEEP = """
            local had = redis.call('HSTRLEN', KEYS[1], ARGV[1])
            local held = tonumber(redis.call('HGET', KEYS[1], 'bytes') or '0') - had + #ARGV[2]
            if held > tonumber(ARGV[3]) then return 0 end
            redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], 'bytes', held)
            redis.call('PEXPIRE', KEYS[1], ARGV[4])
            return 1""";
    private static final String FIRST = """
            local first = redis.call('HSETNX', KEYS[1], ARGV[1], '1')
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return first""";
    private static final String DROP = """
            local but = {}
            for _, stage in ipairs(ARGV) do but[stage] = true end
            local held, left = 0, false
            for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
              if field ~= 'bytes' and but[string.sub(field, 3)] then
                left = true
                if string.sub(field, 1, 2) == 'v:' then held = held + redis.call('HSTRLEN', KEYS[1], field) end
              elseif field ~= 'bytes' then
                redis.call('HDEL', KEYS[1], field)
              end
            end
            if left then redis.call('HSET', KEYS[1], 'bytes', held) else redis.call('DEL', KEYS[1]) end
            return 1""";

    private final RedisLink redis;
    private final CheckpointLimits limits;
    private final MeterRegistry meters;
    private final AtomicBoolean away = new AtomicBoolean();

    /** What can be asked of it, as metrics name it. */
    private enum Operation {
        FOUND,
        KEEP,
        CLAIM,
        DROP
    }

    RedisCheckpoints(RedisLink redis, CheckpointLimits limits, MeterRegistry meters) {
        this.redis = redis;
        this.limits = limits;
        this.meters = meters;
    }

    @Override
    public CompletionStage<Map<String, byte[]>> found(String key) {
        return watched(Operation.FOUND, redis.ask(commands -> commands.hgetall(PREFIX + key)))
                .thenApply(fields -> {
                    Map<String, byte[]> values = new HashMap<>();
                    fields.forEach((field, value) -> {
                        if (field.startsWith(VALUE)) {
                            values.put(field.substring(VALUE.length()), value);
                        }
                    });
                    return values;
                });
    }

    @Override
    public CompletionStage<Boolean> keep(String key, String stage, byte[] value) {
        if (value.length > limits.mostPerValue()) {
            counted(Operation.KEEP, "too_large");
            return CompletableFuture.completedStage(false);
        }
        byte[][] arguments = {
            bytes(VALUE + stage),
            value,
            bytes(limits.mostPerJob()),
            bytes(limits.keep().toMillis())
        };
        return watched(Operation.KEEP, script(KEEP, key, arguments)).thenApply(kept -> {
            if (kept != 1) {
                counted(Operation.KEEP, "too_large");
            }
            return kept == 1;
        });
    }

    @Override
    public CompletionStage<Claim> claim(String key, String stage) {
        byte[][] arguments = {bytes(CLAIM + stage), bytes(limits.keep().toMillis())};
        return watched(Operation.CLAIM, script(FIRST, key, arguments)).thenApply(first -> {
            if (first != 1) {
                counted(Operation.CLAIM, "taken");
            }
            return first == 1 ? Claim.FIRST : Claim.TAKEN;
        });
    }

    @Override
    public CompletionStage<Void> drop(String key, Set<String> but) {
        byte[][] arguments = but.stream().map(RedisCheckpoints::bytes).toArray(byte[][]::new);
        return watched(Operation.DROP, script(DROP, key, arguments)).thenApply(dropped -> null);
    }

    private CompletionStage<Long> script(String script, String key, byte[]... arguments) {
        String[] keys = {PREFIX + key};
        return redis.ask(commands -> commands.eval(script, ScriptOutputType.INTEGER, keys, arguments));
    }

    private <T> CompletionStage<T> watched(Operation operation, CompletionStage<T> answer) {
        return answer.whenComplete((result, failure) -> {
            counted(operation, failure == null ? "ok" : "failed");
            if (failure == null && away.getAndSet(false)) {
                log.info("Redis answers again: jobs of the assistant are kept for other gateways.");
            } else if (failure != null && !away.getAndSet(true)) {
                log.warn(
                        "Redis does not answer, and jobs of the assistant go on without: {}. What was found by an earlier run"
                                + " is found again, and what might act twice does not act.",
                        reason(failure));
            }
        });
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return Stream.of(cause.getClass().getSimpleName(), cause.getMessage())
                .filter(text -> text != null && !text.isBlank())
                .reduce((one, other) -> one + ": " + other)
                .orElse("failed");
    }

    private void counted(Operation operation, String outcome) {
        meters.counter(
                        "rivulet.assistant.context",
                        "operation",
                        operation.name().toLowerCase(Locale.ROOT),
                        "outcome",
                        outcome)
                .increment();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    @Override
    public void close() {
        redis.close();
    }
}
