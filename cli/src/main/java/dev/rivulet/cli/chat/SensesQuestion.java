// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.chat;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A question that is spoken and has a picture, as OpenAI's API has such parts.
 *
 * @param model whom it is for
 * @param sound a recording, a file of any kind that the platform reads; never changed in place
 * @param picture a PNG; never changed in place
 * @param words what is written beside them; empty for nothing
 */
public record SensesQuestion(String model, byte[] sound, byte[] picture, String words) {

    /** The body of a request for a streamed answer. */
    public Map<String, Object> body() {
        List<Map<String, Object>> parts = new ArrayList<>();
        Base64.Encoder base64 = Base64.getEncoder();
        parts.add(Map.of(
                "type", "input_audio", "input_audio", Map.of("data", base64.encodeToString(sound), "format", "wav")));
        parts.add(Map.of(
                "type",
                "image_url",
                "image_url",
                Map.of("url", "data:image/png;base64," + base64.encodeToString(picture))));
        if (!words.isEmpty()) {
            parts.add(Map.of("type", "text", "text", words));
        }
        return Map.of("model", model, "stream", true, "messages", List.of(Map.of("role", "user", "content", parts)));
    }
}
