// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

/** One piece of feedback as something to learn. */
public sealed interface Lesson {

    /** An answer that is right: what somebody wrote instead of one that was not, or one that somebody was content with. */
    record Answer(Sequence right) implements Lesson {}

    /**
     * Two answers to one prompt, of which somebody wants the first.
     *
     * @param chosen what he wrote
     * @param rejected what the model had said
     */
    record Preference(Sequence chosen, Sequence rejected) implements Lesson {}
}
