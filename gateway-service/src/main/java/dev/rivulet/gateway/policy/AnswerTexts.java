// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The texts of one choice of an answer: of a text completion its text, of a chat every text of its message or delta but those that
 * name something, so that a field which nobody here has heard of is filtered too.
 */
final class AnswerTexts {

    private static final Set<String> NAMING = Set.of("role", "id", "type", "name", "index", "object", "format", "data");

    /**
     * One text.
     *
     * @param path where it is within the choice; the same in all chunks that tell of the same text
     */
    record Leaf(String path, ObjectNode in, String name) {

        String text() {
            return in.path(name).asString("");
        }

        void replace(String text) {
            in.put(name, text);
        }
    }

    private AnswerTexts() {}

    /** Those that are not empty. */
    static List<Leaf> of(ObjectNode choice) {
        List<Leaf> leaves = new ArrayList<>();
        add(choice, "text", "text", leaves);
        for (String part : List.of("delta", "message")) {
            collect(choice.path(part), part, leaves);
        }
        return leaves;
    }

    private static void collect(JsonNode node, String path, List<Leaf> leaves) {
        if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                if (!NAMING.contains(name)) {
                    add(object, name, path + "/" + name, leaves);
                    collect(object.path(name), path + "/" + name, leaves);
                }
            }
        } else if (node instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                JsonNode number = list.get(i).path("index");
                collect(list.get(i), path + "/" + (number.isInt() ? number.asInt() : i), leaves);
            }
        }
    }

    private static void add(ObjectNode in, String name, String path, List<Leaf> leaves) {
        if (in.path(name).isString() && !in.path(name).asString().isEmpty()) {
            leaves.add(new Leaf(path, in, name));
        }
    }

    /** The same choice with this text alone, and without what was told before. */
    static ObjectNode only(ObjectNode choice, Leaf leaf) {
        ObjectNode alone = JsonMapper.shared().createObjectNode();
        alone.set("index", choice.path("index"));
        String[] steps = leaf.path().split("/");
        ObjectNode at = alone;
        JsonNode original = choice;
        for (int i = 0; i < steps.length - 1; i++) {
            original = original.path(steps[i]);
            if (original instanceof ArrayNode) {
                int number = Integer.parseInt(steps[++i]);
                at = at.putArray(steps[i - 1]).addObject().put("index", number);
                original = element((ArrayNode) original, number);
            } else {
                at = at.putObject(steps[i]);
            }
        }
        at.put(leaf.name(), leaf.text());
        return alone;
    }

    private static JsonNode element(ArrayNode list, int number) {
        for (JsonNode one : list) {
            if (one.path("index").asInt(-1) == number) {
                return one;
            }
        }
        return list.path(number);
    }
}
