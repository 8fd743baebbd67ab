// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.http;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.rollouts.Decision;
import dev.rivulet.registry.rollouts.RolloutCommand;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;

/** What a person may do to a rollout. */
enum Action {
    PREPARED("prepared", RolloutCommand.Prepare::new),
    ADVANCE("advanced", RolloutCommand.Advance::new),
    PAUSE("paused", RolloutCommand.Pause::new),
    RESUME("resumed", RolloutCommand.Resume::new),
    PROMOTE("promoted", RolloutCommand.Promote::new),
    ABORT("aborted", RolloutCommand.Abort::new);

    private final String done;
    private final Function<Decision, RolloutCommand> command;

    Action(String done, Function<Decision, RolloutCommand> command) {
        this.done = done;
        this.command = command;
    }

    static Action of(String name) {
        return Arrays.stream(values())
                .filter(action -> action.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new ProblemException(Problem.of(
                        ProblemCode.NOT_FOUND,
                        "A rollout can be advanced, paused, resumed, promoted and aborted: "
                                + "POST /api/rollouts/{id}/advance, pause, resume, promote or abort.")));
    }

    /** What was done, for the timeline. */
    String done() {
        return done;
    }

    Function<Decision, RolloutCommand> command() {
        return command;
    }
}
