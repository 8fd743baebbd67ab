// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import static dev.rivulet.gateway.responses.Refusal.invalid;
import static dev.rivulet.gateway.responses.Refusal.unsupported;

import dev.rivulet.gateway.exchange.Shown;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One request for a response, on its way to a chat completion. What can't be carried over is refused by name. */
final class ResponsesRequest {

    /** Read here. */
    private static final Set<String> READ = Set.of(
            "model",
            "input",
            "instructions",
            "stream",
            "store",
            "background",
            "include",
            "metadata",
            "max_output_tokens",
            "temperature",
            "top_p",
            "top_logprobs",
            "parallel_tool_calls",
            "previous_response_id",
            "tools",
            "tool_choice",
            "text",
            "reasoning",
            "truncation",
            "user",
            "prompt_cache_key");

    /** They ask for nothing that would change an answer here. */
    private static final Set<String> PASSED_OVER =
            Set.of("service_tier", "prompt_cache_retention", "safety_identifier", "max_tool_calls", "stream_options");

    private static final String LOGPROBS = "message.output_text.logprobs";

    /** What else may be included: of tools and thoughts, none of which there are here. */
    private static final Set<String> NOTHING_TO_INCLUDE = Set.of(
            "file_search_call.results",
            "web_search_call.results",
            "web_search_call.action.sources",
            "message.input_image.image_url",
            "computer_call_output.output.image_url",
            "code_interpreter_call.outputs",
            "reasoning.encrypted_content");

    private static final int MOST_METADATA = 16;
    private static final int LONGEST_METADATA_KEY = 64;
    private static final int LONGEST_METADATA = 512;
    private static final int MOST_INCLUDED = 16;
    private static final int LONGEST_ID = 64;

    private final Fields fields;
    private final Function<String, ArrayNode> before;
    private final String itemIds;
    private final ObjectNode chat = JsonMapper.shared().createObjectNode();
    private final ObjectNode told = JsonMapper.shared().createObjectNode();

    /**
     * @param given the body, an object
     * @param before the items up to the end of an earlier response of the same key, by its id; refuses where there is none
     * @param itemIds what the ids of the items of this request end in
     */
    ResponsesRequest(JsonNode given, Function<String, ArrayNode> before, String itemIds) {
        this.fields = new Fields(given, "");
        this.before = before;
        this.itemIds = itemIds;
    }

    /** @throws dev.rivulet.problems.ProblemException naming the field at fault */
    Asked read() {
        fields.given().properties().forEach(field -> known(field.getKey(), field.getValue()));
        chat.set("model", fields.given().path("model"));
        told.set("model", fields.given().path("model"));
        boolean stream = fields.flag("stream", false);
        boolean store = fields.flag("store", true);
        boolean background = fields.flag("background", false);
        if (background && !store) {
            throw invalid("background", "needs 'store': a response that is not kept can't be asked for later.");
        }
        told.put("store", store).put("background", background);
        ArrayNode items = items();
        messages(items);
        metadata();
        sampling();
        boolean logprobs = include();
        new ToolTerms(fields, chat, told).read();
        new TextTerms(fields, chat, told).read();
        keys();
        if (stream) {
            streamed(chat);
        }
        return new Asked(chat, told, items, store, background, logprobs);
    }

    /** The chat is to be answered as a stream that tells its usage. */
    static void streamed(ObjectNode chat) {
        chat.put("stream", true).putObject("stream_options").put("include_usage", true);
    }

    private static void known(String name, JsonNode value) {
        if (!READ.contains(name) && !PASSED_OVER.contains(name) && !value.isNull()) {
            throw unsupported(name, "'" + Shown.text(name) + "' is not supported here.");
        }
    }

    private ArrayNode items() {
        @Nullable String previous = fields.text("previous_response_id");
        told.put("previous_response_id", previous);
        ArrayNode items = JsonMapper.shared().createArrayNode();
        if (previous != null) {
            fields.require(previous.length() <= LONGEST_ID, "previous_response_id", "is no id of a response.");
            items.addAll(before.apply(previous));
        }
        items.addAll(new InputItems(itemIds).read(fields.value("input").orElseThrow(() -> Refusal.missing("input"))));
        return items;
    }

    private void messages(ArrayNode items) {
        @Nullable String instructions = fields.text("instructions");
        told.put("instructions", instructions);
        ArrayNode messages = chat.putArray("messages");
        if (instructions != null) {
            messages.addObject().put("role", "system").put("content", instructions);
        }
        new ChatMessages(messages).all(items);
    }

    private void metadata() {
        ObjectNode metadata = told.putObject("metadata");
        fields.object("metadata").ifPresent(given -> {
            fields.require(
                    given.given().size() <= MOST_METADATA, "metadata", "must have at most " + MOST_METADATA + " keys.");
            for (Map.Entry<String, JsonNode> one : given.given().properties()) {
                fields.require(
                        one.getKey().length() <= LONGEST_METADATA_KEY
                                && one.getValue().isString()
                                && one.getValue().stringValue().length() <= LONGEST_METADATA,
                        "metadata",
                        "must have keys of at most " + LONGEST_METADATA_KEY + " characters, with strings of at most "
                                + LONGEST_METADATA + ".");
                metadata.set(one.getKey(), one.getValue());
            }
        });
    }

    private void sampling() {
        @Nullable Long most = fields.integer("max_output_tokens", 1, Integer.MAX_VALUE);
        told.put("max_output_tokens", most);
        if (most != null) {
            chat.put("max_completion_tokens", most);
        }
        for (String name : List.of("temperature", "top_p")) {
            fields.number(name, 0, name.equals("top_p") ? 1 : 2)
                    .ifPresentOrElse(
                            value -> {
                                told.set(name, value);
                                chat.set(name, value);
                            },
                            () -> told.putNull(name));
        }
        @Nullable String truncation = fields.text("truncation");
        if (truncation != null && !truncation.equals("disabled")) {
            throw unsupported("truncation", "Only 'disabled' is supported for 'truncation': no prompt is cut here.");
        }
        told.put("truncation", "disabled");
    }

    /** Whether log-probabilities are wanted. */
    private boolean include() {
        boolean logprobs = false;
        JsonNode included =
                fields.list("include", MOST_INCLUDED).orElse(JsonMapper.shared().createArrayNode());
        for (int i = 0; i < included.size(); i++) {
            String one = included.get(i).asString("");
            logprobs |= one.equals(LOGPROBS);
            if (!one.equals(LOGPROBS) && !NOTHING_TO_INCLUDE.contains(one)) {
                throw invalid("include[" + i + "]", "is nothing that a response can include.");
            }
        }
        @Nullable Long top = fields.integer("top_logprobs", 0, 20);
        told.put("top_logprobs", top == null ? Long.valueOf(0) : top);
        if (logprobs || (top != null && top > 0)) {
            chat.put("logprobs", true);
            chat.put("top_logprobs", top == null ? Long.valueOf(0) : top);
            return true;
        }
        return false;
    }

    private void keys() {
        for (String name : List.of("user", "prompt_cache_key")) {
            @Nullable String text = fields.text(name);
            if (text != null) {
                told.put(name, text);
                chat.put(name, text);
            }
        }
        @Nullable String safety = fields.text("safety_identifier");
        if (safety != null) {
            told.put("safety_identifier", safety);
        }
        told.put("max_tool_calls", fields.integer("max_tool_calls", 1, Integer.MAX_VALUE));
    }
}
