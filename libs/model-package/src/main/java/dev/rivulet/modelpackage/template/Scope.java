// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variables of a block; what it lacks it looks up in the block around it. */
final class Scope {

    private final @Nullable Scope around;
    private final Map<String, Value> variables = new HashMap<>();

    Scope(@Nullable Scope around) {
        this.around = around;
    }

    Value get(String name) {
        for (Scope scope = this; scope != null; scope = scope.around) {
            Value value = scope.variables.get(name);
            if (value != null) {
                return value;
            }
        }
        return new Value.Undefined(name);
    }

    void set(String name, Value value) {
        variables.put(name, value);
    }
}
