// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A value of a template. Equality is that of Python, but for numbers of different kinds: {@link Operators} compares those. */
sealed interface Value
        permits Text,
                Value.Nothing,
                Value.Undefined,
                Value.Flag,
                Value.Whole,
                Value.Real,
                Value.Items,
                Value.Dict,
                Value.Namespace,
                Value.Function {

    Value NONE = new Nothing();

    static Value of(boolean flag) {
        return new Flag(flag);
    }

    static Value of(long number) {
        return new Whole(number);
    }

    record Nothing() implements Value {}

    record Undefined(String name) implements Value {}

    record Flag(boolean value) implements Value {}

    record Whole(long value) implements Value {}

    record Real(double value) implements Value {}

    /** Deepest nesting of lists and mappings. */
    int DEEPEST = 64;

    /** A list or tuple; never changed once made. */
    record Items(List<Value> list, int depth) implements Value {
        Items(List<Value> list) {
            this(list, depthAbove(list));
        }
    }

    /** A mapping in order of insertion; never changed once made. */
    record Dict(Map<Value, Value> map, int depth) implements Value {
        Dict(Map<Value, Value> map) {
            this(map, Math.max(depthAbove(map.keySet()), depthAbove(map.values())));
        }
    }

    private static int depthAbove(Collection<Value> entries) {
        int depth = 1;
        for (Value entry : entries) {
            int below = entry instanceof Items items ? items.depth() : entry instanceof Dict dict ? dict.depth() : 0;
            depth = Math.max(depth, below + 1);
        }
        if (depth > DEEPEST) {
            throw new TooDeep();
        }
        return depth;
    }

    /** Values nested deeper than {@link #DEEPEST}; the template turns it into its own exception. */
    final class TooDeep extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The one kind of value that templates may change: {@code namespace()}. */
    record Namespace(Map<String, Value> fields) implements Value {}

    /** Something to call: a macro or a global function. */
    non-sealed interface Function extends Value {
        Value call(Arguments arguments) throws TemplateException;
    }
}
