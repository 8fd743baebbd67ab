// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.engine.Tokenizer;
import dev.rivulet.engine.ToolFormat;
import dev.rivulet.inference.admission.Admission.Ticket;
import dev.rivulet.inference.execution.Generation;
import dev.rivulet.inference.execution.ServingModel;
import dev.rivulet.inference.scheduling.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one request holds, from its first byte to its last: body, place, generation. Whatever way the request ends, at whatever
 * moment, {@link #close()} gives all of it back. Thread-safe.
 */
final class RequestLife {

    private final String requestId;
    private final @Nullable String traceparent;
    private final Terms terms;
    private final @Nullable String version;
    private BodyReader.@Nullable Held body;
    private final List<Ticket> tickets = new ArrayList<>();
    private @Nullable Running running;
    private @Nullable Looking looking;
    private boolean closed;

    /**
     * @param requestId of the request
     * @param traceparent W3C trace context of the request, if there is one
     * @param terms on which it is served
     * @param version of the model that is wanted; null for that which serves those who name none
     */
    RequestLife(String requestId, @Nullable String traceparent, Terms terms, @Nullable String version) {
        this.requestId = requestId;
        this.traceparent = traceparent;
        this.terms = terms;
        this.version = version;
    }

    String requestId() {
        return requestId;
    }

    @Nullable String traceparent() {
        return traceparent;
    }

    Terms terms() {
        return terms;
    }

    @Nullable String version() {
        return version;
    }

    /**
     * Generations that were handed in, one for each answer.
     *
     * @param version of the model that answers
     * @param notice what the answer must say of itself; null for nothing
     */
    record Running(
            List<Generation> generations,
            CompletionCommand command,
            String version,
            Tokenizer tokenizer,
            ToolFormat toolFormat,
            Duration tokenise,
            @Nullable String notice) {}

    /**
     * A request whose pictures are looked at before it is answered.
     *
     * @param model that was found for it when it was admitted
     */
    record Looking(CompletionCommand command, ServingModel model) {}

    synchronized void looks(Looking begun) {
        looking = begun;
    }

    /** What it looks at; null for a request of text alone. */
    synchronized @Nullable Looking looking() {
        return looking;
    }

    synchronized void holds(BodyReader.Held held) {
        body = held;
        if (closed) {
            held.release();
        }
    }

    synchronized void bodyRead() {
        if (body != null) {
            body.release();
        }
    }

    synchronized void holds(Ticket granted) {
        tickets.add(granted);
        if (closed) {
            granted.close();
        }
    }

    synchronized void runs(Running handedIn) {
        looking = null;
        running = handedIn;
        if (closed) {
            handedIn.generations().forEach(Generation::cancel);
        }
    }

    synchronized Running running() {
        if (running == null) {
            throw new IllegalStateException("nothing was handed in");
        }
        return running;
    }

    synchronized boolean closed() {
        return closed;
    }

    /** Gives everything back; a generation that runs is cancelled. */
    synchronized void close() {
        closed = true;
        bodyRead();
        tickets.forEach(Ticket::close);
        if (running != null) {
            running.generations().forEach(Generation::cancel);
        }
    }
}
