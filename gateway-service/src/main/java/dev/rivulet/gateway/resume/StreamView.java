// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.resume;

import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.JobEvent;
import dev.rivulet.gateway.jobs.JobPart;
import dev.rivulet.gateway.jobs.Jobs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reader's view of a stream that runs as a job: pure. Every event gets an id {@code <stream>-<number>}; a stream is known by its
 * first event, which no other run of the same job has. What was told in parts is completed by the result, so that a lost part is
 * no lost event. Once a stream's replica is gone its readers get an error: another run says something else. Used by one thread at
 * a time.
 */
final class StreamView {

    private static final int SHORT = 8;
    private static final String LOST =
            SseEvents.event("{\"error\":{\"message\":\"The replica of this stream was lost. Send the request again.\","
                    + "\"type\":\"upstream_error\",\"param\":null,\"code\":\"replica_lost\"}}");

    private @Nullable String wanted;
    private long sent;
    private @Nullable String stream;
    private long index;
    private long nextPart;
    private boolean seen;
    private boolean over;

    /** Where a reader goes on. */
    record Place(String stream, long number) {

        /** The place of an id that {@link StreamView} gave; the id must have that form. */
        static Place of(String id) {
            int dash = id.indexOf('-');
            return new Place(id.substring(0, dash), Long.parseLong(id.substring(dash + 1)));
        }
    }

    /** @param last the last event that the reader has; {@code null} for none */
    StreamView(@Nullable Place last) {
        this.wanted = last == null ? null : last.stream();
        this.sent = last == null ? 0 : last.number();
    }

    /** The events that the reader gets for what became of the job. */
    List<String> accept(JobEvent event) {
        return switch (event) {
            case JobEvent.Queued queued -> List.of();
            case JobEvent.Part part -> over ? List.of() : part(part.part());
            case JobEvent.End end -> over ? List.of() : end(end.job().result());
        };
    }

    /** Whether the reader gets nothing more. */
    boolean isOver() {
        return over;
    }

    private List<String> part(JobPart part) {
        if (part.sequence() == 0) {
            stream = null;
            index = 0;
            nextPart = 1;
            return List.of();
        }
        if (part.sequence() != nextPart) {
            return List.of();
        }
        nextPart++;
        return take(part.events());
    }

    private List<String> take(byte[] events) {
        List<String> told = new ArrayList<>();
        for (String event : split(events)) {
            if (stream == null) {
                stream = nameOf(event);
                if (seen && !stream.equals(wanted)) {
                    over = true;
                    told.add(LOST);
                    return told;
                }
            }
            wanted = wanted == null ? stream : wanted;
            index++;
            if (stream.equals(wanted)) {
                seen = true;
                if (index > sent) {
                    sent = index;
                    told.add(named(event));
                }
            }
        }
        return told;
    }

    private List<String> end(Job.@Nullable Result result) {
        over = true;
        if (result == null || !result.isStream() || result.outcome() != Job.Outcome.COMPLETED) {
            return List.of(result == null ? LOST : error(result));
        }
        List<String> all = split(result.body());
        if (all.isEmpty() || (wanted != null && !wanted.equals(nameOf(all.getFirst())))) {
            return List.of(LOST);
        }
        wanted = nameOf(all.getFirst());
        List<String> told = new ArrayList<>();
        for (String event : all.subList((int) Math.min(sent, all.size()), all.size())) {
            sent++;
            told.add(named(event));
        }
        return told;
    }

    private static String error(Job.Result result) {
        return SseEvents.event(new String(result.body(), StandardCharsets.UTF_8).replace("\n", " "));
    }

    /** The end of the stream stays as every client knows it. */
    private String named(String event) {
        return event.equals(SseEvents.DONE) ? event : "id: " + wanted + "-" + sent + "\n" + event;
    }

    private static String nameOf(String first) {
        return Jobs.sha256(first.getBytes(StandardCharsets.UTF_8)).substring(0, SHORT);
    }

    /** Whole events without comments, which are of no use later. */
    private static List<String> split(byte[] events) {
        List<String> split = new ArrayList<>();
        for (String event : new String(events, StandardCharsets.UTF_8).split("\n\n")) {
            if (!event.isBlank() && !event.startsWith(":")) {
                split.add(event + "\n\n");
            }
        }
        return split;
    }
}
