// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import dev.rivulet.gateway.jobs.Job;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** All responses that are kept: in memory those that their callers waited for, as jobs those in the background. Thread-safe. */
final class Responses {

    private final JsonMapper json;
    private final ResponseStore store;
    private final @Nullable Background background;

    /** @param background null where there are no jobs */
    Responses(JsonMapper json, ResponseStore store, @Nullable Background background) {
        this.json = json;
        this.store = store;
        this.background = background;
    }

    /** Those that are answered without their callers, where there are jobs. */
    Optional<Background> background() {
        return Optional.ofNullable(background);
    }

    void keep(StoredResponse response) {
        store.keep(response);
    }

    /** A response that was waited for. */
    Optional<StoredResponse> waitedFor(String tenant, String id) {
        return store.find(tenant, id);
    }

    /** The job of a response in the background. */
    Optional<Job> job(String tenant, String id) {
        return background().flatMap(known -> known.find(tenant, id));
    }

    /**
     * The job of a response in the background.
     *
     * @throws dev.rivulet.problems.ProblemException if there is no such response, or it was waited for
     */
    Job requireJob(String tenant, String id, String param) {
        if (waitedFor(tenant, id).isPresent()) {
            throw Refusal.invalid(param, "is for responses that were asked for with background=true.");
        }
        return job(tenant, id).orElseThrow(() -> Refusal.notFound("response_id", id));
    }

    /**
     * A response with its items that another one can follow.
     *
     * @param param the field that names it
     * @throws dev.rivulet.problems.ProblemException if there is none, or it has not ended
     */
    StoredResponse ended(String tenant, String id, String param) {
        return waitedFor(tenant, id)
                .or(() -> job(tenant, id).flatMap(job -> of(job, param)))
                .orElseThrow(() -> Refusal.notFound(param, id));
    }

    /** What the model of a response read, as a list; also while it is answered. Fails if there is none. */
    byte[] items(String tenant, String id) {
        return waitedFor(tenant, id)
                .map(StoredResponse::items)
                .or(() -> background().flatMap(known -> known.find(tenant, id).flatMap(known::items)))
                .orElseThrow(() -> Refusal.notFound("response_id", id));
    }

    /** Forgets a response; fails if there is none. */
    Mono<Void> forget(String tenant, String id) {
        if (store.forget(tenant, id)) {
            return Mono.empty();
        }
        return background()
                .filter(known -> known.find(tenant, id).isPresent())
                .map(known -> known.forget(tenant, id))
                .orElseGet(() -> Mono.error(Refusal.notFound("response_id", id)));
    }

    private Optional<StoredResponse> of(Job job, String param) {
        Job.@Nullable Result result = job.result();
        if (result == null) {
            throw Refusal.invalid(param, "names a response that has not ended.");
        }
        return background()
                .flatMap(known -> known.items(job)
                        .map(items -> new StoredResponse(
                                job.id(),
                                job.tenant(),
                                json.writeValueAsBytes(known.response(job)),
                                items,
                                result.finishedAt())));
    }
}
