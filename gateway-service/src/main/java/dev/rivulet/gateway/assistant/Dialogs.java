// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rivulet.gateway.assistant.Question.Turn;
import dev.rivulet.models.BuildingSchema;
import dev.rivulet.models.Resolution;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What is remembered of conversations, for each API key apart: the words of those that have a name, and what was meant in all. One
 * without a name is known again by what its user has said so far. Bounded in number, age and words. Safe for use by many threads.
 */
final class Dialogs {

    private static final int CHARS_A_TOKEN = 3;
    private static final int MOST_TURNS = 200;

    private final BuildingSchema schema;
    private final int chars;
    private final Cache<String, List<Turn>> words;
    private final Cache<String, Resolution> meanings;

    Dialogs(BuildingSchema schema, AssistantProperties.Memory limits) {
        this.schema = schema;
        this.chars = limits.tokens() * CHARS_A_TOKEN;
        this.words = Caffeine.newBuilder()
                .maximumSize(limits.conversations())
                .expireAfterAccess(limits.keep())
                .executor(Runnable::run)
                .build();
        this.meanings = Caffeine.newBuilder()
                .maximumSize(limits.conversations())
                .expireAfterAccess(limits.keep())
                .executor(Runnable::run)
                .build();
    }

    /** The turns of a conversation with a name; none where nobody knows it. */
    List<Turn> words(String tenant, String conversation) {
        List<Turn> known = words.getIfPresent(key(List.of(tenant, conversation)));
        return known == null ? List.of() : known;
    }

    /** It went on with these. */
    void said(String tenant, String conversation, List<Turn> turns) {
        words.put(key(List.of(tenant, conversation)), recent(turns));
    }

    /** The last turns that fit into the budget, the question itself always among them. */
    List<Turn> recent(List<Turn> turns) {
        List<Turn> kept = new ArrayList<>();
        int left = chars;
        for (Turn turn : turns.reversed()) {
            left -= turn.text().length();
            if (!kept.isEmpty() && (left < 0 || kept.size() == MOST_TURNS)) {
                break;
            }
            kept.add(turn);
        }
        Collections.reverse(kept);
        return List.copyOf(kept);
    }

    /** Where what is meant is remembered: before the last turn, and after it. */
    record Place(String before, String after) {}

    /** That of a conversation with a name. */
    static Place named(String tenant, String conversation) {
        String key = key(List.of("named", tenant, conversation));
        return new Place(key, key);
    }

    /** That of one without a name. */
    static Place unnamed(String tenant, List<Turn> turns) {
        return new Place(users(tenant, turns.subList(0, turns.size() - 1)), users(tenant, turns));
    }

    /** That of one without a name whose last turn is said and not written: it leaves nothing that is found again. */
    static Place once(String tenant, String id, List<Turn> turns) {
        return new Place(users(tenant, turns.subList(0, turns.size() - 1)), key(List.of("once", tenant, id)));
    }

    /** What the turns before the last one have left. */
    Resolution before(Place place) {
        return Optional.ofNullable(meanings.getIfPresent(place.before())).orElseGet(() -> new Resolution(schema));
    }

    /** What the turns up to and with the last one have left; never changed after this. */
    void meant(Place place, Resolution after) {
        meanings.put(place.after(), after);
    }

    private static String users(String tenant, List<Turn> turns) {
        List<String> parts = new ArrayList<>(List.of(tenant));
        turns.stream()
                .filter(turn -> turn.role().equals("user"))
                .map(Turn::text)
                .forEach(parts::add);
        return key(parts);
    }

    private static String key(List<String> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                digest.update((part.length() + ":" + part).getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
