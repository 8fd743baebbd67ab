// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Screening;
import dev.rivulet.gateway.exchange.Screening.Screen;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes the answers of jobs into the store as their keys may read them, so that every reader, whenever he comes, reads the same.
 * What comes of a stream in parts is the beginning of what its result becomes; a part that can't be screened because one before it
 * was lost is told without its events, which the result has. Used by one thread at a time, and not by one that must not wait: a
 * large answer takes a while.
 */
public final class JobIntake {

    /** Streams that are screened at once; of the oldest beyond them only the result is told. */
    private static final int MOST = 1_000;

    private final JobStore store;
    private final Screening screening;
    private final Map<String, Run> runs = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Run> eldest) {
            return size() > MOST;
        }
    };

    public JobIntake(JobStore store, Screening screening) {
        this.store = store;
        this.screening = screening;
    }

    /** How far the stream of a job has been screened. */
    private static final class Run {

        private final Screen screen;
        private String name = "";
        private long next;
        private Dialect.@Nullable Translation stream;

        Run(Screen screen) {
            this.screen = screen;
        }

        JobPart screened(JobPart part) {
            if (part.sequence() == 0) {
                name = part.run();
                next = 1;
                stream = null;
                return part;
            }
            if (part.run().equals(name) && part.sequence() < next) {
                // It comes twice.
                return part.with(new byte[0]);
            }
            boolean follows = part.run().equals(name) && part.sequence() == next;
            next = follows ? next + 1 : -1;
            return part.with(follows ? told(part.events()) : new byte[0]);
        }

        private byte[] told(byte[] events) {
            try {
                Dialect.Translation running = stream == null ? screen.stream() : stream;
                stream = running;
                return told(running, events).toString().getBytes(StandardCharsets.UTF_8);
            } catch (ProblemException e) {
                // The result says why.
                next = -1;
                return new byte[0];
            }
        }

        static StringBuilder told(Dialect.Translation stream, byte[] events) {
            StringBuilder told = new StringBuilder(events.length);
            SseEvents.split(new String(events, StandardCharsets.UTF_8))
                    .forEach(event -> stream.event(event).forEach(told::append));
            return told;
        }
    }

    /** A job was begun, or a part of its answer has come. */
    public void part(String id, JobPart part) {
        @Nullable Run known = runs.get(id);
        if (known != null) {
            store.screened(id, known.screened(part));
            return;
        }
        Optional<Job> job = store.any(id);
        Optional<Screen> screen = job.flatMap(one -> screening.answers(one.tenant()));
        if (screen.isEmpty()) {
            store.part(id, part);
        } else if (store.hasEnded(id)) {
            store.screened(id, part.with(new byte[0]));
        } else {
            Run run = new Run(screen.get());
            runs.put(id, run);
            store.screened(id, run.screened(part));
        }
    }

    /**
     * A result has come; says whether it is the first of its job.
     *
     * @param tenant whose job it is: the job itself may come later
     */
    public boolean ended(String id, String tenant, Job.Result result) {
        @Nullable Run run = runs.remove(id);
        if (!store.wants(id, result)) {
            return false;
        }
        Optional<Job> job = store.any(id);
        Optional<Screen> screen =
                run == null ? screening.answers(job.map(Job::tenant).orElse(tenant)) : Optional.of(run.screen);
        // Every gateway reads the result; the one that took the job says what was found.
        boolean ours = store.isTaken(id);
        return store.ended(
                id,
                screen.map(one -> ours && job.isPresent()
                                ? one.heard(id, job.get().model())
                                : one)
                        .map(one -> screened(one, result))
                        .orElse(result));
    }

    private static Job.Result screened(Screen screen, Job.Result result) {
        try {
            if (result.isStream()) {
                return result.with(stream(screen.stream(), result.body()));
            }
            // Of everything else that comes no model has written a word.
            return result.isAnswer() ? result.with(screen.whole(result.body())) : result;
        } catch (ProblemException e) {
            return result.withheld(e.problem());
        }
    }

    private static byte[] stream(Dialect.Translation stream, byte[] events) {
        StringBuilder told = Run.told(stream, events);
        stream.end().forEach(told::append);
        return told.toString().getBytes(StandardCharsets.UTF_8);
    }
}
