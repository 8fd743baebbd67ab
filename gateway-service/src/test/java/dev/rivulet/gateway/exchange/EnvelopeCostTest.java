// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What hostile JSON costs before it is refused: 3 of docs/robustness.md. */
class EnvelopeCostTest {

    private static final int LARGEST = 8 << 20;
    private static final int TRIES = 10;

    /** Three times what is promised: the machine that runs the tests may be a slow one. */
    private static final long MOST_NANOS = 150_000_000;

    private final Envelope.Reader reader = new Envelope.Reader(64, LARGEST);

    static Stream<Arguments> hostile() {
        int most = LARGEST - 1_000;
        return Stream.of(
                Arguments.of("arrays without end", "{\"x\":" + "[".repeat(most)),
                Arguments.of("objects without end", "{\"x\":".repeat(most / 5)),
                Arguments.of("a number of megabytes", "{\"x\":" + "9".repeat(most) + "}"),
                Arguments.of("a fraction of megabytes", "{\"x\":0." + "9".repeat(most) + "}"),
                Arguments.of("an exponent of megabytes", "{\"x\":1e" + "9".repeat(most) + "}"),
                Arguments.of("a name of megabytes", "{\"" + "n".repeat(most)),
                Arguments.of("blanks and no end", "{" + " ".repeat(most)));
    }

    /** The least of several tries, by the thread's own clock: what others do on the machine is not counted. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void hostileJsonIsRefusedForSomeTensOfMilliseconds(String what, String text) {
        byte[] body = text.getBytes(StandardCharsets.US_ASCII);
        var threads = ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long began = threads.getCurrentThreadCpuTime();
            ProblemException refusal = catchThrowableOfType(ProblemException.class, () -> reader.read(body));
            least = Math.min(least, threads.getCurrentThreadCpuTime() - began);
            assertThat(refusal.problem().code()).isEqualTo(ProblemCode.INVALID_JSON);
        }
        System.out.println("EnvelopeCostTest: " + what + " " + least / 1_000 + " us");
        assertThat(least).isLessThan(MOST_NANOS);
    }
}
