// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import static dev.rivulet.gateway.responses.Refusal.invalid;
import static dev.rivulet.gateway.responses.Refusal.missing;
import static dev.rivulet.gateway.responses.Refusal.unsupported;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Which form a request wants its text to have, and how much thought before it. */
final class TextTerms {

    private static final int LONGEST_NAME = 64;
    private static final Set<String> KNOWN = Set.of("format", "verbosity");

    /** How much a model is to think before it answers. */
    private static final Set<String> THOUGHT = Set.of("effort", "summary", "generate_summary");

    private final Fields fields;
    private final ObjectNode chat;
    private final ObjectNode told;

    /**
     * @param chat where it goes
     * @param told where it is repeated
     */
    TextTerms(Fields fields, ObjectNode chat, ObjectNode told) {
        this.fields = fields;
        this.chat = chat;
        this.told = told;
    }

    void read() {
        ObjectNode repeated = told.putObject("text");
        repeated.putObject("format").put("type", "text");
        fields.object("text").ifPresent(text -> {
            requireKnown(text, KNOWN);
            @Nullable String verbosity = text.text("verbosity");
            if (verbosity != null && !verbosity.equals("medium")) {
                throw unsupported("text.verbosity", "Only 'medium' is supported for 'text.verbosity'.");
            }
            text.object("format").ifPresent(format -> format(format, repeated));
        });
        reasoning();
    }

    private void format(Fields format, ObjectNode repeated) {
        switch (format.text("type", LONGEST_NAME)) {
            case "text" -> {}
            case "json_object" -> {
                repeated.putObject("format").put("type", "json_object");
                chat.putObject("response_format").put("type", "json_object");
            }
            case "json_schema" -> schema(format, repeated.putObject("format"));
            default -> throw invalid("text.format.type", "must be text, json_object or json_schema.");
        }
    }

    private void schema(Fields format, ObjectNode repeated) {
        ObjectNode form = JsonMapper.shared().createObjectNode().put("name", format.text("name", LONGEST_NAME));
        @Nullable String description = format.text("description");
        if (description != null) {
            form.put("description", description);
        }
        form.set("schema", format.object("schema").map(Fields::given).orElseThrow(() -> missing("text.format.schema")));
        form.put("strict", format.flag("strict", false));
        repeated.put("type", "json_schema").setAll(form);
        chat.putObject("response_format").put("type", "json_schema").set("json_schema", form);
    }

    /** Passed over, as chats pass over {@code reasoning_effort}. */
    private void reasoning() {
        told.putObject("reasoning").putNull("effort").putNull("summary");
        fields.object("reasoning").ifPresent(reasoning -> {
            requireKnown(reasoning, THOUGHT);
            THOUGHT.forEach(reasoning::text);
        });
    }

    private static void requireKnown(Fields of, Set<String> known) {
        of.given().propertyNames().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw unsupported(
                            of.path(name),
                            "'" + of.at() + "' has "
                                    + String.join(
                                            " and ", known.stream().sorted().toList()) + " alone.");
                });
    }
}
