// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

/**
 * How far a job has come.
 *
 * @param offset its place in the log of all progress, growing within a job
 * @param run differs for every time that the job was begun
 * @param sequence 0 where it was begun, then one more for every part
 * @param replica where it runs
 * @param atMillis when, in epoch milliseconds
 * @param events whole events of a streamed answer; empty at the beginning
 */
public record JobPart(long offset, String run, long sequence, String replica, long atMillis, byte[] events) {

    /** The same part with other events. */
    JobPart with(byte[] otherEvents) {
        return new JobPart(offset, run, sequence, replica, atMillis, otherEvents);
    }
}
