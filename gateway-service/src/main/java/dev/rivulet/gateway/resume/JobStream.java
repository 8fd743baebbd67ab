// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.resume;

import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.JobEvent;
import dev.rivulet.gateway.jobs.Jobs;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * A streamed answer that runs as a job, for a feature that tells it in its own form: from its first event on, each once, the same
 * ones however often it is read. One whose replica is lost, or that fails, ends with an error in place of its last event.
 */
public final class JobStream {

    /** The header with which a caller of a chat wishes to come back to its stream. */
    public static final String RESUMABLE = ResumeStep.HINT;

    /** The code of the error that ends one which was cancelled. */
    public static final String CANCELLED = "cancelled";

    private static final String CANCELLED_EVENT = SseEvents.event("{\"error\":{\"message\":\"It was cancelled.\","
            + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"" + CANCELLED + "\"}}");

    private JobStream() {}

    /** The events so far and those to come, to the end, at the pace of the reader. */
    public static Flux<String> of(Jobs jobs, Job job) {
        return Flux.defer(() -> {
            StreamView view = new StreamView(null);
            return jobs.events(job.tenant(), job.id(), null)
                    .map(event -> told(view, event))
                    .takeUntil(told -> view.isOver())
                    .concatMapIterable(told -> told, 1);
        });
    }

    /** All events of a job that has ended. */
    public static List<String> whole(Job job) {
        return told(new StreamView(null), new JobEvent.End(job));
    }

    private static List<String> told(StreamView view, JobEvent event) {
        List<String> told = view.accept(event);
        Job.@Nullable Result result =
                event instanceof JobEvent.End end ? end.job().result() : null;
        return result != null && result.outcome() == Job.Outcome.CANCELLED ? List.of(CANCELLED_EVENT) : told;
    }
}
