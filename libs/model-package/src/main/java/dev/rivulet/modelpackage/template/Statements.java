// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs statements for one rendering. */
final class Statements {

    /** How a body ended. */
    private enum End {
        DONE,
        BREAK,
        CONTINUE
    }

    private final Budget budget;
    private final Expressions expressions;
    private final PythonText python;
    private Text.Builder out = new Text.Builder();

    Statements(Budget budget) {
        this.budget = budget;
        this.expressions = new Expressions(budget);
        this.python = new PythonText(budget);
    }

    Text render(List<Node> nodes, Scope scope) throws TemplateException {
        run(nodes, scope);
        return out.build();
    }

    private End run(List<Node> nodes, Scope scope) throws TemplateException {
        for (Node node : nodes) {
            budget.enter();
            End end = run(node, scope);
            budget.leave();
            if (end != End.DONE) {
                return end;
            }
        }
        return End.DONE;
    }

    private End run(Node node, Scope scope) throws TemplateException {
        switch (node) {
            case Node.Data data -> write(Text.trusted(data.text()));
            case Node.Output output -> write(python.text(expressions.eval(output.expression(), scope)));
            case Node.If choice -> {
                return run(chosen(choice, scope), scope);
            }
            case Node.For loop -> loop(loop, scope);
            case Node.Break none -> {
                return End.BREAK;
            }
            case Node.Continue none -> {
                return End.CONTINUE;
            }
            case Node.Set set -> unpack(set.targets(), expressions.eval(set.value(), scope), scope);
            case Node.SetField set -> setField(set, scope);
            case Node.SetBlock set -> scope.set(set.target(), capture(set.body(), new Scope(scope)));
            case Node.Macro macro -> scope.set(macro.name(), (Value.Function) given -> call(macro, given, scope));
            case Node.With with -> {
                Scope inner = new Scope(scope);
                for (Node.Set set : with.variables()) {
                    inner.set(set.targets().getFirst(), expressions.eval(set.value(), scope));
                }
                return run(with.body(), inner);
            }
            case Node.Group group -> {
                return run(group.body(), new Scope(scope));
            }
        }
        return End.DONE;
    }

    private void write(Text text) throws TemplateException {
        budget.limit(out.length() + (long) text.length());
        budget.handle(text.length());
        out.append(text);
    }

    private List<Node> chosen(Node.If choice, Scope scope) throws TemplateException {
        for (Node.Branch branch : choice.branches()) {
            if (Operators.truth(expressions.eval(branch.condition(), scope))) {
                return branch.body();
            }
        }
        return choice.otherwise();
    }

    private void setField(Node.SetField set, Scope scope) throws TemplateException {
        if (!(scope.get(set.namespace()) instanceof Value.Namespace namespace)) {
            throw new TemplateException(
                    "the chat template sets a field of " + set.namespace() + ", which is no namespace");
        }
        Value value = expressions.eval(set.value(), scope);
        if (holdsNamespace(value)) {
            throw new TemplateException("the chat template puts a namespace into a namespace");
        }
        namespace.fields().put(set.field(), value);
    }

    /** A namespace inside another could make a cycle, so none may be stored. */
    private static boolean holdsNamespace(Value value) {
        return value instanceof Value.Namespace
                || (value instanceof Value.Items items && items.list().stream().anyMatch(Statements::holdsNamespace))
                || (value instanceof Value.Dict dict
                        && dict.map().values().stream().anyMatch(Statements::holdsNamespace));
    }

    private void unpack(List<String> targets, Value value, Scope scope) throws TemplateException {
        if (targets.size() == 1) {
            scope.set(targets.getFirst(), value);
            return;
        }
        List<Value> entries = expressions.sequences().entries(value);
        if (entries.size() != targets.size()) {
            throw new TemplateException(
                    "the chat template unpacks " + entries.size() + " values into " + targets.size() + " variables");
        }
        for (int i = 0; i < targets.size(); i++) {
            scope.set(targets.get(i), entries.get(i));
        }
    }

    private void loop(Node.For loop, Scope scope) throws TemplateException {
        List<Value> entries = new ArrayList<>();
        for (Value entry : expressions.sequences().entries(expressions.eval(loop.items(), scope))) {
            if (passes(loop, entry, scope)) {
                entries.add(entry);
            }
        }
        for (int i = 0; i < entries.size(); i++) {
            Scope inner = new Scope(scope);
            inner.set("loop", state(entries, i));
            unpack(loop.targets(), entries.get(i), inner);
            if (run(loop.body(), inner) == End.BREAK) {
                break;
            }
        }
        if (entries.isEmpty()) {
            run(loop.otherwise(), new Scope(scope));
        }
    }

    private boolean passes(Node.For loop, Value entry, Scope scope) throws TemplateException {
        Expression filter = loop.filter();
        if (filter == null) {
            return true;
        }
        Scope inner = new Scope(scope);
        unpack(loop.targets(), entry, inner);
        return Operators.truth(expressions.eval(filter, inner));
    }

    private static Value state(List<Value> entries, int i) {
        int size = entries.size();
        Map<Value, Value> state = new LinkedHashMap<>();
        state.put(Text.trusted("index"), Value.of(i + 1));
        state.put(Text.trusted("index0"), Value.of(i));
        state.put(Text.trusted("first"), Value.of(i == 0));
        state.put(Text.trusted("last"), Value.of(i == size - 1));
        state.put(Text.trusted("length"), Value.of(size));
        state.put(Text.trusted("revindex"), Value.of(size - i));
        state.put(Text.trusted("revindex0"), Value.of(size - i - 1));
        if (i > 0) {
            state.put(Text.trusted("previtem"), entries.get(i - 1));
        }
        if (i + 1 < size) {
            state.put(Text.trusted("nextitem"), entries.get(i + 1));
        }
        state.put(Text.trusted("cycle"), (Value.Function)
                given -> given.positional().isEmpty()
                        ? Value.NONE
                        : given.positional().get(i % given.positional().size()));
        return new Value.Dict(state);
    }

    private Text capture(List<Node> body, Scope scope) throws TemplateException {
        Text.Builder outer = out;
        out = new Text.Builder();
        run(body, scope);
        Text captured = out.build();
        out = outer;
        return captured;
    }

    private Value call(Node.Macro macro, Arguments given, Scope defined) throws TemplateException {
        Scope scope = new Scope(defined);
        for (int i = 0; i < macro.parameters().size(); i++) {
            Node.Parameter parameter = macro.parameters().get(i);
            Expression otherwise = parameter.otherwise();
            Value value = given.has(i, parameter.name()) || otherwise == null
                    ? given.get(i, parameter.name(), new Value.Undefined(parameter.name()))
                    : expressions.eval(otherwise, scope);
            scope.set(parameter.name(), value);
        }
        return capture(macro.body(), scope);
    }
}
