// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import dev.rivulet.lora.Conversations;
import dev.rivulet.lora.Lesson;
import dev.rivulet.lora.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is learnt from a site's feedback, and what is set aside to see whether it was. Of an answer that was found bad and corrected the
 * correction is preferred to it; a correction of an answer that was not found bad, and an answer that was found good, are learnt as they
 * are; a bad answer that nobody corrected teaches nothing.
 *
 * @param lessons to learn
 * @param examination never learnt: one in so many pieces of feedback whose right answer is known, by its request's id
 */
public record Curriculum(List<Lesson> lessons, List<Question> examination) {

    private static final double GOOD = 0.5;

    /** A question and its right answer. */
    public record Question(Feedback asked, String right) {}

    public Curriculum {
        lessons = List.copyOf(lessons);
        examination = List.copyOf(examination);
    }

    /**
     * Sorts feedback.
     *
     * @param setAside one in so many is held out; 0 for none
     */
    public static Curriculum of(List<Feedback> all, Conversations conversations, int setAside) {
        List<Lesson> lessons = new ArrayList<>();
        List<Question> examination = new ArrayList<>();
        for (Feedback feedback : all) {
            String right = feedback.correction().isBlank() && feedback.score() >= GOOD
                    ? feedback.answer()
                    : feedback.correction();
            if (feedback.messages().isEmpty() || right.isBlank()) {
                continue;
            }
            if (setAside > 0 && Math.floorMod(feedback.request().hashCode(), setAside) == 0) {
                examination.add(new Question(feedback, right));
            } else {
                lesson(feedback, right, conversations).ifPresent(lessons::add);
            }
        }
        return new Curriculum(lessons, examination);
    }

    private static Optional<Lesson> lesson(Feedback feedback, String right, Conversations conversations) {
        Optional<Sequence> wanted = conversations.sequence(feedback.messages(), right);
        if (feedback.score() < GOOD
                && !feedback.answer().isBlank()
                && !feedback.answer().equals(right)) {
            Optional<Sequence> said = conversations.sequence(feedback.messages(), feedback.answer());
            return wanted.flatMap(chosen -> said.map(rejected -> new Lesson.Preference(chosen, rejected)));
        }
        return wanted.map(Lesson.Answer::new);
    }
}
