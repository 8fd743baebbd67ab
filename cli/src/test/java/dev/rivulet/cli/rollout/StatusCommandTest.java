// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Following a rollout of a registry that goes through states, one at each look; it stays in the last. */
class StatusCommandTest {
    private static final String ID = "r-00000000000000aa";

    @TempDir
    Path folder;

    private Terminal registry(String... states) throws IOException {
        Deque<String> left = new ArrayDeque<>(List.of(states));
        return new Terminal(folder, (exchange, asked) -> {
            if (asked.contains("?")) {
                Terminal.reply(exchange, 200, "{\"rollouts\":[{\"rollout\":\"" + ID + "\"}]}");
                return;
            }
            String state = left.size() > 1 ? left.pop() : left.getFirst();
            Terminal.reply(
                    exchange,
                    200,
                    "{\"rollout\":\"" + ID + "\",\"model\":\"desk\",\"baseline\":\"1\",\"candidate\":\"2\",\"state\":\""
                            + state + "\",\"percent\":10,\"reason\":\"because\"}");
        });
    }

    @Test
    void itFollowsAByNameAndSaysEachChangeOnceUntilTheVersionServes() throws IOException {
        try (Terminal terminal = registry("preparing", "canary", "canary", "canary", "promoted")) {
            assertThat(terminal.run("rollout", "status", "desk", "--every", "1"))
                    .isZero();
            assertThat(terminal.out().lines())
                    .containsExactly(
                            "desk 1 → 2: preparing, 10 % of the sessions: because",
                            "desk 1 → 2: canary, 10 % of the sessions: because",
                            "desk 1 → 2: promoted, 10 % of the sessions: because",
                            "✓ desk serves 2");
        }
    }

    @Test
    void whatWasTakenBackOrGivenUpFailsWithACodeOfItsOwn() throws IOException {
        for (String state : Arrays.asList("rolled_back", "aborted")) {
            try (Terminal terminal = registry("canary", state)) {
                assertThat(terminal.run("rollout", "watch", ID, "--every", "1")).isEqualTo(3);
                assertThat(terminal.err()).contains("desk serves 1 on", "./rivulet rollout show " + ID);
            }
        }
    }

    @Test
    void aLookAtOneThatGoesOnSucceedsAndAtOneThatFailedFails() throws IOException {
        try (Terminal going = registry("canary");
                Terminal failed = registry("rolled_back")) {
            assertThat(going.run("rollout", "status", "desk", "--watch=false", "--json"))
                    .isZero();
            assertThat(going.out()).startsWith("{\"rollout\"").hasLineCount(1);
            assertThat(failed.run("rollout", "status", "desk", "--watch=false")).isEqualTo(3);
        }
    }

    @Test
    void onePausedSaysWhoMustDecideAndTheTimeGivenEndsTheWait() throws IOException {
        try (Terminal terminal = registry("paused")) {
            assertThat(terminal.run("rollout", "status", "desk", "--every", "1", "--timeout-seconds", "1"))
                    .isEqualTo(4);
            assertThat(terminal.err()).contains("rollout resume " + ID, "rollout abort " + ID, "within 1 s");
        }
    }
}
