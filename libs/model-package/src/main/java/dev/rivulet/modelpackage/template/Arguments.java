// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import java.util.List;
import java.util.Map;

/** Arguments of a call, by position and by name. */
record Arguments(List<Value> positional, Map<String, Value> named) {

    static final Arguments NONE = new Arguments(List.of(), Map.of());

    boolean has(int index, String name) {
        return index < positional.size() || named.containsKey(name);
    }

    Value get(int index, String name, Value otherwise) {
        return index < positional.size() ? positional.get(index) : named.getOrDefault(name, otherwise);
    }

    Value require(int index, String name, String callee) throws TemplateException {
        if (!has(index, name)) {
            throw new TemplateException("the chat template calls " + callee + " without " + name);
        }
        return get(index, name, Value.NONE);
    }

    Text text(int index, String name, String callee) throws TemplateException {
        if (require(index, name, callee) instanceof Text text) {
            return text;
        }
        throw new TemplateException("the chat template calls " + callee + " with a " + name + " that is no text");
    }

    long whole(int index, String name, long otherwise) throws TemplateException {
        return switch (get(index, name, Value.of(otherwise))) {
            case Value.Whole whole -> whole.value();
            case Value.Flag flag -> flag.value() ? 1 : 0;
            case Value.Nothing nothing -> otherwise;
            default ->
                throw new TemplateException("the chat template gives " + name + " something other than a number");
        };
    }
}
