// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

/** Is told how far a job has come. Never blocks, and may lose what it is told: the result says everything again. */
public interface Progress {

    /**
     * A part of a job is there.
     *
     * @param run differs for every time that a job is begun
     * @param sequence 0 for the beginning, then one more for every part
     * @param events whole events of a streamed answer; empty at the beginning
     */
    void told(Job job, String run, long sequence, byte[] events);
}
