// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import dev.rivulet.registry.rollouts.analysis.Limits;
import java.time.Duration;
import java.util.List;

/**
 * How one rollout goes; fixed when it starts, so that a change of settings does not change it under way.
 *
 * @param steps percent of the sessions that the candidate serves, ascending, the last 100
 * @param automatic whether steps are taken by the analysis; if not, by a person alone, and only rollback comes by itself
 * @param stepTime how long a step below 100 lasts at least
 * @param holdTime how long the candidate serves all before it is the champion
 * @param patience how long a step may stay inconclusive before it is paused; at least the times above
 * @param prepareTime how long replicas may take to have the candidate ready
 * @param quorum share of the live replicas of the model that must be ready, above 0, at most 1
 * @param shadowTime how long requests are mirrored at least before the candidate serves anybody; zero for not at all
 * @param limits when the candidate counts as worse
 */
public record Plan(
        List<Integer> steps,
        boolean automatic,
        Duration stepTime,
        Duration holdTime,
        Duration patience,
        Duration prepareTime,
        double quorum,
        Duration shadowTime,
        Limits limits) {

    /** All the sessions. */
    static final int ALL = 100;

    private static final int MOST_STEPS = 20;
    private static final Duration LONGEST = Duration.ofDays(30);

    /** @throws IllegalArgumentException naming the value that is out of range */
    public Plan {
        steps = List.copyOf(steps);
        checkSteps(steps);
        check(quorum > 0 && quorum <= 1, "quorum must be above 0 and at most 1");
        checkTime(stepTime, "step_time");
        checkTime(holdTime, "hold_time");
        checkTime(patience, "patience");
        checkTime(prepareTime, "prepare_time");
        checkTime(shadowTime, "shadow_time");
    }

    /** Whether requests are mirrored before the candidate serves anybody. */
    boolean shadows() {
        return shadowTime.isPositive();
    }

    /** The percentage after this one. */
    int after(int percent) {
        return steps.stream().filter(step -> step > percent).findFirst().orElse(ALL);
    }

    private static void checkSteps(List<Integer> steps) {
        check(!steps.isEmpty() && steps.size() <= MOST_STEPS, "steps must be 1 to " + MOST_STEPS + " percentages");
        int last = 0;
        for (int step : steps) {
            check(step > last && step <= ALL, "steps must ascend from 1 to 100");
            last = step;
        }
        check(last == ALL, "the last of steps must be 100");
    }

    private static void checkTime(Duration time, String name) {
        check(!time.isNegative() && time.compareTo(LONGEST) <= 0, name + " must be 0 to 30 days");
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
