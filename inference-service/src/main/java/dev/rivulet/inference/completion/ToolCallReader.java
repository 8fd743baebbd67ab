// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.engine.ToolFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds the calls of tools in an answer as its text comes, and passes their arguments on as they come. What turns out to be no
 * call is text. For one thread at a time.
 */
final class ToolCallReader {

    /** Takes apart what was read. */
    interface Sink {
        void content(String text);

        /** A call begins. Its arguments follow, in pieces. */
        void call(String name);

        void arguments(String piece);
    }

    private static final String OPEN = "<tool_call>";
    private static final String CLOSE = "</tool_call>";
    private static final String MISTRAL = "[TOOL_CALLS]";
    private static final String PYTHON = "<|python_tag|>";
    private static final int MAX_HEAD = 65_536;
    private static final Pattern HEAD = Pattern.compile(
            "\\s*\\{\\s*\"name\"\\s*:\\s*\"([a-zA-Z0-9_.-]{1,64})\"\\s*,\\s*\"(?:arguments|parameters)\"\\s*:\\s*(?=\\{)");
    private static final JsonMapper JSON = new JsonMapper();

    private enum Place {
        START,
        TEXT,
        HEAD,
        ARGUMENTS,
        TAIL
    }

    private final ToolFormat format;
    private final Set<String> names;
    private final Sink sink;
    private final StringBuilder held = new StringBuilder();
    private final JsonSpan span = new JsonSpan();
    private Place place;
    private int calls;
    private boolean said;

    /** @param names of tools that there are */
    ToolCallReader(ToolFormat format, Set<String> names, Sink sink) {
        this.format = format;
        this.names = names;
        this.sink = sink;
        this.place = format == ToolFormat.HERMES ? Place.TEXT : Place.START;
    }

    /** Calls whose arguments are there in full. */
    int calls() {
        return calls;
    }

    void add(String text) {
        held.append(text);
        boolean more = true;
        while (more && !held.isEmpty()) {
            more = switch (place) {
                case START -> start();
                case TEXT -> text();
                case HEAD -> head();
                case ARGUMENTS -> arguments();
                case TAIL -> tail();
            };
        }
    }

    /** The answer is over: what is held back and became no call is text. */
    void end() {
        if (place != Place.ARGUMENTS && place != Place.TAIL && !held.isEmpty()) {
            String rest = place == Place.HEAD && format == ToolFormat.HERMES ? OPEN + held : held.toString();
            say(rest);
        }
        held.setLength(0);
    }

    private void say(String text) {
        boolean blank = text.isBlank() && (!said || calls > 0);
        if (!text.isEmpty() && !blank) {
            said = true;
            sink.content(text);
        }
    }

    /** Of Llama and Mistral: a call can only begin the answer. */
    private boolean start() {
        String mark = format == ToolFormat.MISTRAL ? MISTRAL : PYTHON;
        String text = held.toString().stripLeading();
        if (text.startsWith(mark)) {
            text = text.substring(mark.length()).stripLeading();
        } else if (mark.startsWith(text)) {
            return false;
        }
        if (text.isEmpty()) {
            return false;
        }
        if (format == ToolFormat.MISTRAL) {
            if (text.length() == 1 && text.equals("[")) {
                return false;
            }
            return text.startsWith("[") ? into(text.substring(1), Place.HEAD) : into(held.toString(), Place.TEXT);
        }
        return text.startsWith("{") ? into(text, Place.HEAD) : into(held.toString(), Place.TEXT);
    }

    private boolean into(String rest, Place next) {
        held.setLength(0);
        held.append(rest);
        place = next;
        span.reset();
        return true;
    }

    private boolean text() {
        if (format != ToolFormat.HERMES) {
            say(held.toString());
            held.setLength(0);
            return false;
        }
        int at = held.indexOf(OPEN);
        if (at >= 0) {
            say(held.substring(0, at).stripTrailing());
            return into(held.substring(at + OPEN.length()), Place.HEAD);
        }
        int free = held.length() - beginning(OPEN);
        while (free > 0 && Character.isWhitespace(held.charAt(free - 1))) {
            free--;
        }
        say(held.substring(0, free));
        held.delete(0, free);
        return false;
    }

    /** Length of the longest end of the held text that begins {@code tag}. */
    private int beginning(String tag) {
        for (int length = Math.min(tag.length() - 1, held.length()); length > 0; length--) {
            if (tag.startsWith(held.substring(held.length() - length))) {
                return length;
            }
        }
        return 0;
    }

    private boolean head() {
        Matcher head = HEAD.matcher(held);
        if (head.lookingAt()) {
            if (!names.contains(head.group(1))) {
                return noCall();
            }
            sink.call(head.group(1));
            return into(held.substring(head.end()), Place.ARGUMENTS);
        }
        int end = span.end(held);
        if (end >= 0) {
            return whole(held.substring(0, end), end);
        }
        return (span.hopeless() || held.length() > MAX_HEAD) && noCall();
    }

    /** A call whose fields come in another order. */
    private boolean whole(String json, int end) {
        JsonNode call = parsed(json);
        String name = call.path("name").asString("");
        if (!names.contains(name)) {
            return noCall();
        }
        JsonNode arguments = call.has("arguments") ? call.get("arguments") : call.path("parameters");
        sink.call(name);
        sink.arguments(arguments.isObject() ? arguments.toString() : "{}");
        calls++;
        return into(held.substring(end), Place.TAIL);
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException e) {
            return JSON.missingNode();
        }
    }

    private boolean noCall() {
        String lead = format == ToolFormat.HERMES ? OPEN : format == ToolFormat.MISTRAL ? "[" : "";
        say(lead + held);
        return into("", Place.TEXT);
    }

    private boolean arguments() {
        int end = span.end(held);
        int ready = end >= 0 ? end : held.length();
        sink.arguments(held.substring(0, ready));
        held.delete(0, ready);
        if (end < 0) {
            span.moved(ready);
            return false;
        }
        calls++;
        return into(held.toString(), Place.TAIL);
    }

    /** Up to the next call. */
    private boolean tail() {
        if (format == ToolFormat.HERMES) {
            int at = held.indexOf(CLOSE);
            return at >= 0 && into(held.substring(at + CLOSE.length()), Place.TEXT);
        }
        int next = held.indexOf(",");
        if (format == ToolFormat.MISTRAL && next >= 0) {
            return into(held.substring(next + 1), Place.HEAD);
        }
        held.setLength(0);
        return false;
    }
}
