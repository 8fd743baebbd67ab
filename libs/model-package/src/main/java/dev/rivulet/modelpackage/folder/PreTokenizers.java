// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How a text is cut before bytes are merged, by the names that llama.cpp's converter gives; the parts are those of the original models'
 * {@code tokenizer.json}.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/src/llama-vocab.cpp">the names</a>
 */
final class PreTokenizers {
    private static final String WORDS = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)";
    private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
    private static final String REST = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final Map<String, Object> BYTES = byteLevel(false);

    private static final List<Object> GPT2 = List.of(byteLevel(true));
    private static final List<Object> LLAMA3 = List.of(split(CONTRACTIONS + "\\p{N}{1,3}" + REST), BYTES);
    private static final List<Object> QWEN2 = List.of(split(CONTRACTIONS + "\\p{N}" + REST), BYTES);
    private static final List<Object> SMOLLM =
            List.of(Map.of("type", "Digits", "individual_digits", true), byteLevel(true));
    private static final List<Object> DEFAULT = List.of(
            split("[\\p{P}\\$\\+<=>\\^~\\|]+"), split(WORDS), split("\\p{N}+"), split("[0-9][0-9][0-9]"), BYTES);

    private static final Map<String, List<Object>> BY_NAME = Map.ofEntries(
            Map.entry("default", DEFAULT),
            Map.entry("gpt-2", GPT2),
            Map.entry("phi-2", GPT2),
            Map.entry("olmo", GPT2),
            Map.entry("llama-bpe", LLAMA3),
            Map.entry("llama3", LLAMA3),
            Map.entry("llama-v3", LLAMA3),
            Map.entry("dbrx", LLAMA3),
            Map.entry("smaug-bpe", LLAMA3),
            Map.entry("qwen2", QWEN2),
            Map.entry("deepseek-r1-qwen", QWEN2),
            Map.entry("smollm", SMOLLM),
            Map.entry("starcoder", SMOLLM));

    private PreTokenizers() {}

    /** The parts of a name; empty if it isn't known. */
    static Optional<List<Object>> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Names that are known, sorted. */
    static String names() {
        return String.join(", ", new TreeSet<>(BY_NAME.keySet()));
    }

    /** Whether whole words of the vocabulary are taken before merges are tried. */
    static boolean takesWholeWords(String name) {
        return name.equals("llama-bpe") || name.equals("llama3") || name.equals("llama-v3");
    }

    /** Whether texts are brought into a composed form first. */
    static boolean composes(String name) {
        return name.equals("qwen2") || name.equals("deepseek-r1-qwen");
    }

    private static Map<String, Object> byteLevel(boolean words) {
        return Map.of("type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true, "use_regex", words);
    }

    private static Map<String, Object> split(String regex) {
        return Map.of("type", "Split", "pattern", Map.of("Regex", regex), "behavior", "Isolated", "invert", false);
    }
}
