// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import java.util.Map;

/** Values as text, the way Python's {@code str} and {@code repr} write them. */
final class PythonText {

    private final Budget budget;

    PythonText(Budget budget) {
        this.budget = budget;
    }

    Text text(Value value) throws TemplateException {
        return switch (value) {
            case Text text -> text;
            case Value.Undefined undefined -> Text.EMPTY;
            default -> {
                Text.Builder out = new Text.Builder();
                write(value, out);
                yield out.build();
            }
        };
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e16) {
            return (value == 0 && 1 / value < 0 ? "-" : "") + (long) value + ".0";
        }
        double size = Math.abs(value);
        if (size >= 1e-4 && size < 1e16) {
            return new java.math.BigDecimal(Double.toString(value)).toPlainString();
        }
        String[] parts = Double.toString(value).split("E", 2);
        int exponent = Integer.parseInt(parts[1]);
        String mantissa = parts[0].endsWith(".0") ? parts[0].substring(0, parts[0].length() - 2) : parts[0];
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    private void write(Value value, Text.Builder out) throws TemplateException {
        budget.enter();
        switch (value) {
            case Text text -> quote(text, out);
            case Value.Nothing nothing -> out.append("None");
            case Value.Undefined undefined -> out.append("Undefined");
            case Value.Flag flag -> out.append(flag.value() ? "True" : "False");
            case Value.Whole whole -> out.append(Long.toString(whole.value()));
            case Value.Real real -> out.append(number(real.value()));
            case Value.Items items -> {
                out.append("[");
                String between = "";
                for (Value entry : items.list()) {
                    out.append(between);
                    write(entry, out);
                    between = ", ";
                }
                out.append("]");
            }
            case Value.Dict dict -> {
                out.append("{");
                String between = "";
                for (Map.Entry<Value, Value> entry : dict.map().entrySet()) {
                    out.append(between);
                    write(entry.getKey(), out);
                    out.append(": ");
                    write(entry.getValue(), out);
                    between = ", ";
                }
                out.append("}");
            }
            case Value.Namespace namespace -> out.append("<Namespace>");
            case Value.Function function -> out.append("<function>");
        }
        budget.limit(out.length());
        budget.leave();
    }

    private void quote(Text text, Text.Builder out) throws TemplateException {
        budget.limit(out.length() + 2L + text.length());
        budget.handle(text.length());
        String quote = text.value().contains("'") && !text.value().contains("\"") ? "\"" : "'";
        out.append(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.value().charAt(i);
            String escaped = switch (c) {
                case '\\' -> "\\\\";
                case '\n' -> "\\n";
                case '\r' -> "\\r";
                case '\t' -> "\\t";
                default -> c < ' ' || c == 0x7f ? String.format("\\x%02x", (int) c) : "";
            };
            if (escaped.isEmpty() && c == '\'' && quote.equals("'")) {
                escaped = "\\'";
            }
            out.append(escaped.isEmpty() ? String.valueOf(c) : escaped, text.isForeign(i));
        }
        out.append(quote);
    }
}
