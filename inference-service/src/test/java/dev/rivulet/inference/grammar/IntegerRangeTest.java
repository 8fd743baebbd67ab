// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Integers within bounds: all of them, and no others. */
class IntegerRangeTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final long LARGEST = 999_999_999_999_999L;

    private final GrammarFixture fixture = new GrammarFixture();

    private static String expression(String bounds) throws GrammarRefusedException {
        return IntegerRange.expression(JSON.readTree("{\"type\":\"integer\"" + bounds + "}"), "");
    }

    private static boolean has(String expression, long number) {
        return Long.toString(number).matches(expression);
    }

    @ParameterizedTest
    @CsvSource({
        "-12, 34",
        "0, 0",
        "0, 9",
        "1, 100",
        "-1, 1",
        "7, 7",
        "-250, -13",
        "99, 1001",
        "1000, 1999",
        "-1999, -1000",
        "989, 1011",
        "-5, 0"
    })
    void whatLiesWithinIsAllowedAndNothingElse(long least, long most) throws Exception {
        String expression = expression(",\"minimum\":" + least + ",\"maximum\":" + most);

        LongStream.rangeClosed(-3_000, 3_000)
                .forEach(number -> assertThat(has(expression, number))
                        .as("%d within %d to %d", number, least, most)
                        .isEqualTo(least <= number && number <= most));
        assertThat("01".matches(expression) || "-0".matches(expression) || "".matches(expression))
                .isFalse();
    }

    @Test
    void randomBoundsOfAnyLengthHold() throws Exception {
        SplittableRandom random = new SplittableRandom(20_261_126);
        for (int i = 0; i < 300; i++) {
            long one = any(random);
            long other = any(random);
            long least = Math.min(one, other);
            long most = Math.max(one, other);
            String expression = expression(",\"minimum\":" + least + ",\"maximum\":" + most);
            assertThat(has(expression, least) && has(expression, most))
                    .as("%d to %d", least, most)
                    .isTrue();
            assertThat(has(expression, least - 1) || has(expression, most + 1))
                    .as("%d to %d", least, most)
                    .isFalse();
            for (int j = 0; j < 40; j++) {
                long number = any(random);
                assertThat(has(expression, number))
                        .as("%d within %d to %d", number, least, most)
                        .isEqualTo(least <= number && number <= most);
            }
        }
    }

    private static long any(SplittableRandom random) {
        long scale = BigDecimal.TEN.pow(random.nextInt(1, 15)).longValueExact();
        return random.nextLong(-scale, scale);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                ",\"exclusiveMinimum\":0; 1; 999999999999999",
                ",\"exclusiveMaximum\":0; -999999999999999; -1",
                ",\"minimum\":0.5,\"maximum\":9.5; 1; 9",
                ",\"exclusiveMinimum\":0.5,\"exclusiveMaximum\":9.5; 1; 9",
                ",\"minimum\":-9007199254740991,\"maximum\":9007199254740991; -999999999999999; 999999999999999"
            })
    void boundsAreReadAsJsonSchemaMeansThem(String bounds, long least, long most) throws Exception {
        String expression = expression(bounds);

        assertThat(has(expression, least) && has(expression, most)).isTrue();
        assertThat(has(expression, least - 1) || has(expression, most + 1)).isFalse();
    }

    @Test
    void theGrammarHoldsAnAnswerToThem() throws Exception {
        TokenGrammar grammar = fixture.grammar(new AnswerForm.Schema(JSON.readTree(
                "{\"type\":[\"integer\",\"null\"],\"minimum\":-9007199254740991,\"exclusiveMaximum\":1000}")));

        assertThat(fixture.accepts(grammar, "999") && fixture.accepts(grammar, "-" + LARGEST))
                .isTrue();
        assertThat(fixture.accepts(grammar, "null")).isTrue();
        assertThat(fixture.accepts(grammar, "1000") || fixture.accepts(grammar, "1.5"))
                .isFalse();
    }
}
