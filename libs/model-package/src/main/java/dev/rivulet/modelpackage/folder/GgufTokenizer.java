// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.gguf.GgufFile;
import dev.rivulet.modelpackage.gguf.GgufList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The tokenizer in a GGUF file in the words of {@code tokenizer.json}, so that both are read by the same library. Of its kinds
 * {@code gpt2} (bytes merged by rank) and {@code llama} (pieces of SentencePiece merged by score) are read.
 */
final class GgufTokenizer {
    private static final String PREFIX = "tokenizer.ggml.";
    private static final String SPACE = "\u2581";
    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final JsonMapper JSON = new JsonMapper();

    private final GgufFile file;
    private final List<String> tokens;
    private final int[] types;
    private final Map<String, Integer> ids = new LinkedHashMap<>();

    private GgufTokenizer(GgufFile file, List<String> tokens, int[] types) throws ModelRejectedException {
        this.file = file;
        this.tokens = tokens;
        this.types = types;
        for (int id = 0; id < tokens.size(); id++) {
            if (ids.put(tokens.get(id), id) != null) {
                throw refuse(PREFIX + "tokens has one text twice, at " + id);
            }
        }
    }

    /** @throws ModelRejectedException if the file holds no tokenizer, or none of a kind that is read */
    static GgufTokenizer of(GgufFile file) throws ModelRejectedException {
        Optional<GgufList> listed = file.list(PREFIX + "tokens");
        if (!(file.metadata().get(PREFIX + "model") instanceof String) || listed.isEmpty()) {
            throw new ModelRejectedException("tokenizer.json: missing beside " + file.name()
                    + ", and the file holds no tokenizer itself; copy that of the original model");
        }
        List<String> tokens = listed.get().texts();
        Optional<GgufList> kinds = file.list(PREFIX + "token_type");
        int[] types = new int[tokens.size()];
        Arrays.fill(types, NORMAL);
        if (kinds.isPresent()) {
            types = kinds.get().integers();
        }
        if (types.length != tokens.size()) {
            throw new ModelRejectedException(
                    file.name() + ": " + PREFIX + "token_type and " + PREFIX + "tokens have different lengths");
        }
        return new GgufTokenizer(file, tokens, types);
    }

    /** Template and special tokens; nothing if the file holds no tokenizer. */
    static TokenizerConfig config(GgufFile file) throws ModelRejectedException {
        Map<String, String> special = new LinkedHashMap<>();
        Optional<GgufList> listed = file.list(PREFIX + "tokens");
        if (listed.isPresent() && file.metadata().get(PREFIX + "model") instanceof String) {
            List<String> tokens = listed.get().texts();
            Map.of("bos", "bos", "eos", "eos", "unknown", "unk", "padding", "pad")
                    .forEach((key, name) -> {
                        if (file.metadata().get(PREFIX + key + "_token_id") instanceof Long id
                                && id >= 0
                                && id < tokens.size()) {
                            special.put(name + "_token", tokens.get(id.intValue()));
                        }
                    });
        }
        Optional<String> template = file.metadata().get("tokenizer.chat_template") instanceof String text
                ? Optional.of(text)
                : Optional.empty();
        return new TokenizerConfig(special, template);
    }

    /** A whole {@code tokenizer.json}. */
    byte[] json() throws ModelRejectedException {
        String kind = text("model", "");
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", "1.0");
        root.put("added_tokens", added());
        switch (kind) {
            case "gpt2" -> bytes(root);
            case "llama" -> pieces(root);
            default ->
                throw refuse("the tokenizer is of the kind '" + shown(kind) + "', which is not read; read are gpt2"
                        + " and llama. Put the original model's tokenizer.json beside the file");
        }
        return JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    }

    private List<Object> added() {
        List<Object> added = new ArrayList<>();
        for (int id = 0; id < types.length; id++) {
            int type = types[id];
            if (type == CONTROL || type == USER_DEFINED || type == UNKNOWN) {
                Map<String, Object> token = new LinkedHashMap<>();
                token.put("id", id);
                token.put("content", tokens.get(id));
                token.put("single_word", false);
                token.put("lstrip", false);
                token.put("rstrip", false);
                token.put("normalized", false);
                token.put("special", type != USER_DEFINED);
                added.add(token);
            }
        }
        return added;
    }

    private void bytes(Map<String, Object> root) throws ModelRejectedException {
        String name = text("pre", "default");
        List<Object> parts = PreTokenizers.named(name)
                .orElseThrow(() -> refuse(PREFIX + "pre is '" + shown(name) + "', which is not known; known are "
                        + PreTokenizers.names() + ". Put the original model's tokenizer.json beside the file"));
        root.put("normalizer", PreTokenizers.composes(name) ? Map.of("type", "NFC") : null);
        root.put("pre_tokenizer", Map.of("type", "Sequence", "pretokenizers", parts));
        root.put("post_processor", frame(PreTokenizers.takesWholeWords(name)));
        root.put(
                "decoder",
                Map.of("type", "ByteLevel", "add_prefix_space", true, "trim_offsets", true, "use_regex", true));
        Optional<GgufList> merges = file.list(PREFIX + "merges");
        List<String> pairs = merges.isPresent() ? merges.get().texts() : List.of();
        for (String pair : pairs) {
            int space = pair.indexOf(' ', 1);
            if (space < 1 || space == pair.length() - 1) {
                throw refuse(PREFIX + "merges has an entry that is no pair");
            }
        }
        root.put("model", model(pairs, PreTokenizers.takesWholeWords(name), false));
    }

    private void pieces(Map<String, Object> root) throws ModelRejectedException {
        boolean prefixed = flag("add_space_prefix", true);
        Map<String, Object> spaces = Map.of("type", "Replace", "pattern", Map.of("String", " "), "content", SPACE);
        root.put(
                "normalizer",
                prefixed
                        ? Map.of(
                                "type",
                                "Sequence",
                                "normalizers",
                                List.of(Map.of("type", "Prepend", "prepend", SPACE), spaces))
                        : spaces);
        root.put("pre_tokenizer", null);
        root.put("post_processor", frame(true));
        List<Object> decoders = new ArrayList<>();
        decoders.add(Map.of("type", "Replace", "pattern", Map.of("String", SPACE), "content", " "));
        decoders.add(Map.of("type", "ByteFallback"));
        decoders.add(Map.of("type", "Fuse"));
        if (prefixed) {
            decoders.add(Map.of("type", "Strip", "content", " ", "start", 1, "stop", 0));
        }
        root.put("decoder", Map.of("type", "Sequence", "decoders", decoders));
        root.put("model", model(mergesByScore(), false, true));
    }

    private Map<String, Object> model(List<?> merges, boolean wholeWords, boolean pieces) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "BPE");
        model.put("dropout", null);
        model.put("unk_token", pieces ? token("unknown", 0) : null);
        model.put("continuing_subword_prefix", null);
        model.put("end_of_word_suffix", null);
        model.put("fuse_unk", pieces);
        model.put("byte_fallback", pieces);
        model.put("ignore_merges", wholeWords);
        model.put("vocab", ids);
        model.put("merges", merges);
        return model;
    }

    /** A merge of two pieces and the score of what comes out. */
    private record Merge(String left, String right, float score) {}

    /** Ranks of merges from the scores of pieces, as transformers makes them: the best first, then the longer left and right. */
    private List<List<String>> mergesByScore() throws ModelRejectedException {
        Optional<GgufList> listed = file.list(PREFIX + "scores");
        float[] scores = listed.isPresent() ? listed.get().floats() : new float[0];
        if (scores.length != tokens.size()) {
            throw refuse(PREFIX + "scores and " + PREFIX + "tokens have different lengths");
        }
        List<Merge> merges = new ArrayList<>();
        for (int id = 0; id < scores.length; id++) {
            if (types[id] == NORMAL) {
                merges.addAll(merges(tokens.get(id), scores[id]));
            }
        }
        merges.sort(Comparator.comparingDouble((Merge merge) -> -merge.score())
                .thenComparing(merge -> -points(merge.left()))
                .thenComparing(merge -> -points(merge.right())));
        return merges.stream()
                .map(merge -> List.of(merge.left(), merge.right()))
                .toList();
    }

    private List<Merge> merges(String piece, float score) throws ModelRejectedException {
        // Each cut costs a search, so a piece without end would cost its square.
        if (piece.length() > 512) {
            throw refuse("a piece of the tokenizer is longer than 512 characters");
        }
        List<Merge> merges = new ArrayList<>();
        for (int cut = 1; cut < piece.length(); cut++) {
            Integer left = normal(piece.substring(0, cut));
            Integer right = normal(piece.substring(cut));
            if (left != null && right != null) {
                merges.add(new Merge(tokens.get(left), tokens.get(right), score));
            }
        }
        merges.sort(Comparator.comparingInt((Merge merge) -> ids.getOrDefault(merge.left(), 0))
                .thenComparingInt(merge -> ids.getOrDefault(merge.right(), 0)));
        return merges;
    }

    private @Nullable Integer normal(String piece) {
        Integer id = ids.get(piece);
        return id != null && types[id] == NORMAL ? id : null;
    }

    private static int points(String text) {
        return text.codePointCount(0, text.length());
    }

    /** What is put around a whole text: a begin token and an end token where the file wants them. */
    private @Nullable Map<String, Object> frame(boolean beginsByDefault) {
        List<Object> single = new ArrayList<>();
        List<Object> pair = new ArrayList<>();
        Map<String, Object> special = new LinkedHashMap<>();
        if (flag("add_bos_token", beginsByDefault)) {
            put(single, special, "bos", 1);
        }
        single.add(Map.of("Sequence", Map.of("id", "A", "type_id", 0)));
        if (flag("add_eos_token", false)) {
            put(single, special, "eos", 2);
        }
        if (special.isEmpty()) {
            return null;
        }
        pair.addAll(single);
        pair.add(Map.of("Sequence", Map.of("id", "B", "type_id", 1)));
        return Map.of("type", "TemplateProcessing", "single", single, "pair", pair, "special_tokens", special);
    }

    private void put(List<Object> single, Map<String, Object> special, String key, int byDefault) {
        String token = token(key, byDefault);
        if (token != null) {
            single.add(Map.of("SpecialToken", Map.of("id", token, "type_id", 0)));
            List<Integer> id = List.of(ids.getOrDefault(token, 0));
            special.put(token, Map.of("id", token, "ids", id, "tokens", List.of(token)));
        }
    }

    private @Nullable String token(String key, int byDefault) {
        boolean pieces = text("model", "").equals("llama");
        long id =
                file.metadata().get(PREFIX + key + "_token_id") instanceof Long given ? given : pieces ? byDefault : -1;
        return id >= 0 && id < tokens.size() ? tokens.get((int) id) : null;
    }

    private boolean flag(String key, boolean byDefault) {
        return file.metadata().get(PREFIX + key) instanceof Boolean set ? set : byDefault;
    }

    private String text(String key, String byDefault) {
        return file.metadata().get(PREFIX + key) instanceof String text ? text : byDefault;
    }

    private static String shown(String text) {
        return text.substring(0, Math.min(60, text.length())).replaceAll("\\p{C}", "?");
    }

    private ModelRejectedException refuse(String fault) {
        return new ModelRejectedException(file.name() + ": " + fault);
    }
}
