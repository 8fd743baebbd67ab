// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import org.jspecify.annotations.Nullable;

/** One thing that a reader of a job is told. */
public sealed interface JobEvent {

    /** Its id is smaller than those of all parts. */
    String QUEUED = "0";

    /** The id of the end. */
    String END = "end";

    /** What a reader shows when he comes back. */
    String id();

    /** The job waits. */
    record Queued(Job job) implements JobEvent {
        @Override
        public String id() {
            return QUEUED;
        }
    }

    /** The job was begun, or a part of its answer is there. */
    record Part(Job job, JobPart part) implements JobEvent {
        @Override
        public String id() {
            return Long.toString(part.offset() + 1);
        }
    }

    /** The job has ended. */
    record End(Job job) implements JobEvent {
        @Override
        public String id() {
            return END;
        }
    }

    /** The offset after which a reader goes on who shows this id; −2 where he has seen nothing. */
    static long offset(@Nullable String lastId) {
        return lastId == null ? -2 : Long.parseLong(lastId) - 1;
    }
}
