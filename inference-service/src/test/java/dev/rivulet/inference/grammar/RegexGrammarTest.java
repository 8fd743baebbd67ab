// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expressions as automata over bytes, against the expressions of the JDK. */
class RegexGrammarTest {

    private final GrammarFixture fixture = new GrammarFixture();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[a-c]+x?",
                "(ab|a)(c|bcd)*",
                "\\d{2,4}-[^0-9a]{1,3}",
                "(a|b)*abb",
                "[\\wäöü]+@[a-z]{2}",
                "日.語?|[😀-😃]{2}",
                "\\x41\\u00e9?|\\w\\W",
                "(?:a{0,2}b){2}",
                "(a*)*b|c??",
                "[]a]x"
            })
    void acceptsExactlyWhatTheJdkAccepts(String expression) throws Exception {
        TokenGrammar grammar = fixture.grammar(new AnswerForm.Matching(expression));
        Pattern pattern = Pattern.compile(expression.replace("[]a]", "[\\]a]"));
        SplittableRandom random = new SplittableRandom(20_261_125);
        int matched = 0;
        for (int i = 0; i < 300; i++) {
            String own = fixture.write(grammar, random);
            assertThat(own).matches(pattern);
            String other = mutated(own, random);
            boolean expected = pattern.matcher(other).matches();
            assertThat(fixture.accepts(grammar, other)).as(other).isEqualTo(expected);
            matched += expected ? 1 : 0;
        }
        assertThat(matched).isLessThan(300);
    }

    private static String mutated(String text, SplittableRandom random) {
        int[] points = text.codePoints().toArray();
        String alphabet = "abcdx01-_@ äé日語😀\n";
        int[] letters = alphabet.codePoints().toArray();
        StringBuilder mutated = new StringBuilder();
        for (int point : points) {
            if (random.nextInt(6) != 0) {
                mutated.appendCodePoint(random.nextInt(8) == 0 ? letters[random.nextInt(letters.length)] : point);
            }
        }
        return random.nextInt(4) == 0
                ? mutated.appendCodePoint(letters[random.nextInt(letters.length)])
                        .toString()
                : mutated.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "(?=a)b, look-around",
        "(?!a)b, look-around",
        "(?<=a)b, look-around",
        "a\\1, not supported",
        "a\\b, not supported",
        "(a, unfinished group",
        "a), unopened",
        "*a, nothing to repeat",
        "[a, ends too soon",
        "a{99999}, repeats more",
        "'a{3,1}', before its beginning",
        "a^b, anchor",
        "a\\, ends too soon",
        "[z-a], ends before it begins",
        "((a{100}){100}){100}, states"
    })
    void namesWhatItRefuses(String expression, String why) {
        assertThatThrownBy(() -> fixture.grammar(new AnswerForm.Matching(expression)))
                .isInstanceOf(GrammarRefusedException.class)
                .hasMessageContaining(why);
    }

    @Test
    void anEndTokenIsAllowedOnlyWhereTheAnswerIsWhole() throws Exception {
        Constraint constraint =
                fixture.grammar(new AnswerForm.Matching("abc|abcd")).constraint();
        assertThat(constraint.mask().allows(GrammarFixture.END)).isFalse();
        for (byte one : "abc".getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            constraint.accept(1 + one);
        }
        assertThat(constraint.mask().allows(GrammarFixture.END)).isTrue();
        assertThat(constraint.complete()).isFalse();
        constraint.accept(1 + 'd');
        assertThat(constraint.complete()).isTrue();
        assertThatThrownBy(() -> constraint.accept(1 + 'd')).hasMessageContaining("not allowed");
    }

    @Test
    void tokensOfSeveralBytesMayCrossTheBordersOfItsParts() throws Exception {
        Constraint constraint =
                fixture.grammar(new AnswerForm.Matching("n(ame|o)12?")).constraint();
        long first = constraint.mask().count();
        assertThat(first).as("n and name").isEqualTo(2);
    }
}
