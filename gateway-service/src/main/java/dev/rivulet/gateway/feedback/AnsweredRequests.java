package dev.rivulet.gateway.feedback;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rivulet.gateway.exchange.ModelVersion;
import dev.rivulet.gateway.exchange.Passage;
import java.util.Map;
import java.util.Optional;

/** The newest answers of this gateway by the id of their request: who got them from which version. Safe for use by many threads. */
final class AnsweredRequests {

    private final Cache<String, Answered> byRequest;

    AnsweredRequests(FeedbackProperties limits) {
        this.byRequest = Caffeine.newBuilder()
                .maximumSize(limits.remembered())
                .expireAfterWrite(limits.keep())
                .build();
    }

    /** An answer has begun well. One whose version is not known is not remembered. */
    void answered(Passage passage) {
        Map<String, String> told = passage.told();
        String version = told.get(ModelVersion.HEADER);
        if (version != null) {
            String model = told.getOrDefault(Passage.MODEL, passage.model());
            byRequest.put(passage.id(), new Answered(passage.caller(), model, version));
        }
    }

    /** The answer to a request of this caller. */
    Optional<Answered> find(String caller, String request) {
        return Optional.ofNullable(byRequest.getIfPresent(request))
                .filter(answered -> answered.caller().equals(caller));
    }
}
