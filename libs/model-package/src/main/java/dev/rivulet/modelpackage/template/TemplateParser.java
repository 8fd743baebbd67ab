// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.template.Lexer.Kind;
import dev.rivulet.modelpackage.template.Lexer.Token;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses the statements of a template. Statements that chat templates do not use (include, import, block …) are refused. */
final class TemplateParser {

    private final Tokens tokens;
    private final ExpressionParser expressions;

    private TemplateParser(Tokens tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    /**
     * @param file name for messages
     */
    static List<Node> parse(String file, String source) throws ModelRejectedException {
        TemplateParser parser = new TemplateParser(new Tokens(file, Lexer.tokens(file, source)));
        List<Node> nodes = parser.body();
        if (parser.tokens.peek().kind() != Kind.END) {
            throw parser.tokens.unexpected();
        }
        return nodes;
    }

    /** Statements up to a block whose name is one of {@code ends}, or up to the end; the cursor stands on that name. */
    private List<Node> body(String... ends) throws ModelRejectedException {
        tokens.enter();
        List<Node> nodes = new ArrayList<>();
        while (true) {
            Token token = tokens.peek();
            switch (token.kind()) {
                case DATA -> nodes.add(new Node.Data(tokens.next().text()));
                case OUTPUT_BEGIN -> {
                    tokens.next();
                    nodes.add(new Node.Output(expressions.tuple()));
                    tokens.expect(Kind.OUTPUT_END);
                }
                case BLOCK_BEGIN -> {
                    tokens.next();
                    if (List.of(ends).contains(tokens.peek().text())) {
                        tokens.leave();
                        return nodes;
                    }
                    nodes.add(statement());
                }
                default -> {
                    if (ends.length > 0) {
                        throw tokens.refuse("a block without " + ends[ends.length - 1]);
                    }
                    tokens.leave();
                    return nodes;
                }
            }
        }
    }

    private Node statement() throws ModelRejectedException {
        Token name = tokens.peek();
        tokens.expect(Kind.NAME);
        return switch (name.text()) {
            case "if" -> ifStatement();
            case "for" -> forStatement();
            case "set" -> set();
            case "macro" -> macro();
            case "with" -> with();
            case "break" -> simple(new Node.Break());
            case "continue" -> simple(new Node.Continue());
            case "generation" -> {
                tokens.expect(Kind.BLOCK_END);
                List<Node> body = body("endgeneration");
                end("endgeneration");
                yield new Node.Group(body);
            }
            default -> throw tokens.refuse("statement " + name.text() + " is not supported");
        };
    }

    private Node simple(Node node) throws ModelRejectedException {
        tokens.expect(Kind.BLOCK_END);
        return node;
    }

    private Node ifStatement() throws ModelRejectedException {
        List<Node.Branch> branches = new ArrayList<>();
        List<Node> otherwise = List.of();
        do {
            Expression condition = expressions.tuple();
            tokens.expect(Kind.BLOCK_END);
            branches.add(new Node.Branch(condition, body("elif", "else", "endif")));
        } while (tokens.skipName("elif"));
        if (tokens.skipName("else")) {
            tokens.expect(Kind.BLOCK_END);
            otherwise = body("endif");
        }
        end("endif");
        return new Node.If(branches, otherwise);
    }

    private Node forStatement() throws ModelRejectedException {
        List<String> targets = targets();
        tokens.expectName("in");
        Expression items = loopItems();
        Expression filter = tokens.skipName("if") ? expressions.expression() : null;
        if (tokens.atName("recursive")) {
            throw tokens.refuse("recursive loops are not supported");
        }
        tokens.expect(Kind.BLOCK_END);
        List<Node> body = body("else", "endfor");
        List<Node> otherwise = List.of();
        if (tokens.skipName("else")) {
            tokens.expect(Kind.BLOCK_END);
            otherwise = body("endfor");
        }
        end("endfor");
        return new Node.For(targets, items, filter, body, otherwise);
    }

    private Expression loopItems() throws ModelRejectedException {
        Expression first = expressions.or();
        if (!tokens.at(Kind.OPERATOR, ",")) {
            return first;
        }
        List<Expression> entries = new ArrayList<>(List.of(first));
        while (tokens.skipOperator(",")) {
            entries.add(expressions.or());
        }
        return new Expression.ListOf(entries);
    }

    private List<String> targets() throws ModelRejectedException {
        boolean bracketed = tokens.skipOperator("(");
        List<String> targets = new ArrayList<>();
        do {
            targets.add(tokens.expect(Kind.NAME).text());
        } while (tokens.skipOperator(","));
        if (bracketed) {
            tokens.expectOperator(")");
        }
        return targets;
    }

    private Node set() throws ModelRejectedException {
        if (tokens.peekNext().is(Kind.OPERATOR, ".")) {
            String namespace = tokens.expect(Kind.NAME).text();
            tokens.next();
            String field = tokens.expect(Kind.NAME).text();
            tokens.expectOperator("=");
            Expression value = expressions.tuple();
            return simple(new Node.SetField(namespace, field, value));
        }
        List<String> targets = targets();
        if (tokens.skipOperator("=")) {
            return simple(new Node.Set(targets, expressions.tuple()));
        }
        if (targets.size() != 1) {
            throw tokens.unexpected();
        }
        tokens.expect(Kind.BLOCK_END);
        List<Node> body = body("endset");
        end("endset");
        return new Node.SetBlock(targets.getFirst(), body);
    }

    private Node macro() throws ModelRejectedException {
        String name = tokens.expect(Kind.NAME).text();
        List<Node.Parameter> parameters = new ArrayList<>();
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            String parameter = tokens.expect(Kind.NAME).text();
            @Nullable Expression otherwise = tokens.skipOperator("=") ? expressions.expression() : null;
            parameters.add(new Node.Parameter(parameter, otherwise));
            if (!tokens.at(Kind.OPERATOR, ")")) {
                tokens.expectOperator(",");
            }
        }
        tokens.expect(Kind.BLOCK_END);
        List<Node> body = body("endmacro");
        end("endmacro");
        return new Node.Macro(name, parameters, body);
    }

    private Node with() throws ModelRejectedException {
        List<Node.Set> variables = new ArrayList<>();
        while (tokens.peek().kind() == Kind.NAME) {
            String name = tokens.next().text();
            tokens.expectOperator("=");
            variables.add(new Node.Set(List.of(name), expressions.expression()));
            tokens.skipOperator(",");
        }
        tokens.expect(Kind.BLOCK_END);
        List<Node> body = body("endwith");
        end("endwith");
        return new Node.With(variables, body);
    }

    private void end(String name) throws ModelRejectedException {
        tokens.expectName(name);
        if (tokens.peek().kind() == Kind.NAME) {
            tokens.next();
        }
        tokens.expect(Kind.BLOCK_END);
    }
}
