// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.caching;

import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes keys: SHA-256 over a secret of this process, the name of the API key, the model, its version and the body in one order of
 * its fields. What a caller says of salts, sessions and himself is left out: it changes no answer and opens no other's cache.
 */
final class QueryReader {

    private static final Set<String> IGNORED =
            Set.of("cache_salt", "user", "prompt_cache_key", "safety_identifier", "metadata", "store", "tenant");

    private final JsonMapper json;
    private final byte[] secret;
    private final long largest;

    /** @param secret random bytes that no caller knows */
    QueryReader(JsonMapper json, byte[] secret, long largest) {
        this.json = json;
        this.secret = secret.clone();
        this.largest = largest;
    }

    /** Empty for a request that nothing is remembered of. */
    Optional<Query> read(Ask ask, String version) {
        boolean generates =
                ask.path().equals(Endpoint.CHAT.path()) || ask.path().equals(Endpoint.TEXT.path());
        if (!generates || ask.body().length > largest) {
            return Optional.empty();
        }
        try {
            return json.readTree(ask.body()) instanceof ObjectNode body
                    ? Optional.of(query(ask, version, body))
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private Query query(Ask ask, String version, ObjectNode body) {
        body.remove(IGNORED);
        JsonNode temperature = body.path("temperature");
        String exact = temperature.isNumber() && temperature.asDouble() == 0 ? key("exact", ask, version, body) : null;
        String question = question(body);
        return new Query(
                ask.envelope().model(),
                version,
                exact,
                question,
                question == null ? null : key("semantic", ask, version, body));
    }

    /** Takes the text of the last message out of the body; null if there is no such text. */
    private static @Nullable String question(ObjectNode body) {
        JsonNode messages = body.path("messages");
        JsonNode last = messages.path(messages.size() - 1);
        if (!(last instanceof ObjectNode message)
                || !message.path("role").asString("").equals("user")
                || !message.path("content").isString()) {
            return null;
        }
        String text = message.path("content").asString();
        message.remove("content");
        return text;
    }

    private String key(String kind, Ask ask, String version, JsonNode body) {
        MessageDigest digest = sha256();
        digest.update(secret);
        for (String part : new String[] {
            kind, ask.passage().caller(), ask.path(), ask.envelope().model(), version
        }) {
            add(digest, part);
        }
        add(digest, body);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, JsonNode node) {
        digest.update((byte) node.getNodeType().ordinal());
        if (node.isObject()) {
            Map<String, JsonNode> sorted = new TreeMap<>();
            node.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
            add(digest, Integer.toString(sorted.size()));
            sorted.forEach((name, value) -> {
                add(digest, name);
                add(digest, value);
            });
        } else if (node.isArray()) {
            add(digest, Integer.toString(node.size()));
            node.forEach(element -> add(digest, element));
        } else if (node.isNumber()) {
            add(digest, node.decimalValue().stripTrailingZeros().toString());
        } else {
            add(digest, node.asString());
        }
    }

    /** With its length, so that no two lists of texts are one. */
    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(new byte[] {
            (byte) (bytes.length >>> 24), (byte) (bytes.length >>> 16), (byte) (bytes.length >>> 8), (byte) bytes.length
        });
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
