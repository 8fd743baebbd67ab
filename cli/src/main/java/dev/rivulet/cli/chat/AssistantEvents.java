// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.chat;

import java.util.Base64;
import java.util.Iterator;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whoever hears the events of a streamed answer of the assistant, in their order. */
public interface AssistantEvents {

    /** A piece of the words. */
    void text(String piece);

    /** A picture that belongs to the answer. @param mediaType such as {@code image/svg+xml} */
    void picture(String mediaType, byte[] file);

    /** The last thing: what is missing, and how long stages took. */
    void told(JsonNode rivulet);

    /** Tells all events of an answer. @param lines of the stream, as they come */
    static void read(Stream<String> lines, AssistantEvents events) {
        String data = "data:";
        for (Iterator<String> line = lines.iterator(); line.hasNext(); ) {
            String next = line.next();
            if (!next.startsWith(data + " {")) {
                continue;
            }
            JsonNode chunk = JsonMapper.shared().readTree(next.substring(data.length()));
            JsonNode delta = chunk.path("choices").path(0).path("delta");
            String piece = delta.path("content").asString("");
            if (!piece.isEmpty()) {
                events.text(piece);
            }
            for (JsonNode image : delta.path("images")) {
                byte[] file = Base64.getDecoder().decode(image.path("data").asString(""));
                events.picture(image.path("format").asString(""), file);
            }
            if (chunk.has("rivulet")) {
                events.told(chunk.path("rivulet"));
            }
        }
    }
}
