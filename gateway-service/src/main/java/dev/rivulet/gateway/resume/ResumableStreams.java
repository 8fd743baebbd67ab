// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.resume;

import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.Jobs;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Lets readers read streams that run as jobs, and cancels one that nobody has read for the time of grace. */
final class ResumableStreams {

    private static final Logger log = LoggerFactory.getLogger(ResumableStreams.class);

    private final Jobs jobs;
    private final Duration grace;
    private final Map<String, Integer> readers = new ConcurrentHashMap<>();
    private final Disposable.Composite waiting = Disposables.composite();

    ResumableStreams(Jobs jobs, Duration grace) {
        this.jobs = jobs;
        this.grace = grace;
    }

    /** The id of the job of a request. */
    static String jobOf(String requestId) {
        return "stream_" + requestId.replace("-", "");
    }

    /** The events of a stream after the last one that the reader has, to its end, at his pace. */
    Flux<String> read(Job job, StreamView.@Nullable Place last) {
        return Flux.defer(() -> {
            StreamView view = new StreamView(last);
            readers.merge(job.id(), 1, Integer::sum);
            return jobs.events(job.tenant(), job.id(), null)
                    .concatMapIterable(view::accept, 1)
                    .takeUntil(event -> view.isOver() && !event.startsWith("id: "))
                    .doFinally(signal -> left(job));
        });
    }

    private void left(Job job) {
        @Nullable Integer others = readers.computeIfPresent(job.id(), (id, count) -> count > 1 ? count - 1 : null);
        if (others != null) {
            return;
        }
        waiting.add(Mono.delay(grace)
                .filter(tick -> !readers.containsKey(job.id()))
                .flatMap(tick -> jobs.cancel(job.tenant(), job.id()))
                .subscribe(null, failure -> log.debug("Stream {} could not be cancelled", job.id(), failure)));
    }

    void close() {
        waiting.dispose();
    }
}
