// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Passages by their words, found by Okapi BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009) with k1 = 1.2
 * and b = 0.75. Immutable.
 */
final class WordIndex {

    private static final double K1 = 1.2;
    private static final double B = 0.75;
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

    private record Entry(String document, String text, Map<String, Integer> words, int length) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Integer> documentsWith = new HashMap<>();
    private final double meanLength;

    WordIndex(List<Document> documents) {
        for (Document document : documents) {
            for (String passage : document.passages()) {
                Map<String, Integer> words = words(document.name() + " " + passage);
                int length = words.values().stream().mapToInt(Integer::intValue).sum();
                entries.add(new Entry(document.name(), passage, words, length));
                words.keySet().forEach(word -> documentsWith.merge(word, 1, Integer::sum));
            }
        }
        meanLength = entries.stream().mapToInt(Entry::length).average().orElse(1);
    }

    List<Excerpt> search(String question, int most) {
        Map<String, Integer> asked = words(question);
        return entries.stream()
                .map(entry -> new Excerpt(entry.document(), entry.text(), score(entry, asked)))
                .filter(found -> found.score() > 0)
                .sorted(Comparator.comparingDouble(Excerpt::score).reversed())
                .limit(most)
                .toList();
    }

    /** Words that most passages have say nothing, and count for nothing. */
    private double score(Entry entry, Map<String, Integer> asked) {
        double score = 0;
        for (String word : asked.keySet()) {
            int times = entry.words().getOrDefault(word, 0);
            if (times > 0) {
                int with = documentsWith.getOrDefault(word, 0);
                double rare = Math.log(1 + (entries.size() - with + 0.5) / (with + 0.5));
                score += rare * times * (K1 + 1) / (times + K1 * (1 - B + B * entry.length() / meanLength));
            }
        }
        return score;
    }

    private static Map<String, Integer> words(String text) {
        Map<String, Integer> words = new HashMap<>();
        Matcher word = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (word.find()) {
            if (!STOP.contains(word.group())) {
                words.merge(word.group(), 1, Integer::sum);
            }
        }
        return words;
    }

    private static final Set<String> STOP = Set.of(
            "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "how", "i", "in", "is",
            "it", "me", "my", "of", "on", "or", "our", "please", "that", "the", "there", "this", "to", "us", "was",
            "we", "what", "when", "where", "which", "who", "will", "with", "you", "your");
}
