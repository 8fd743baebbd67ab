package dev.rivulet.engine;

import java.util.List;

/**
 * A rendered prompt. Trusted parts come from the chat template; the others from callers, in which special-token text is plain
 * text (OWASP LLM01).
 */
public record Prompt(List<Part> parts) {

    public Prompt {
        parts = List.copyOf(parts);
    }

    /** One run of text of one origin. */
    public record Part(String text, boolean trusted) {}

    public static Prompt ofCaller(String text) {
        return new Prompt(List.of(new Part(text, false)));
    }

    /** The whole text, without its origins. */
    public String text() {
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part.text()));
        return text.toString();
    }
}
