// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.template.Expression.Given;
import dev.rivulet.modelpackage.template.Lexer.Kind;
import dev.rivulet.modelpackage.template.Lexer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses expressions with the precedence of Jinja: choice, or, and, not, comparison, + -, ~, * / // %, **, unary. */
final class ExpressionParser {

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> SUMS = Set.of("+", "-");
    private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%");
    private static final Set<String> NO_ARGUMENT = Set.of("else", "or", "and", "not", "if", "in", "is", "recursive");

    private final Tokens tokens;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /** An expression, or several with commas between as a list. */
    Expression tuple() throws ModelRejectedException {
        Expression first = expression();
        if (!tokens.at(Kind.OPERATOR, ",")) {
            return first;
        }
        List<Expression> entries = new ArrayList<>(List.of(first));
        while (tokens.skipOperator(",")) {
            Kind kind = tokens.peek().kind();
            if (kind == Kind.BLOCK_END || kind == Kind.OUTPUT_END || tokens.at(Kind.OPERATOR, ")")) {
                break;
            }
            entries.add(expression());
        }
        return new Expression.ListOf(entries);
    }

    Expression expression() throws ModelRejectedException {
        tokens.enter();
        Expression value = or();
        while (tokens.skipName("if")) {
            Expression condition = or();
            Expression otherwise = tokens.skipName("else") ? expression() : null;
            value = new Expression.Choice(condition, value, otherwise);
        }
        tokens.leave();
        return value;
    }

    /** An expression without a choice, as the list of a loop with a filter. */
    Expression or() throws ModelRejectedException {
        Expression left = and();
        while (tokens.skipName("or")) {
            left = new Expression.Or(left, and());
        }
        return left;
    }

    private Expression and() throws ModelRejectedException {
        Expression left = not();
        while (tokens.skipName("and")) {
            left = new Expression.And(left, not());
        }
        return left;
    }

    private Expression not() throws ModelRejectedException {
        if (tokens.skipName("not")) {
            tokens.enter();
            Expression negated = new Expression.Not(not());
            tokens.leave();
            return negated;
        }
        return comparison();
    }

    private Expression comparison() throws ModelRejectedException {
        Expression first = sum();
        List<Expression.Comparison> rest = new ArrayList<>();
        while (true) {
            Token token = tokens.peek();
            if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
                tokens.next();
                rest.add(new Expression.Comparison(token.text(), sum()));
            } else if (tokens.skipName("in")) {
                rest.add(new Expression.Comparison("in", sum()));
            } else if (tokens.atName("not") && tokens.peekNext().is(Kind.NAME, "in")) {
                tokens.next();
                tokens.next();
                rest.add(new Expression.Comparison("not in", sum()));
            } else {
                return rest.isEmpty() ? first : new Expression.Compare(first, rest);
            }
        }
    }

    private Expression sum() throws ModelRejectedException {
        Expression left = joined();
        while (tokens.peek().kind() == Kind.OPERATOR
                && SUMS.contains(tokens.peek().text())) {
            left = new Expression.Binary(tokens.next().text(), left, joined());
        }
        return left;
    }

    private Expression joined() throws ModelRejectedException {
        Expression left = product();
        while (tokens.skipOperator("~")) {
            left = new Expression.Binary("~", left, product());
        }
        return left;
    }

    private Expression product() throws ModelRejectedException {
        Expression left = power();
        while (tokens.peek().kind() == Kind.OPERATOR
                && PRODUCTS.contains(tokens.peek().text())) {
            left = new Expression.Binary(tokens.next().text(), left, power());
        }
        return left;
    }

    private Expression power() throws ModelRejectedException {
        Expression left = unary(true);
        while (tokens.skipOperator("**")) {
            left = new Expression.Binary("**", left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean filtered) throws ModelRejectedException {
        Expression value;
        if (tokens.at(Kind.OPERATOR, "-") || tokens.at(Kind.OPERATOR, "+")) {
            boolean negative = tokens.next().text().equals("-");
            tokens.enter();
            value = negative ? new Expression.Negative(unary(false)) : unary(false);
            tokens.leave();
        } else {
            value = primary();
        }
        value = postfix(value);
        return filtered ? filters(value) : value;
    }

    private Expression primary() throws ModelRejectedException {
        Token token = tokens.next();
        switch (token.kind()) {
            case NAME -> {
                return name(token.text());
            }
            case TEXT -> {
                StringBuilder text = new StringBuilder(token.text());
                while (tokens.peek().kind() == Kind.TEXT) {
                    text.append(tokens.next().text());
                }
                return new Expression.Constant(Text.trusted(text.toString()));
            }
            case WHOLE, REAL -> {
                return new Expression.Constant(number(token));
            }
            case OPERATOR -> {
                return bracketed(token);
            }
            default -> throw tokens.unexpected();
        }
    }

    private static Expression name(String name) {
        return switch (name) {
            case "true", "True" -> new Expression.Constant(Value.of(true));
            case "false", "False" -> new Expression.Constant(Value.of(false));
            case "none", "None" -> new Expression.Constant(Value.NONE);
            default -> new Expression.Name(name);
        };
    }

    private Value number(Token token) throws ModelRejectedException {
        try {
            return token.kind() == Kind.WHOLE
                    ? Value.of(Long.parseLong(token.text()))
                    : new Value.Real(Double.parseDouble(token.text()));
        } catch (NumberFormatException e) {
            throw tokens.refuse("a number that is too large");
        }
    }

    private Expression bracketed(Token open) throws ModelRejectedException {
        switch (open.text()) {
            case "(" -> {
                if (tokens.skipOperator(")")) {
                    return new Expression.ListOf(List.of());
                }
                Expression value = tuple();
                tokens.expectOperator(")");
                return value;
            }
            case "[" -> {
                List<Expression> entries = new ArrayList<>();
                while (!tokens.skipOperator("]")) {
                    entries.add(expression());
                    if (!tokens.at(Kind.OPERATOR, "]")) {
                        tokens.expectOperator(",");
                    }
                }
                return new Expression.ListOf(entries);
            }
            case "{" -> {
                return dict();
            }
            default -> throw tokens.refuse("'" + open.text() + "' is not expected here");
        }
    }

    private Expression dict() throws ModelRejectedException {
        List<Expression.Entry> entries = new ArrayList<>();
        while (!tokens.skipOperator("}")) {
            Expression key = expression();
            tokens.expectOperator(":");
            entries.add(new Expression.Entry(key, expression()));
            if (!tokens.at(Kind.OPERATOR, "}")) {
                tokens.expectOperator(",");
            }
        }
        return new Expression.DictOf(entries);
    }

    private Expression postfix(Expression of) throws ModelRejectedException {
        Expression value = of;
        while (true) {
            if (tokens.skipOperator(".")) {
                Token name = tokens.next();
                value = switch (name.kind()) {
                    case NAME -> new Expression.Attribute(value, name.text());
                    case WHOLE -> new Expression.Item(value, new Expression.Constant(number(name)));
                    default -> throw tokens.unexpected();
                };
            } else if (tokens.skipOperator("[")) {
                value = subscript(value);
            } else if (tokens.at(Kind.OPERATOR, "(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression of) throws ModelRejectedException {
        Expression first = tokens.at(Kind.OPERATOR, ":") ? null : tuple();
        if (first != null && tokens.skipOperator("]")) {
            return new Expression.Item(of, first);
        }
        tokens.expectOperator(":");
        Expression second = bound();
        Expression step = tokens.skipOperator(":") ? bound() : null;
        tokens.expectOperator("]");
        return new Expression.Slice(of, first, second, step);
    }

    private @Nullable Expression bound() throws ModelRejectedException {
        return tokens.at(Kind.OPERATOR, ":") || tokens.at(Kind.OPERATOR, "]") ? null : expression();
    }

    private Expression filters(Expression of) throws ModelRejectedException {
        Expression value = of;
        while (true) {
            if (tokens.skipOperator("|")) {
                String name = known(dottedName(), Filters.NAMES, "filter");
                value = new Expression.Filter(value, name, tokens.at(Kind.OPERATOR, "(") ? arguments() : Given.NONE);
            } else if (tokens.skipName("is")) {
                boolean negated = tokens.skipName("not");
                String name = known(dottedName(), Predicates.NAMES, "test");
                Expression test = new Expression.Test(value, name, testArguments());
                value = negated ? new Expression.Not(test) : test;
            } else if (tokens.at(Kind.OPERATOR, "(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private String dottedName() throws ModelRejectedException {
        StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME).text());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expect(Kind.NAME).text());
        }
        return name.toString();
    }

    private String known(String name, Set<String> names, String what) throws ModelRejectedException {
        if (!names.contains(name)) {
            throw tokens.refuse(what + " " + name + " is not supported");
        }
        return name;
    }

    private Given testArguments() throws ModelRejectedException {
        Token token = tokens.peek();
        boolean bare = switch (token.kind()) {
            case TEXT, WHOLE, REAL -> true;
            case NAME -> !NO_ARGUMENT.contains(token.text());
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            default -> false;
        };
        if (tokens.at(Kind.OPERATOR, "(")) {
            return arguments();
        }
        return bare ? new Given(List.of(postfix(primary())), List.of()) : Given.NONE;
    }

    private Given arguments() throws ModelRejectedException {
        List<Expression> positional = new ArrayList<>();
        List<Expression.Named> named = new ArrayList<>();
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            if (tokens.peek().kind() == Kind.NAME && tokens.peekNext().is(Kind.OPERATOR, "=")) {
                String name = tokens.next().text();
                tokens.next();
                named.add(new Expression.Named(name, expression()));
            } else {
                positional.add(expression());
            }
            if (!tokens.at(Kind.OPERATOR, ")")) {
                tokens.expectOperator(",");
            }
        }
        return new Given(positional, named);
    }
}
