// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import java.time.Instant;

/** What the requests of one version came to over some time. Not safe for use by several threads. */
public final class Window {

    private long requests;
    private long errors;
    private long refusals;
    private final Histogram ttft = new Histogram();
    private final Histogram itl = new Histogram();
    private final Scores feedback = new Scores();
    private Mirrored mirrored = Mirrored.NONE;
    private Instant newest = Instant.EPOCH;

    /** How a request ended. */
    public enum Ending {
        ANSWERED,
        /** The version could not answer. */
        ERROR,
        /** The version would not answer. */
        REFUSAL
    }

    /**
     * Counts a request that its reader did not give up.
     *
     * @param ttft seconds to the first token; NaN where that was not measured, as for an error
     * @param itl mean seconds between two tokens; NaN where there were none
     */
    public void add(Ending ending, double ttft, double itl) {
        requests++;
        switch (ending) {
            case ERROR -> errors++;
            case REFUSAL -> refusals++;
            case ANSWERED -> {}
        }
        this.ttft.add(ttft);
        this.itl.add(itl);
    }

    /** Counts what a caller thought of an answer, 0 to 1. */
    public void addFeedback(double score) {
        feedback.add(score);
    }

    /** Counts what mirrored requests came to. */
    public void addMirrored(Mirrored more) {
        mirrored = mirrored.plus(more);
    }

    /** A request that is counted ended then. */
    public void endedAt(Instant at) {
        newest = at.isAfter(newest) ? at : newest;
    }

    /** Counts everything that another holds. */
    public void addAll(Window other) {
        requests += other.requests;
        errors += other.errors;
        refusals += other.refusals;
        ttft.addAll(other.ttft);
        itl.addAll(other.itl);
        feedback.addAll(other.feedback);
        addMirrored(other.mirrored);
        endedAt(other.newest);
    }

    /** All that were counted. */
    public long requests() {
        return requests;
    }

    /** Those that the version could not answer. */
    public long errors() {
        return errors;
    }

    /** Those that the version would not answer. */
    public long refusals() {
        return refusals;
    }

    /** Times to the first token. */
    public Histogram ttft() {
        return ttft;
    }

    /** Mean times between two tokens, one of each request. */
    public Histogram itl() {
        return itl;
    }

    /** What callers thought of answers. */
    public Scores feedback() {
        return feedback;
    }

    /** What mirrored requests came to, of a candidate. */
    public Mirrored mirrored() {
        return mirrored;
    }

    /** When the last request ended that is counted; the epoch where none is. */
    public Instant newest() {
        return newest;
    }
}
