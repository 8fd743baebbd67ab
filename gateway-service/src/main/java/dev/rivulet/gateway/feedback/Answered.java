// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** An answer that somebody got, and what he thinks of it once he says so. Safe for use by many threads. */
final class Answered {

    private final byte[] owner;
    private final String model;
    private final String version;
    private final AtomicReference<@Nullable Double> score = new AtomicReference<>();
    private final Sinks.One<Double> settled = Sinks.one();

    /** @param owner as {@link #owner(String, String)} makes it */
    Answered(byte[] owner, String model, String version) {
        this.owner = owner.clone();
        this.model = model;
        this.version = version;
    }

    /** Whose an answer is, without a name: SHA-256 of the caller's name, a NUL and the id of the request. */
    static byte[] owner(String caller, String request) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return sha256.digest((caller + '\0' + request).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    boolean isOf(byte[] caller) {
        return MessageDigest.isEqual(owner, caller);
    }

    /** The model that gave it. */
    String model() {
        return model;
    }

    /** The version of that model. */
    String version() {
        return version;
    }

    /** What a score comes to. */
    enum Taken {
        /** It is the first: it is to be told on. */
        FIRST,
        /** It was said before. */
        AGAIN,
        /** Another one was said before. */
        OTHER
    }

    Taken take(double given) {
        if (score.compareAndSet(null, given)) {
            return Taken.FIRST;
        }
        Double said = score.get();
        return said != null && said == given ? Taken.AGAIN : Taken.OTHER;
    }

    /** The score could not be told on: it counts as never said, unless one was read meanwhile. */
    void forget() {
        if (!Boolean.TRUE.equals(settled.scan(Scannable.Attr.TERMINATED))) {
            score.set(null);
        }
    }

    /** A score stands on the topic. The first one there holds, whichever gateway wrote it. */
    void heard(double first) {
        if (settled.tryEmitValue(first).isSuccess()) {
            score.set(first);
        }
    }

    /** The score that holds for every gateway, once it has been read. */
    Mono<Double> settled() {
        return settled.asMono();
    }
}
