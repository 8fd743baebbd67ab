// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import dev.rivulet.modelpackage.template.Expression.Given;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Evaluates expressions for one rendering. */
final class Expressions {

    private final Budget budget;
    private final Sequences sequences;
    private final Operators operators;
    private final Methods methods;
    private final Predicates predicates;
    private final Filters filters;

    Expressions(Budget budget) {
        this.budget = budget;
        this.sequences = new Sequences(budget);
        this.operators = new Operators(budget);
        this.methods = new Methods(budget, sequences, operators);
        this.predicates = new Predicates(operators);
        this.filters = new Filters(budget, sequences, operators, methods, predicates);
    }

    Sequences sequences() {
        return sequences;
    }

    Value eval(Expression expression, Scope scope) throws TemplateException {
        budget.enter();
        Value value = switch (expression) {
            case Expression.Constant constant -> constant.value();
            case Expression.Name name -> scope.get(name.name());
            case Expression.ListOf list -> new Value.Items(all(list.entries(), scope));
            case Expression.DictOf dict -> dict(dict, scope);
            case Expression.Attribute attribute ->
                sequences.item(eval(attribute.of(), scope), Text.trusted(attribute.name()));
            case Expression.Item item -> sequences.item(eval(item.of(), scope), eval(item.index(), scope));
            case Expression.Slice slice ->
                sequences.slice(
                        eval(slice.of(), scope),
                        optional(slice.from(), scope),
                        optional(slice.to(), scope),
                        optional(slice.step(), scope));
            case Expression.Call call -> call(call, scope);
            case Expression.Filter filter ->
                filters.apply(filter.name(), eval(filter.of(), scope), arguments(filter.arguments(), scope));
            case Expression.Test test ->
                Value.of(predicates.test(test.name(), eval(test.of(), scope), arguments(test.arguments(), scope)));
            case Expression.Not not -> Value.of(!Operators.truth(eval(not.of(), scope)));
            case Expression.Negative negative -> Operators.negative(eval(negative.of(), scope));
            case Expression.And and -> {
                Value left = eval(and.left(), scope);
                yield Operators.truth(left) ? eval(and.right(), scope) : left;
            }
            case Expression.Or or -> {
                Value left = eval(or.left(), scope);
                yield Operators.truth(left) ? left : eval(or.right(), scope);
            }
            case Expression.Binary binary ->
                operators.binary(binary.operator(), eval(binary.left(), scope), eval(binary.right(), scope));
            case Expression.Compare compare -> Value.of(compare(compare, scope));
            case Expression.Choice choice -> choose(choice, scope);
        };
        budget.leave();
        return value;
    }

    private @Nullable Value optional(@Nullable Expression expression, Scope scope) throws TemplateException {
        return expression == null ? null : eval(expression, scope);
    }

    private List<Value> all(List<Expression> expressions, Scope scope) throws TemplateException {
        List<Value> values = new ArrayList<>(expressions.size());
        for (Expression expression : expressions) {
            values.add(eval(expression, scope));
        }
        return values;
    }

    private Value dict(Expression.DictOf dict, Scope scope) throws TemplateException {
        Map<Value, Value> map = new LinkedHashMap<>();
        for (Expression.Entry entry : dict.entries()) {
            map.put(eval(entry.key(), scope), eval(entry.value(), scope));
        }
        return new Value.Dict(map);
    }

    private Value choose(Expression.Choice choice, Scope scope) throws TemplateException {
        if (Operators.truth(eval(choice.condition(), scope))) {
            return eval(choice.then(), scope);
        }
        Expression otherwise = choice.otherwise();
        return otherwise == null ? new Value.Undefined("a choice without else") : eval(otherwise, scope);
    }

    private boolean compare(Expression.Compare compare, Scope scope) throws TemplateException {
        Value left = eval(compare.first(), scope);
        for (Expression.Comparison comparison : compare.rest()) {
            Value right = eval(comparison.right(), scope);
            if (!operators.compare(comparison.operator(), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    Arguments arguments(Given given, Scope scope) throws TemplateException {
        if (given.positional().isEmpty() && given.named().isEmpty()) {
            return Arguments.NONE;
        }
        Map<String, Value> named = new LinkedHashMap<>();
        List<Value> positional = all(given.positional(), scope);
        for (Expression.Named argument : given.named()) {
            named.put(argument.name(), eval(argument.value(), scope));
        }
        return new Arguments(positional, named);
    }

    private Value call(Expression.Call call, Scope scope) throws TemplateException {
        if (call.callee() instanceof Expression.Attribute attribute) {
            Value of = eval(attribute.of(), scope);
            Value field = of instanceof Value.Undefined ? of : sequences.item(of, Text.trusted(attribute.name()));
            Arguments arguments = arguments(call.arguments(), scope);
            return field instanceof Value.Function function
                    ? function.call(arguments)
                    : methods.call(of, attribute.name(), arguments);
        }
        return switch (eval(call.callee(), scope)) {
            case Value.Function function -> function.call(arguments(call.arguments(), scope));
            case Value.Undefined undefined -> throw Sequences.undefined(undefined);
            case Value other -> throw new TemplateException("the chat template calls " + Operators.kind(other));
        };
    }
}
