package dev.rivulet.gateway.feedback;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An answer that somebody got, and what he thinks of it once he says so. Safe for use by many threads. */
final class Answered {

    private final String caller;
    private final String model;
    private final String version;
    private final AtomicReference<@Nullable Double> score = new AtomicReference<>();

    Answered(String caller, String model, String version) {
        this.caller = caller;
        this.model = model;
        this.version = version;
    }

    /** Whose answer it is. */
    String caller() {
        return caller;
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

    /** The score could not be told on: it counts as never said. */
    void forget() {
        score.set(null);
    }
}
