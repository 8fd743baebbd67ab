// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.callers.Caller;
import dev.rivulet.registry.rollouts.Decision;
import dev.rivulet.registry.rollouts.Plan;
import dev.rivulet.registry.rollouts.analysis.FeedbackLimits;
import dev.rivulet.registry.rollouts.analysis.Limits;
import dev.rivulet.registry.rollouts.analysis.ShadowLimits;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSON bodies of requests, before they are checked. */
final class RolloutRequests {

    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_REASON = 1000;

    private RolloutRequests() {}

    /** {@code POST /api/rollouts}; what is not given comes from the settings. Times are seconds. */
    record Start(
            @Nullable String model,
            @Nullable String candidate,
            @Nullable List<@Nullable Integer> steps,
            @Nullable Boolean automatic,
            @Nullable Double stepSeconds,
            @Nullable Double holdSeconds,
            @Nullable Double patienceSeconds,
            @Nullable Double prepareSeconds,
            @Nullable Double quorum,
            @Nullable Long minSamples,
            @Nullable Double alpha,
            @Nullable Double maxLatencyRatio,
            @Nullable Double maxTtftSeconds,
            @Nullable Double maxItlSeconds,
            @Nullable Double maxErrorRate,
            @Nullable Double errorMargin,
            @Nullable Double shadowSeconds,
            @Nullable Double minAgreement,
            @Nullable Long minCompared,
            @Nullable Boolean feedbackRequired,
            @Nullable Long minFeedback,
            @Nullable Double feedbackFloor,
            @Nullable Double feedbackMargin,
            @Nullable String by,
            @Nullable String reason) {

        Plan plan(Plan usual) {
            try {
                return new Plan(
                        steps == null
                                ? usual.steps()
                                : steps.stream()
                                        .map(step -> step == null ? 0 : step)
                                        .toList(),
                        or(automatic, usual.automatic()),
                        time(stepSeconds, "step_seconds", usual.stepTime()),
                        time(holdSeconds, "hold_seconds", usual.holdTime()),
                        time(patienceSeconds, "patience_seconds", usual.patience()),
                        time(prepareSeconds, "prepare_seconds", usual.prepareTime()),
                        or(quorum, usual.quorum()),
                        time(shadowSeconds, "shadow_seconds", usual.shadowTime()),
                        limits(usual.limits()));
            } catch (IllegalArgumentException e) {
                throw problem("plan", Objects.requireNonNullElse(e.getMessage(), "The plan is not valid.") + ".");
            }
        }

        private Limits limits(Limits usual) {
            return new Limits(
                    or(minSamples, usual.minSamples()),
                    or(alpha, usual.alpha()),
                    or(maxLatencyRatio, usual.maxLatencyRatio()),
                    time(maxTtftSeconds, "max_ttft_seconds", usual.maxTtft()),
                    time(maxItlSeconds, "max_itl_seconds", usual.maxItl()),
                    or(maxErrorRate, usual.maxErrorRate()),
                    or(errorMargin, usual.errorMargin()),
                    feedback(usual.feedback()),
                    new ShadowLimits(
                            or(minAgreement, usual.shadow().minAgreement()),
                            or(minCompared, usual.shadow().minCompared())));
        }

        private FeedbackLimits feedback(FeedbackLimits usual) {
            return new FeedbackLimits(
                    or(feedbackRequired, usual.required()),
                    or(minFeedback, usual.minVerdicts()),
                    or(feedbackFloor, usual.floor()),
                    or(feedbackMargin, usual.margin()));
        }

        Decision decision(Caller caller) {
            return RolloutRequests.decision(caller.actor(by), reason, "started");
        }
    }

    /** What a person says with a change. */
    record Say(@Nullable String by, @Nullable String reason) {

        Decision decision(Caller caller, String usual) {
            return RolloutRequests.decision(caller.actor(by), reason, usual);
        }
    }

    private static Decision decision(@Nullable String by, @Nullable String reason, String usual) {
        return Decision.of(
                text(by, "by", LONGEST_NAME, "a person"), text(reason, "reason", LONGEST_REASON, usual + " by hand"));
    }

    private static String text(@Nullable String text, String param, int longest, String usual) {
        if (text == null || text.isBlank()) {
            return usual;
        }
        if (text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            throw problem(param, "This has at most " + longest + " characters, none of them a control character.");
        }
        return text;
    }

    private static <T> T or(@Nullable T given, T usual) {
        return given == null ? usual : given;
    }

    private static Duration time(@Nullable Double seconds, String param, Duration usual) {
        if (seconds == null) {
            return usual;
        }
        if (!(seconds >= 0 && seconds <= Duration.ofDays(30).toSeconds())) {
            throw problem(param, "This is 0 to 2592000 seconds.");
        }
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    /** The revision of an {@code If-Match} header; null if any will do. */
    static @Nullable Long expected(@Nullable String ifMatch) {
        if (ifMatch == null || ifMatch.equals("*")) {
            return null;
        }
        try {
            return Long.valueOf(ifMatch.replace("\"", "").strip());
        } catch (NumberFormatException e) {
            throw problem("If-Match", "If-Match carries the revision of the rollout, such as \"3\".");
        }
    }

    static ProblemException problem(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}
