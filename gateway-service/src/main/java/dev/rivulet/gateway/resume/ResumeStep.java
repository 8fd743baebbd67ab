// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.resume;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.gateway.exchange.Step;
import dev.rivulet.gateway.jobs.JobRequest;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Runs a stream as a job where its caller asks for one that he can come back to. */
final class ResumeStep implements Step {

    /** The caller's wish: {@code true}. */
    static final String HINT = "x-rivulet-resumable";

    private final Jobs jobs;
    private final ResumableStreams streams;
    private final ResumeProperties limits;
    private final long maxBody;

    ResumeStep(Jobs jobs, ResumableStreams streams, ResumeProperties limits, long maxBody) {
        this.jobs = jobs;
        this.streams = streams;
        this.limits = limits;
        this.maxBody = maxBody;
    }

    @Override
    public int getOrder() {
        return Order.RESUME;
    }

    @Override
    public Mono<Answer> answer(Ask ask, Answering next) {
        boolean wanted = ask.passage().hint(HINT).filter("true"::equals).isPresent();
        return wanted && ask.envelope().stream() ? kept(ask) : next.answer(ask);
    }

    private Mono<Answer> kept(Ask ask) {
        if (ask.body().length > maxBody) {
            return Mono.error(new ProblemException(Problem.of(
                    ProblemCode.REQUEST_TOO_LARGE,
                    "A resumable stream takes a body of at most " + maxBody + " bytes (rivulet.jobs.max-body).")));
        }
        Passage passage = ask.passage();
        Duration lifetime = passage.timeLeft()
                .filter(left -> left.compareTo(limits.lifetime()) < 0)
                .orElse(limits.lifetime());
        JobRequest request = new JobRequest(
                ResumableStreams.jobOf(passage.id()),
                passage.caller(),
                passage.priority(),
                ask.path(),
                ask.envelope().model(),
                "",
                true,
                ask.body(),
                lifetime);
        return jobs.submit(request, passage::used)
                .doOnNext(submitted -> passage.handedOver())
                .map(submitted -> new Answer(
                        "-", 200, headers(), streams.read(submitted.job(), null).map(SseEvents::bytes), () -> {}));
    }

    private static HttpHeaders headers() {
        return new DefaultHttpHeaders().set("content-type", "text/event-stream");
    }
}
