// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression of a template. */
sealed interface Expression {

    record Constant(Value value) implements Expression {}

    record Name(String name) implements Expression {}

    record ListOf(List<Expression> entries) implements Expression {}

    record DictOf(List<Entry> entries) implements Expression {}

    record Entry(Expression key, Expression value) {}

    record Attribute(Expression of, String name) implements Expression {}

    record Item(Expression of, Expression index) implements Expression {}

    record Slice(
            Expression of,
            @Nullable Expression from,
            @Nullable Expression to,
            @Nullable Expression step) implements Expression {}

    record Call(Expression callee, Given arguments) implements Expression {}

    record Filter(Expression of, String name, Given arguments) implements Expression {}

    record Test(Expression of, String name, Given arguments) implements Expression {}

    record Given(List<Expression> positional, List<Named> named) {
        static final Given NONE = new Given(List.of(), List.of());
    }

    record Named(String name, Expression value) {}

    record Not(Expression of) implements Expression {}

    record Negative(Expression of) implements Expression {}

    record And(Expression left, Expression right) implements Expression {}

    record Or(Expression left, Expression right) implements Expression {}

    record Binary(String operator, Expression left, Expression right) implements Expression {}

    /** A chain such as {@code a < b <= c}. */
    record Compare(Expression first, List<Comparison> rest) implements Expression {}

    record Comparison(String operator, Expression right) {}

    record Choice(
            Expression condition, Expression then, @Nullable Expression otherwise) implements Expression {}
}
