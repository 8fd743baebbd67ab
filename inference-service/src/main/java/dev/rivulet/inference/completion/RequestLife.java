package dev.rivulet.inference.completion;

import dev.rivulet.inference.admission.Admission.Ticket;
import dev.rivulet.inference.execution.Generation;
import dev.rivulet.inference.scheduling.Terms;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one request holds, from its first byte to its last: body, place, generation. Whatever way the request ends, at whatever
 * moment, {@link #close()} gives all of it back. Thread-safe.
 */
final class RequestLife {

    private final String requestId;
    private final @Nullable String traceparent;
    private final Terms terms;
    private BodyReader.@Nullable Held body;
    private @Nullable Ticket ticket;
    private @Nullable Running running;
    private boolean closed;

    /**
     * @param requestId of the request
     * @param traceparent W3C trace context of the request, if there is one
     * @param terms on which it is served
     */
    RequestLife(String requestId, @Nullable String traceparent, Terms terms) {
        this.requestId = requestId;
        this.traceparent = traceparent;
        this.terms = terms;
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

    /** A generation that was handed in. */
    record Running(Generation generation, CompletionCommand command, Duration tokenise) {}

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
        ticket = granted;
        if (closed) {
            granted.close();
        }
    }

    synchronized void runs(Generation generation, CompletionCommand command, Duration tokenise) {
        running = new Running(generation, command, tokenise);
        if (closed) {
            generation.cancel();
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
        if (ticket != null) {
            ticket.close();
        }
        if (running != null) {
            running.generation().cancel();
        }
    }
}
