// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Makes the {@link Beginning} of one body while it is read: no text is kept, no tree is built. Used by one thread. */
final class PromptHasher {

    private static final int MOST_BLOCKS = 16;
    private static final int MOST_TURNS = 8;
    private static final Set<String> INSTRUCTING = Set.of("system", "developer");

    private final List<Long> blocks = new ArrayList<>(MOST_BLOCKS);
    private final ArrayDeque<Long> turns = new ArrayDeque<>(MOST_TURNS);
    private long chain = Hash64.START;
    private int characters;
    private boolean leading = true;
    private int instructions;
    private int pictures;
    private int pictureBytes;
    private int soundBytes;
    private @Nullable Long user;
    private @Nullable Long cacheKey;

    /** Takes the value of a property of the body; whether it was one that counts here. */
    boolean take(String property, JsonParser parser, JsonToken value) {
        switch (property) {
            case "messages" -> messages(parser, value);
            case "prompt" -> turn(parser, value);
            case "user" -> user = text(parser, value);
            case "prompt_cache_key" -> cacheKey = text(parser, value);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Pictures and films in the messages. */
    int pictures() {
        return pictures;
    }

    /** Bytes of recordings in the messages, as base64. */
    int soundBytes() {
        return soundBytes;
    }

    /** Bytes of those that are in the body themselves. */
    int pictureBytes() {
        return pictureBytes;
    }

    Beginning beginning() {
        Long session = user == null && cacheKey == null
                ? null
                : Long.valueOf(Hash64.mixed((user == null ? 0 : user) * 31 + (cacheKey == null ? 0 : cacheKey)));
        return new Beginning(session, blocks, instructions, new ArrayList<>(turns));
    }

    private static @Nullable Long text(JsonParser parser, JsonToken value) {
        if (value != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            return null;
        }
        return Hash64.of(parser.getString());
    }

    private void messages(JsonParser parser, JsonToken value) {
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            leading &= turn(parser, next);
            if (leading) {
                instructions = blocks.size();
            }
        }
    }

    /** Takes one message, or a whole prompt; whether its role gives instructions. */
    private boolean turn(JsonParser parser, JsonToken first) {
        boolean instructing = false;
        int depth = 0;
        JsonToken token = first;
        while (true) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token.isScalarValue()) {
                instructing |= depth == 1 && "role".equals(parser.currentName()) && gives(parser, token);
                picture(parser, token, depth);
                sound(parser, token, depth);
                add(parser);
            }
            if (depth == 0) {
                break;
            }
            token = parser.nextToken();
        }
        endTurn();
        return instructing;
    }

    /** The address of a part of a message: {@code content[].image_url.url}. */
    private void picture(JsonParser parser, JsonToken token, int depth) {
        if (token == JsonToken.VALUE_STRING && depth >= 3 && "url".equals(parser.currentName())) {
            pictures++;
            char[] text = parser.getStringCharacters();
            int from = parser.getStringOffset();
            boolean inside = parser.getStringLength() > 5 && new String(text, from, 5).equalsIgnoreCase("data:");
            pictureBytes += inside ? parser.getStringLength() : 0;
        }
    }

    /** The data of a part of a message: {@code content[].input_audio.data}. */
    private void sound(JsonParser parser, JsonToken token, int depth) {
        if (token == JsonToken.VALUE_STRING && depth >= 3 && "data".equals(parser.currentName())) {
            soundBytes += parser.getStringLength();
        }
    }

    private static boolean gives(JsonParser parser, JsonToken token) {
        return token == JsonToken.VALUE_STRING && INSTRUCTING.contains(parser.getString());
    }

    private void add(JsonParser parser) {
        char[] text = parser.getStringCharacters();
        int from = parser.getStringOffset();
        int end = from + parser.getStringLength();
        for (int i = from; i < end; i++) {
            add(text[i]);
        }
        chain = Hash64.next(chain, '\uffff');
    }

    private void add(char character) {
        chain = Hash64.next(chain, character);
        if (++characters % Beginning.BLOCK == 0 && blocks.size() < MOST_BLOCKS) {
            blocks.add(Hash64.mixed(chain));
        }
    }

    private void endTurn() {
        chain = Hash64.next(chain, '\ufffe');
        if (turns.size() == MOST_TURNS) {
            turns.removeLast();
        }
        turns.addFirst(Hash64.mixed(chain));
    }
}
