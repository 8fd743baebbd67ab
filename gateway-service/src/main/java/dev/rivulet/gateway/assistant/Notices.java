// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.graph.Outcome;
import dev.rivulet.graph.StageFailure;
import dev.rivulet.problems.ProblemException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What an answer lacks, and why. Safe for use by many threads. */
final class Notices {

    /** The header that tells it, where it is known before the answer begins. */
    static final String HEADER = "x-rivulet-notice";

    private static final String UNHEARD = "unheard";
    private static final int DEEPEST = 100;

    private final Map<String, String> missing = new LinkedHashMap<>();

    /** A stage that has a value lacks something all the same. */
    synchronized void lacks(String stage, String what) {
        missing.put(stage, what);
    }

    /**
     * What of the question was not taken in, in words for whoever reads or hears the answer; empty where nothing is.
     *
     * @param kinds of the stages
     */
    String words(Map<String, String> kinds) {
        return missing().entrySet().stream()
                .map(one -> sentence(kinds.getOrDefault(one.getKey(), ""), one.getValue()))
                .filter(sentence -> !sentence.isEmpty())
                .distinct()
                .collect(Collectors.joining(" "));
    }

    /** Of models that take something in; where words for an answer are missing, rules have answered, which say so. */
    private static String sentence(String kind, String why) {
        return switch (kind) {
            case "hear" ->
                why.equals(UNHEARD) ? "I did not understand the recording." : "I could not listen to the recording.";
            case "see" -> "I could not look at the picture.";
            case "look" -> "I could not answer from the picture.";
            case "classify" -> "I could not find out what you want me to do.";
            case "act" -> acted(why);
            case "tag" -> "I could not find out which rooms, doors or values you mean.";
            default -> "";
        };
    }

    /** What was to be done, where it is not certain that it was not done before. */
    private static String acted(String why) {
        return switch (why) {
            case "may_have_acted" ->
                "I can't tell whether that was done, since this job was begun before. Look before you ask again.";
            case "unclaimed" -> "I did not do that, since I could not make sure that it is done once. Ask again.";
            default -> "";
        };
    }

    /** A stage has ended; says whether something is missing for it. */
    synchronized boolean heard(String stage, Outcome outcome) {
        String why = switch (outcome) {
            case Outcome.Done done -> null;
            case Outcome.TakenUp takenUp -> null;
            case Outcome.Unused unused -> null;
            case Outcome.Cancelled cancelled -> null;
            case Outcome.FellBack fellBack when fellBack.why() instanceof NeedlessException -> null;
            case Outcome.Skipped skipped when skipped.why() instanceof NeedlessException -> null;
            case Outcome.FellBack fellBack -> word(fellBack.why());
            case Outcome.Skipped skipped -> word(skipped.why());
            case Outcome.Failed failed -> word(failed.why());
        };
        if (why != null) {
            missing.put(stage, why);
        }
        return missing.containsKey(stage);
    }

    /** By stage, why it is missing. */
    synchronized Map<String, String> missing() {
        return new LinkedHashMap<>(missing);
    }

    /** Such as {@code intent=deadline, answer=unsure}. */
    String header() {
        return missing().entrySet().stream()
                .map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining(", "));
    }

    /** The reason in one word, of the stage where it began. */
    private static String word(Throwable why) {
        Throwable root = why;
        for (int depth = 0; depth < DEEPEST; depth++) {
            Throwable cause = root.getCause();
            boolean starved = root instanceof StageFailure failure
                    && failure.reason() == StageFailure.Reason.INPUT_MISSING
                    && cause != null;
            if (!starved || cause == null) {
                break;
            }
            root = cause;
        }
        return switch (root) {
            case StageFailure failure -> failure.reason().name().toLowerCase(Locale.ROOT);
            case ProblemException problem -> problem.problem().code().name().toLowerCase(Locale.ROOT);
            case Understanding.UnsureException unsure -> "unsure";
            case Hearing.UnheardException unheard -> UNHEARD;
            case ModelCalls.UnseenException unseen -> "unseen";
            case CallNotPermittedException open -> "breaker_open";
            default -> "failed";
        };
    }
}
