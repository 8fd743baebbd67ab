// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What the people of one building say in place of common words.
 *
 * @param words common word, in lower case, to what is said for it: one phrase or more
 */
public record Dialect(Map<String, List<String>> words) {
    private static final Pattern WORD = Pattern.compile("\\p{L}+");

    public Dialect {
        words = Map.copyOf(words);
    }

    /**
     * Draws a dialect.
     *
     * @param variants of each thing that this building knows, 1 or more
     */
    static Dialect draw(int variants, RandomGenerator random) {
        Map<String, List<String>> words = new LinkedHashMap<>();
        for (String line : Resources.lines("dialects.txt")) {
            String[] parts = line.split(":", 2);
            List<String> said = new ArrayList<>(List.of(parts[1].strip().split("\\s*\\|\\s*")));
            List<String> own = new ArrayList<>();
            while (own.size() < variants && !said.isEmpty()) {
                own.add(said.remove(random.nextInt(said.size())));
            }
            for (String word : parts[0].strip().split("\\s+")) {
                words.put(word, List.copyOf(own));
            }
        }
        return new Dialect(words);
    }

    /** A text in the dialect: so many of a hundred known words are replaced. */
    String say(String text, int percent, RandomGenerator random) {
        return WORD.matcher(text).replaceAll(found -> replaced(found, percent, random));
    }

    private String replaced(MatchResult found, int percent, RandomGenerator random) {
        String word = found.group();
        List<String> own = words.get(word.toLowerCase(Locale.ROOT));
        if (own == null || random.nextInt(100) >= percent) {
            return word;
        }
        String said = own.get(random.nextInt(own.size()));
        return Character.isUpperCase(word.charAt(0)) ? Character.toUpperCase(said.charAt(0)) + said.substring(1) : said;
    }
}
