// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what to API keys, who was turned away, and what policies did: one line of structured log each under the name
 * {@code dev.rivulet.gateway.audit}, never a key. Guesses in masses are counted, and not written one by one.
 */
public final class Audit {

    private static final Logger log = LoggerFactory.getLogger("dev.rivulet.gateway.audit");
    private static final int REFUSALS_A_SECOND = 20;
    private static final long SECOND = 1_000_000_000L;

    private final LongSupplier nanos;
    private final AtomicLong unwritten = new AtomicLong();
    private long second = Long.MIN_VALUE;
    private int written;

    /** @param nanos a monotonic clock */
    public Audit(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * A key has changed.
     *
     * @param action {@code key.created}, {@code key.changed}, {@code key.rotated} or {@code key.revoked}
     */
    public void keyChanged(String action, Caller by, ApiKey key, String requestId) {
        log.atInfo()
                .addKeyValue("action", action)
                .addKeyValue("caller", by.name())
                .addKeyValue("key_id", key.id())
                .addKeyValue("key_name", key.name())
                .addKeyValue("revision", key.revision())
                .addKeyValue("request_id", requestId)
                .log("{} {} by {}", action, key.name(), by.name());
    }

    /**
     * Someone changed something of the platform, or was to.
     *
     * @param action such as {@code mcp.start_rollout}
     * @param outcome {@code done} or {@code failed}
     */
    public void controlled(String action, Caller by, String outcome, String requestId) {
        log.atInfo()
                .addKeyValue("action", action)
                .addKeyValue("caller", by.name())
                .addKeyValue("outcome", outcome)
                .addKeyValue("request_id", requestId)
                .log("{} by {}: {}", action, by.name(), outcome);
    }

    /**
     * Someone was turned away.
     *
     * @param caller the name of the key; {@code -} if it is not known
     * @param code why
     * @param remote where the request came from, as far as is known
     */
    public void refused(String caller, String code, String path, @Nullable InetSocketAddress remote, String requestId) {
        if (!mayWrite()) {
            unwritten.incrementAndGet();
            return;
        }
        log.atWarn()
                .addKeyValue("action", "refused")
                .addKeyValue("caller", caller)
                .addKeyValue("code", code)
                .addKeyValue("path", path)
                .addKeyValue("remote", remote == null ? "-" : remote.getHostString())
                .addKeyValue("request_id", requestId)
                .addKeyValue("unwritten_before", unwritten.getAndSet(0))
                .log("refused {} {}", caller, code);
    }

    /**
     * A filter of a policy found something in a request or an answer; never what.
     *
     * @param caller the name of the key
     * @param action {@code flag}, {@code redact} or {@code block}
     * @param direction {@code input} or {@code output}
     */
    public void filtered(
            String caller,
            String policy,
            String filter,
            String action,
            String direction,
            String model,
            String requestId) {
        log.atInfo()
                .addKeyValue("action", "policy." + action)
                .addKeyValue("caller", caller)
                .addKeyValue("policy", policy)
                .addKeyValue("filter", filter)
                .addKeyValue("direction", direction)
                .addKeyValue("model", model)
                .addKeyValue("request_id", requestId)
                .log("policy {} {} {} of {}", policy, action, direction, caller);
    }

    private synchronized boolean mayWrite() {
        long now = nanos.getAsLong();
        if (second == Long.MIN_VALUE || now - second > SECOND) {
            second = now;
            written = 0;
        }
        return written++ < REFUSALS_A_SECOND;
    }
}
