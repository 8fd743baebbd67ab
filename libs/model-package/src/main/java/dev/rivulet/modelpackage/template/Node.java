// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement of a template. */
sealed interface Node {

    record Data(String text) implements Node {}

    record Output(Expression expression) implements Node {}

    record If(List<Branch> branches, List<Node> otherwise) implements Node {}

    record Branch(Expression condition, List<Node> body) {}

    record For(
            List<String> targets,
            Expression items,
            @Nullable Expression filter,
            List<Node> body,
            List<Node> otherwise) implements Node {}

    record Break() implements Node {}

    record Continue() implements Node {}

    /** Sets variables; several unpack a list. */
    record Set(List<String> targets, Expression value) implements Node {}

    /** Sets a field of a namespace. */
    record SetField(String namespace, String field, Expression value) implements Node {}

    record SetBlock(String target, List<Node> body) implements Node {}

    record Macro(String name, List<Parameter> parameters, List<Node> body) implements Node {}

    record Parameter(String name, @Nullable Expression otherwise) {}

    /** A body in a scope of its own. */
    record With(List<Set> variables, List<Node> body) implements Node {}

    /** A body with no meaning of its own here, such as {@code generation}. */
    record Group(List<Node> body) implements Node {}
}
