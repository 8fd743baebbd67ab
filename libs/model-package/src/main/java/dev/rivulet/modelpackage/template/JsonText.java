// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Values as JSON, the way the reference's {@code tojson} filter writes them: not escaped for HTML or ASCII. */
final class JsonText {

    private final Budget budget;
    private final int indent;
    private final boolean sorted;
    private final Text.Builder out = new Text.Builder();

    private JsonText(Budget budget, int indent, boolean sorted) {
        this.budget = budget;
        this.indent = indent;
        this.sorted = sorted;
    }

    /**
     * @param indent spaces per level, negative for one line
     */
    static Text write(Value value, Budget budget, int indent, boolean sorted) throws TemplateException {
        JsonText json = new JsonText(budget, Math.min(indent, 16), sorted);
        json.write(value, 1);
        return json.out.build();
    }

    private void write(Value value, int level) throws TemplateException {
        budget.enter();
        switch (value) {
            case Text text -> quote(text);
            case Value.Nothing nothing -> out.append("null");
            case Value.Flag flag -> out.append(flag.value() ? "true" : "false");
            case Value.Whole whole -> out.append(Long.toString(whole.value()));
            case Value.Real real -> out.append(PythonText.number(real.value()));
            case Value.Items items -> {
                out.append("[");
                boolean first = true;
                for (Value entry : items.list()) {
                    separate(first, level);
                    write(entry, level + 1);
                    first = false;
                }
                end("]", first, level);
            }
            case Value.Dict dict -> writeDict(dict, level);
            default -> throw new TemplateException("the chat template writes something as JSON that has no JSON form");
        }
        budget.limit(out.length());
        budget.leave();
    }

    private void writeDict(Value.Dict dict, int level) throws TemplateException {
        List<Map.Entry<Value, Value>> entries = new ArrayList<>(dict.map().entrySet());
        if (sorted) {
            entries.sort(Comparator.comparing(entry -> entry.getKey().toString()));
        }
        out.append("{");
        boolean first = true;
        for (Map.Entry<Value, Value> entry : entries) {
            separate(first, level);
            quote(new PythonText(budget).text(entry.getKey()));
            out.append(": ");
            write(entry.getValue(), level + 1);
            first = false;
        }
        end("}", first, level);
    }

    private void separate(boolean first, int level) throws TemplateException {
        budget.limit(out.length());
        out.append(first ? "" : indent < 0 ? ", " : ",");
        if (indent >= 0) {
            out.append("\n" + " ".repeat(indent * level));
        }
    }

    private void end(String bracket, boolean empty, int level) {
        if (indent >= 0 && !empty) {
            out.append("\n" + " ".repeat(indent * (level - 1)));
        }
        out.append(bracket);
    }

    private void quote(Text text) throws TemplateException {
        budget.limit(out.length() + 2L + text.length());
        budget.handle(text.length());
        out.append("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.value().charAt(i);
            String written = switch (c) {
                case '"' -> "\\\"";
                case '\\' -> "\\\\";
                case '\n' -> "\\n";
                case '\r' -> "\\r";
                case '\t' -> "\\t";
                case '\b' -> "\\b";
                case '\f' -> "\\f";
                default -> c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c);
            };
            out.append(written, text.isForeign(i));
        }
        out.append("\"");
    }
}
