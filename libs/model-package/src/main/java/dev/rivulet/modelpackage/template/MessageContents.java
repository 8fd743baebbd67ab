// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.ChatMessage.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The content of messages as a template wants it: one text, or a list of parts that each say what they are. */
enum MessageContents {

    /** One text; a picture is the placeholder that models without templates for parts were trained on. */
    TEXT {
        @Override
        Value of(ChatMessage message) {
            if (message.parts().isEmpty()) {
                return Text.foreign(message.content());
            }
            Text.Builder text = new Text.Builder();
            for (Part part : message.parts()) {
                switch (part) {
                    case ChatMessage.TextPart words -> text.append(Text.foreign(words.text()));
                    case ChatMessage.PicturePart picture -> text.append(Text.trusted(PLACEHOLDER + "\n"));
                }
            }
            return text.build();
        }
    },

    /** A list of {@code {"type": "text", "text": …}} and {@code {"type": "image"}}. */
    PARTS {
        @Override
        Value of(ChatMessage message) {
            List<Value> items = new ArrayList<>();
            List<Part> parts =
                    message.parts().isEmpty() ? List.of(new ChatMessage.TextPart(message.content())) : message.parts();
            for (Part part : parts) {
                Map<Value, Value> fields = new LinkedHashMap<>();
                switch (part) {
                    case ChatMessage.TextPart words -> {
                        fields.put(Text.trusted("type"), Text.trusted("text"));
                        fields.put(Text.trusted("text"), Text.foreign(words.text()));
                    }
                    case ChatMessage.PicturePart picture -> fields.put(Text.trusted("type"), Text.trusted("image"));
                }
                items.add(new Value.Dict(fields));
            }
            return new Value.Items(items);
        }
    };

    private static final String PLACEHOLDER = "<image>";

    /** A template that asks whether a part is an image goes over parts. */
    private static final Pattern ASKS = Pattern.compile("==\\s*[\"']image[\"']|[\"']image[\"']\\s*==");

    abstract Value of(ChatMessage message);

    /** @param source of the template */
    static MessageContents of(String source) {
        return ASKS.matcher(source).find() ? PARTS : TEXT;
    }
}
