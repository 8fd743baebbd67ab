// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.rivulet.events.inference.v1.AnswerGiven;
import dev.rivulet.events.inference.v1.FeedbackGiven;
import dev.rivulet.gateway.exchange.ModelVersion;
import dev.rivulet.gateway.exchange.Passage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The newest answers by the id of their request: who got them from which version, and what he thinks of them. Those of this gateway,
 * and of all others where they are told. Safe for use by many threads, of which one at a time tells what others said.
 */
public final class AnsweredRequests {

    private final Cache<String, Answered> byRequest;
    /** Verdicts that were read before the answers that they are about: the two stand on topics of their own. */
    private final Cache<String, Double> early;

    private final InstantSource clock;

    AnsweredRequests(FeedbackProperties limits, InstantSource clock) {
        this.clock = clock;
        this.byRequest = cache(limits);
        this.early = cache(limits);
    }

    private static <V> Cache<String, V> cache(FeedbackProperties limits) {
        return Caffeine.newBuilder()
                .maximumSize(limits.remembered())
                .expireAfterWrite(limits.keep())
                .build();
    }

    /**
     * An answer has begun well. One whose version is not known is not remembered.
     *
     * @return what to tell other gateways
     */
    Optional<AnswerGiven> answered(Passage passage) {
        Map<String, String> told = passage.told();
        String version = told.get(ModelVersion.HEADER);
        if (version == null) {
            return Optional.empty();
        }
        byte[] owner = Answered.owner(passage.caller(), passage.id());
        String model = told.getOrDefault(Passage.MODEL, passage.model());
        byRequest.put(passage.id(), new Answered(owner, model, version));
        Instant now = clock.instant();
        return Optional.of(AnswerGiven.newBuilder()
                .setRequest(passage.id())
                .setOwner(ByteString.copyFrom(owner))
                .setModel(model)
                .setVersion(version)
                .setGivenAt(
                        Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()))
                .build());
    }

    /** A gateway, this one maybe, tells of an answer that it gave. */
    public void heard(AnswerGiven answer) {
        Answered told = new Answered(answer.getOwner().toByteArray(), answer.getModel(), answer.getVersion());
        Answered known = byRequest.asMap().putIfAbsent(answer.getRequest(), told);
        Double verdict = early.asMap().remove(answer.getRequest());
        if (verdict != null) {
            (known == null ? told : known).heard(verdict);
        }
    }

    /** A gateway, this one maybe, told a verdict. */
    public void heard(FeedbackGiven verdict) {
        Answered known = byRequest.getIfPresent(verdict.getRequest());
        if (known != null) {
            known.heard(verdict.getScore());
        } else {
            early.asMap().putIfAbsent(verdict.getRequest(), verdict.getScore());
        }
    }

    /** The answer to a request of this caller. */
    Optional<Answered> find(String caller, String request) {
        return Optional.ofNullable(byRequest.getIfPresent(request))
                .filter(answered -> answered.isOf(Answered.owner(caller, request)));
    }
}
