// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

/** How a stage ended in one job. */
public sealed interface Outcome {

    /** With its value. */
    record Done() implements Outcome {}

    /** With the value that it had in an earlier run of its job. */
    record TakenUp() implements Outcome {}

    /** Something stood in for it: {@code why} it did not end with its own value. */
    record FellBack(Throwable why) implements Outcome {}

    /** The job went on without its value. */
    record Skipped(Throwable why) implements Outcome {}

    /** Without any value. */
    record Failed(Throwable why) implements Outcome {}

    /** The job was cancelled before it ended. */
    record Cancelled() implements Outcome {}

    /** It was not needed: what it stands in for did not fail. */
    record Unused() implements Outcome {}

    /** In one word, for metrics. */
    default String word() {
        return switch (this) {
            case Done done -> "done";
            case TakenUp takenUp -> "taken-up";
            case FellBack fellBack -> "fell-back";
            case Skipped skipped -> "skipped";
            case Failed failed -> "failed";
            case Cancelled cancelled -> "cancelled";
            case Unused unused -> "unused";
        };
    }

    /** Whether those who take its value get one. */
    default boolean hasValue() {
        return this instanceof Done || this instanceof TakenUp || this instanceof FellBack;
    }
}
