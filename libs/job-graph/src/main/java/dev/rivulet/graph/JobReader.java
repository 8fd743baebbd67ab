// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.concurrent.Flow;

/** Whoever a job is run for. Called by one thread at a time; what it throws cancels the job. */
public interface JobReader {

    /** An output stage has its value: its own, or what stood in for it. */
    void value(String stage, Object value);

    /** The first part of an output stage is there. To be subscribed to once, or the job cancelled. */
    void parts(String stage, Flow.Publisher<Object> parts);

    /** A stage has ended, before its value is told. */
    default void left(String stage, Outcome outcome) {}

    /** Every stage has ended; called once, and last. */
    void ended(JobReport report);
}
