// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import dev.rivulet.modelpackage.template.Value.Items;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walking, indexing and slicing of values. */
final class Sequences {

    private final Budget budget;

    Sequences(Budget budget) {
        this.budget = budget;
    }

    /** What a loop over a value sees: entries of a list, keys of a mapping, code points of a text. */
    List<Value> entries(Value value) throws TemplateException {
        switch (value) {
            case Items items -> {
                budget.handle(items.list().size());
                return items.list();
            }
            case Value.Dict dict -> {
                return List.copyOf(dict.map().keySet());
            }
            case Value.Undefined undefined -> {
                return List.of();
            }
            case Text text -> {
                budget.make(text.length() * 8L);
                List<Value> points = new ArrayList<>();
                for (int at = 0; at < text.length(); at = text.value().offsetByCodePoints(at, 1)) {
                    points.add(text.slice(at, text.value().offsetByCodePoints(at, 1)));
                }
                return points;
            }
            default -> throw new TemplateException("the chat template loops over " + Operators.kind(value));
        }
    }

    long length(Value value) throws TemplateException {
        return switch (value) {
            case Items items -> items.list().size();
            case Value.Dict dict -> dict.map().size();
            case Value.Undefined undefined -> 0;
            case Text text -> {
                budget.handle(text.length());
                yield text.points();
            }
            default -> throw new TemplateException("the chat template asks for the length of " + Operators.kind(value));
        };
    }

    Value item(Value of, Value index) throws TemplateException {
        return switch (of) {
            case Value.Dict dict -> dict.map().getOrDefault(index, new Value.Undefined(name(index)));
            case Value.Namespace namespace ->
                namespace.fields().getOrDefault(index.toString(), new Value.Undefined(name(index)));
            case Items items -> {
                int at = index instanceof Value.Whole whole
                        ? position(whole, items.list().size())
                        : -1;
                yield at < 0 ? new Value.Undefined(name(index)) : items.list().get(at);
            }
            case Text text -> {
                int at = index instanceof Value.Whole whole ? position(whole, length(text)) : -1;
                yield at < 0 ? new Value.Undefined(name(index)) : text.pointAt(at);
            }
            case Value.Undefined undefined -> throw undefined(undefined);
            default -> new Value.Undefined(name(index));
        };
    }

    /** An index in range, negative ones counted from the end; -1 if out of range. */
    private static int position(Value.Whole index, long size) {
        long at = index.value() < 0 ? index.value() + size : index.value();
        return at < 0 || at >= size ? -1 : (int) at;
    }

    Value slice(Value of, @Nullable Value from, @Nullable Value to, @Nullable Value step) throws TemplateException {
        if (of instanceof Value.Undefined undefined) {
            throw undefined(undefined);
        }
        int size = (int) length(of);
        long stride = bound(step, 1, Integer.MAX_VALUE);
        if (stride == 0) {
            throw new TemplateException("the chat template slices with step 0");
        }
        long first =
                stride > 0 ? clamp(bound(from, 0, size), 0, size) : clamp(bound(from, size - 1L, size), -1, size - 1L);
        long last =
                stride > 0 ? clamp(bound(to, size, size), 0, size) : clamp(bound(to, -1L - size, size), -1, size - 1L);
        if (of instanceof Text text && stride == 1) {
            budget.make(text.length());
            return text.pointSlice((int) first, (int) Math.max(first, last));
        }
        List<Value> entries = entries(of);
        List<Value> chosen = new ArrayList<>();
        for (long at = first; stride > 0 ? at < last : at > last; at += stride) {
            chosen.add(entries.get((int) at));
        }
        return of instanceof Text ? join(chosen) : new Items(chosen);
    }

    private static Text join(List<Value> points) {
        Text.Builder text = new Text.Builder();
        for (Value point : points) {
            if (point instanceof Text piece) {
                text.append(piece);
            }
        }
        return text.build();
    }

    /** A bound of a slice; negative ones count from the end. */
    private static long bound(@Nullable Value value, long otherwise, int size) throws TemplateException {
        if (value == null || value instanceof Value.Nothing) {
            return otherwise;
        }
        if (!(value instanceof Value.Whole whole)) {
            throw new TemplateException("the chat template slices by " + Operators.kind(value));
        }
        return whole.value() < 0 && size != Integer.MAX_VALUE ? whole.value() + size : whole.value();
    }

    private static long clamp(long value, long least, long most) {
        return Math.max(least, Math.min(most, value));
    }

    static TemplateException undefined(Value.Undefined undefined) {
        return new TemplateException("the chat template uses '" + undefined.name() + "', which is undefined");
    }

    private static String name(Value index) {
        String text = index.toString();
        return index instanceof Text && text.length() <= 60 ? text : "an entry";
    }
}
