// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.tokenizer;

import dev.rivulet.engine.ModelRejectedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A parsed {@code tokenizer.json} and the variants that are made of it. Not thread-safe. */
final class TokenizerJson {

    static final String FILE = "tokenizer.json";

    private static final int LARGEST_ID = (1 << 22) - 1;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxNumberLength(40)
                            .build())
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .build())
            .build();

    private final ObjectNode root;
    private final ObjectNode model;

    private TokenizerJson(ObjectNode root, ObjectNode model) {
        this.root = root;
        this.model = model;
    }

    static TokenizerJson parse(byte[] json) throws ModelRejectedException {
        try {
            if (JSON.readTree(json) instanceof ObjectNode root && root.get("model") instanceof ObjectNode model) {
                root.putNull("truncation");
                root.putNull("padding");
                return new TokenizerJson(root, model);
            }
            throw refuse("must be an object with a field model");
        } catch (JacksonException e) {
            throw new ModelRejectedException(FILE + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Tokens beside the vocabulary, by the order of the file. */
    List<AddedToken> addedTokens() throws ModelRejectedException {
        List<AddedToken> tokens = new ArrayList<>();
        for (JsonNode token : added()) {
            String text = token.path("content").asString("");
            if (text.isEmpty()) {
                throw refuse("added_tokens has an entry without content");
            }
            tokens.add(new AddedToken(
                    id(token.get("id"), text),
                    text,
                    token.path("special").asBoolean(false),
                    token.path("single_word").asBoolean(false),
                    token.path("lstrip").asBoolean(false),
                    token.path("rstrip").asBoolean(false)));
        }
        return tokens;
    }

    /** Ids of all tokens by their text, those beside the vocabulary included. */
    Map<String, Integer> ids() throws ModelRejectedException {
        Map<String, Integer> ids = new LinkedHashMap<>();
        JsonNode vocabulary = model.get("vocab");
        if (vocabulary instanceof ObjectNode byText) {
            for (var entry : byText.properties()) {
                ids.put(entry.getKey(), id(entry.getValue(), entry.getKey()));
            }
        } else if (vocabulary instanceof ArrayNode byId && byId.size() <= LARGEST_ID) {
            int id = 0;
            for (JsonNode entry : byId) {
                ids.put(entry.path(0).asString(""), id++);
            }
        } else {
            throw refuse("model.vocab must be an object or a list");
        }
        for (AddedToken token : addedTokens()) {
            ids.put(token.text(), token.id());
        }
        return ids;
    }

    /** Whether tokens are strings of bytes, so that their text does not depend on their neighbours. */
    boolean byteLevel() {
        JsonNode decoder = root.path("decoder");
        JsonNode parts = decoder.path("decoders");
        JsonNode only = parts.size() == 1 ? parts.get(0) : decoder;
        return only.path("type").asString("").equals("ByteLevel");
    }

    /**
     * Gives every special token, among the added ones and in the vocabulary, a text that nobody can guess, so that no text can
     * produce one. They are not removed because the library numbers added tokens by their order.
     */
    void hideSpecialTokens(RandomGenerator random) throws ModelRejectedException {
        Map<String, String> hidden = new HashMap<>();
        for (JsonNode token : added()) {
            if (token instanceof ObjectNode object && object.path("special").asBoolean(false)) {
                String text = object.path("content").asString("");
                hidden.putIfAbsent(
                        text, "hidden-" + Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong()));
                object.put("content", hidden.get(text));
                object.put("normalized", false);
            }
        }
        String unknown = model.path("unk_token").asString("");
        if (hidden.containsKey(unknown)) {
            model.put("unk_token", hidden.get(unknown));
        }
        hideInVocabulary(hidden);
        dropMerges(hidden.keySet());
    }

    private void hideInVocabulary(Map<String, String> hidden) {
        if (model.get("vocab") instanceof ObjectNode vocabulary) {
            hidden.forEach((text, name) -> {
                JsonNode id = vocabulary.remove(text);
                if (id != null) {
                    vocabulary.set(name, id);
                }
            });
        } else if (model.get("vocab") instanceof ArrayNode vocabulary) {
            for (JsonNode entry : vocabulary) {
                String name = hidden.get(entry.path(0).asString(""));
                if (name != null && entry instanceof ArrayNode pair) {
                    pair.set(0, JSON.getNodeFactory().stringNode(name));
                }
            }
        }
    }

    private void dropMerges(Set<String> special) {
        if (model.get("merges") instanceof ArrayNode merges) {
            ArrayNode kept = JSON.createArrayNode();
            for (JsonNode merge : merges) {
                if (!special.contains(mergedText(merge))) {
                    kept.add(merge);
                }
            }
            model.set("merges", kept);
        }
    }

    private static String mergedText(JsonNode merge) {
        return merge.isArray()
                ? merge.path(0).asString("") + merge.path(1).asString("")
                : merge.asString("").replace(" ", "");
    }

    /**
     * Turns "a prefix at the start of the text" into "none", for text that follows a special token.
     *
     * @return whether the tokenizer knew such a prefix
     */
    boolean dropFirstPrefix() {
        return dropFirstPrefix(root.path("pre_tokenizer"));
    }

    private static boolean dropFirstPrefix(JsonNode node) {
        boolean changed = false;
        if (node instanceof ObjectNode object
                && object.path("prepend_scheme").asString("").equals("first")) {
            object.put("prepend_scheme", "never");
            changed = true;
        }
        for (JsonNode part : node.path("pretokenizers")) {
            changed |= dropFirstPrefix(part);
        }
        return changed;
    }

    @Override
    public String toString() {
        return JSON.writeValueAsString(root);
    }

    private JsonNode added() throws ModelRejectedException {
        JsonNode added = root.path("added_tokens");
        if (!added.isMissingNode() && !added.isNull() && !added.isArray()) {
            throw refuse("added_tokens must be a list");
        }
        return added;
    }

    private static int id(@Nullable JsonNode node, String token) throws ModelRejectedException {
        int id = node != null && node.isIntegralNumber() && node.canConvertToInt() ? node.intValue() : -1;
        if (id < 0 || id > LARGEST_ID) {
            String shown = token.substring(0, Math.min(100, token.length())).replaceAll("\\p{C}", "?");
            throw refuse("the id of token '" + shown + "' must be a whole number from 0 to " + LARGEST_ID);
        }
        return id;
    }

    private static ModelRejectedException refuse(String fault) {
        return new ModelRejectedException(FILE + ": " + fault);
    }
}
