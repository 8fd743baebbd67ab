// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Any cutting of a text into pieces gives what the whole text gives; every run prints the seed that repeats it. */
class TextFilterSimulation {

    private static final int ROUNDS = 1_500;
    private static final List<String> EXPRESSIONS = List.of(
            "foo",
            "fo+\\b",
            "\\bsk-[a-z0-9]{4,12}\\b",
            "(?i)pass(?:word)?\\s*[:=]\\s*\\S+",
            "a(b|cd)*e",
            "(?:foo|foobar)baz?",
            "x[^ ]{0,20}y",
            "(?m)^end$",
            "\\Qlit\\Eeral",
            "(?i)straße|über",
            "😀+x",
            "a.*b",
            "(?:ab?){2,3}c",
            "[[:digit:]]{3}-\\pL",
            "\\.$");
    private static final List<String> WORDS = List.of(
            "foo",
            "fo",
            "o",
            "foobar",
            "baz",
            "ba",
            "sk-",
            "abc123",
            "password",
            "pass",
            " : ",
            "=",
            "a",
            "b",
            "cd",
            "e",
            "ab",
            "abc",
            "x",
            "y",
            " ",
            "\n",
            "end",
            "lit",
            "eral",
            "STRASSE",
            "Straße",
            "über",
            "😀",
            "123-",
            "é",
            ".",
            "ada@",
            "example.com",
            "+49 30 ",
            "1234567",
            "4111 1111 ",
            "1111 1111",
            "DE89 3704 0044 ",
            "0532 0130 00",
            "192.168.",
            "0.1",
            "fe80::",
            "1",
            ":",
            "Ada",
            "Lovelace");

    private final long seed = Long.getLong("rivulet.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<String> found = new ArrayList<>();

    @Test
    void anyCuttingOfATextIsFilteredAsTheWholeTextIs() {
        for (int round = 0; round < ROUNDS; round++) {
            List<Rule> rules = rules();
            String text = text();
            found.clear();
            Texts.Filtered whole = Texts.filter(rules, this::note, text);
            List<String> foundInWhole = List.copyOf(found);
            found.clear();
            Pieces pieces = pieces(rules, text);

            assertThat(pieces.shown)
                    .as("seed %d, round %d, rules %s, text '%s'", seed, round, rules, text)
                    .isEqualTo(whole.shown().getFirst());
            assertThat(pieces.blocked).as("seed %d, round %d", seed, round).isEqualTo(whole.blocked());
            if (!whole.blocked()) {
                assertThat(found)
                        .as("seed %d, round %d, rules %s, text '%s'", seed, round, rules, text)
                        .containsExactlyInAnyOrderElementsOf(foundInWhole);
            }
            assertThat(pieces.mostHeld)
                    .as("seed %d, round %d, rules %s, text '%s'", seed, round, rules, text)
                    .isLessThanOrEqualTo(TextFilter.bound(rules) + 1);
        }
    }

    /** The expression's own word, asked place by place: the one truth that both ways are held to. */
    @Test
    void whatIsFoundIsWhatTheExpressionFindsAtEachPlace() {
        for (int round = 0; round < ROUNDS; round++) {
            String expression = EXPRESSIONS.get(random.nextInt(EXPRESSIONS.size()));
            int longest = 4 + random.nextInt(30);
            String text = text();
            Rule rule = new Rule("f", Action.REDACT, List.of(Detector.of(expression, longest, "[X]", String::length)));

            assertThat(Texts.filter(List.of(rule), this::note, text).shown().getFirst())
                    .as("seed %d, round %d, '%s' of %d in '%s'", seed, round, expression, longest, text)
                    .isEqualTo(placeByPlace(rule.detectors().getFirst(), text));
        }
    }

    @Test
    void nothingIsHeldBackThatCanBeNoPartOfAMatch() {
        List<Rule> rules = List.of(
                new Rule("key", Action.BLOCK, List.of(Detector.of("\\bsk-[a-z0-9]{8,40}\\b", 64, "", String::length))),
                new Rule("mail", Action.REDACT, Pii.EMAIL.detectors(null)),
                new Rule("flagged", Action.FLAG, List.of(Detector.of("(?s).{500}", 500, "", String::length))));
        TextFilter filter = new TextFilter(rules, this::note);
        TreeMap<Integer, Integer> decided = new TreeMap<>();
        String text = "It is the sky. Ask ada@example.com.";
        for (int i = 0; i < text.length(); i++) {
            filter.append(text.substring(i, i + 1));
            decided.put(i + 1, filter.decided());
        }
        assertThat(decided)
                .as("a word may be an address until it ends")
                .containsEntry(3, 3)
                .containsEntry(5, 3)
                .containsEntry(15, 15)
                .containsEntry(33, 19);
        filter.end();
        assertThat(filter.shown(0, text.length())).isEqualTo("It is the sky. Ask [EMAIL].");
    }

    @Test
    void theTimeIsLinearInTheTextWhateverItIs() {
        List<Rule> rules = List.of(
                new Rule("evil", Action.REDACT, List.of(Detector.of("(a+)+b", 64, "", String::length))),
                new Rule("pii", Action.REDACT, Pii.CARD.detectors(null)));
        assertThat(steps(rules, "a".repeat(100_000))).isLessThan(20 * steps(rules, "a".repeat(10_000)));
        assertThat(steps(rules, "4 ".repeat(50_000))).isLessThan(20 * steps(rules, "4 ".repeat(5_000)));
    }

    /** How often a character is looked at: no clock, which a busy machine would falsify. */
    private long steps(List<Rule> rules, String text) {
        long[] looks = {0};
        for (Rule rule : rules) {
            Scanner scanner = new Scanner(rule.detectors().getFirst());
            StringBuilder held = new StringBuilder();
            for (int i = 0; i < text.length(); i += 100) {
                held.append(text, i, Math.min(text.length(), i + 100));
                scanner.scan(new Counted(held, looks), false, (from, to) -> {});
                int drop = Math.max(0, scanner.decided() - Scanner.CONTEXT);
                held.delete(0, drop);
                scanner.dropped(drop);
            }
        }
        return looks[0];
    }

    private record Counted(CharSequence text, long[] looks) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            looks[0]++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            looks[0] += end - start;
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }

    private static final class Pieces {
        private String shown = "";
        private boolean blocked;
        private int mostHeld;
    }

    private Pieces pieces(List<Rule> rules, String text) {
        TextFilter filter = new TextFilter(rules, this::note);
        Pieces pieces = new Pieces();
        StringBuilder shown = new StringBuilder();
        int given = 0;
        int at = 0;
        while (given < text.length() && !filter.isBlocked()) {
            int to = Math.min(text.length(), given + 1 + random.nextInt(random.nextInt(12) == 0 ? 80 : 5));
            filter.append(text.substring(given, to));
            given = to;
            shown.append(filter.shown(at, filter.decided()));
            at = filter.decided();
            if (!filter.isBlocked()) {
                pieces.mostHeld = Math.max(pieces.mostHeld, Math.min(given - at, given));
            }
        }
        filter.end();
        shown.append(filter.shown(at, filter.decided()));
        pieces.shown = shown.toString();
        pieces.blocked = filter.isBlocked();
        return pieces;
    }

    private String placeByPlace(Detector detector, String text) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int end = Math.min(text.length(), at + detector.longest() + 1);
            if (end < text.length()
                    && Character.isHighSurrogate(text.charAt(end - 1))
                    && Character.isLowSurrogate(text.charAt(end))) {
                end--;
            }
            var matcher = detector.whole().matcher(text.substring(0, end));
            boolean here = matcher.find(at) && matcher.start() == at;
            int length = here ? matcher.end() - at : 0;
            if (length > 0 && length <= detector.longest()) {
                out.append("[X]");
                at += length;
            } else {
                int next = at + Character.charCount(text.codePointAt(at));
                out.append(text, at, next);
                at = next;
            }
        }
        return out.toString();
    }

    private List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            List<Detector> detectors = new ArrayList<>();
            for (int j = 0; j < 1 + random.nextInt(2); j++) {
                detectors.add(Detector.of(
                        EXPRESSIONS.get(random.nextInt(EXPRESSIONS.size())),
                        4 + random.nextInt(60),
                        "[" + i + "]",
                        random.nextBoolean() ? String::length : text -> text.length() / 2));
            }
            rules.add(new Rule("f" + i, Action.values()[random.nextInt(8) == 0 ? 2 : random.nextInt(2)], detectors));
        }
        if (random.nextInt(4) == 0) {
            for (Pii kind : Pii.values()) {
                rules.add(new Rule(kind.name(), Action.REDACT, kind.detectors(null)));
            }
            rules.add(new Rule("names", Action.REDACT, List.of(Pii.name("Ada Lovelace", null))));
        }
        return rules;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        int words = random.nextInt(10) == 0 ? 400 : random.nextInt(40);
        for (int i = 0; i < words; i++) {
            text.append(WORDS.get(random.nextInt(WORDS.size())));
        }
        return text.toString();
    }

    private void note(String filter, Action action) {
        found.add(filter + action);
    }
}
