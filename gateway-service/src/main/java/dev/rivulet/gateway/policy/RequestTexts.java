// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The texts of a request that a model reads. Images, audio and files are left as they are. What can't be read as text, as prompts of
 * token numbers, is refused.
 */
final class RequestTexts {

    /** Where a text stands. */
    sealed interface Place {

        String text();

        void replace(String text);

        /** In an object. */
        record Field(ObjectNode in, String name) implements Place {
            @Override
            public String text() {
                return in.path(name).asString("");
            }

            @Override
            public void replace(String text) {
                in.put(name, text);
            }
        }

        /** In a list. */
        record Element(ArrayNode in, int index) implements Place {
            @Override
            public String text() {
                return in.path(index).asString("");
            }

            @Override
            public void replace(String text) {
                in.set(index, in.stringNode(text));
            }
        }
    }

    /**
     * Places whose texts a model reads one after the other without a gap.
     *
     * @param param where they are, for messages
     */
    record Passage(String param, List<Place> places) {

        List<String> texts() {
            return places.stream().map(Place::text).toList();
        }
    }

    private static final List<String> SPOKEN = List.of("reasoning_content", "reasoning", "refusal", "name");
    private static final Set<String> DESCRIBING = Set.of("description", "title");

    private final List<Passage> all = new ArrayList<>();

    private RequestTexts() {}

    /** @throws ProblemException with {@code invalid_value} where a prompt is no text */
    static List<Passage> of(String path, ObjectNode body) {
        RequestTexts texts = new RequestTexts();
        if (path.equals(Endpoint.CHAT.path())) {
            texts.chat(body);
        } else if (path.equals(Endpoint.TEXT.path())) {
            texts.strings(body, "prompt");
            texts.strings(body, "suffix");
        } else if (path.equals(Endpoint.RERANK.path())) {
            texts.strings(body, "query");
            texts.documents(body);
        } else {
            texts.strings(body, "input");
        }
        return List.copyOf(texts.all);
    }

    private void chat(ObjectNode body) {
        JsonNode messages = body.path("messages");
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof ObjectNode message) {
                message(message, "messages[" + i + "]");
            }
        }
        if (body.path("prediction") instanceof ObjectNode prediction) {
            content(prediction, "prediction.content");
        }
        described(body.path("tools"), "tools");
        described(body.path("functions"), "functions");
        described(body.path("response_format"), "response_format");
    }

    private void message(ObjectNode message, String at) {
        content(message, at + ".content");
        SPOKEN.forEach(name -> field(message, name, at + "." + name));
        JsonNode calls = message.path("tool_calls");
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).path("function") instanceof ObjectNode function) {
                field(function, "arguments", at + ".tool_calls[" + i + "].function.arguments");
            }
        }
        if (message.path("function_call") instanceof ObjectNode call) {
            field(call, "arguments", at + ".function_call.arguments");
        }
    }

    /** A text, or a list of parts, of which the texts follow each other. */
    private void content(ObjectNode in, String at) {
        field(in, "content", at);
        List<Place> places = new ArrayList<>();
        if (in.path("content") instanceof ArrayNode parts) {
            for (int i = 0; i < parts.size(); i++) {
                if (parts.get(i) instanceof ObjectNode part) {
                    List.of("text", "refusal").stream()
                            .filter(name -> part.path(name).isString())
                            .forEach(name -> places.add(new Place.Field(part, name)));
                } else if (parts.get(i).isString()) {
                    places.add(new Place.Element(parts, i));
                }
            }
        }
        if (!places.isEmpty()) {
            all.add(new Passage(at, places));
        }
    }

    private void field(ObjectNode in, String name, String at) {
        if (in.path(name).isString()) {
            all.add(new Passage(at, List.of(new Place.Field(in, name))));
        }
    }

    /** What tools and schemas say of themselves. */
    private void described(JsonNode node, String at) {
        if (node instanceof ObjectNode object) {
            DESCRIBING.forEach(name -> field(object, name, at));
        }
        node.forEach(inner -> described(inner, at));
    }

    /** A text or several. */
    private void strings(ObjectNode body, String name) {
        JsonNode given = body.path(name);
        field(body, name, name);
        if (given instanceof ArrayNode several) {
            for (int i = 0; i < several.size(); i++) {
                if (!several.get(i).isString()) {
                    throw new ProblemException(Problem.at(
                            ProblemCode.INVALID_VALUE,
                            name,
                            "'" + name + "' must be text: the policy of this API key can't read token numbers."));
                }
                all.add(new Passage(name + "[" + i + "]", List.of(new Place.Element(several, i))));
            }
        }
    }

    private void documents(ObjectNode body) {
        if (body.path("documents") instanceof ArrayNode documents) {
            for (int i = 0; i < documents.size(); i++) {
                String at = "documents[" + i + "]";
                if (documents.get(i).isString()) {
                    all.add(new Passage(at, List.of(new Place.Element(documents, i))));
                } else if (documents.get(i) instanceof ObjectNode document) {
                    field(document, "text", at + ".text");
                }
            }
        }
    }
}
