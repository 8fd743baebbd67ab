// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.template.Lexer.Kind;
import dev.rivulet.modelpackage.template.Lexer.Token;
import java.util.List;

/** A cursor over the tokens of a template. */
final class Tokens {

    private static final int DEEPEST = 100;

    private final String file;
    private final List<Token> tokens;
    private int at;
    private int depth;

    Tokens(String file, List<Token> tokens) {
        this.file = file;
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peekNext() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = tokens.get(at);
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    boolean at(Kind kind, String text) {
        return peek().is(kind, text);
    }

    boolean atName(String name) {
        return at(Kind.NAME, name);
    }

    boolean skip(Kind kind, String text) {
        boolean here = at(kind, text);
        if (here) {
            next();
        }
        return here;
    }

    boolean skipOperator(String operator) {
        return skip(Kind.OPERATOR, operator);
    }

    boolean skipName(String name) {
        return skip(Kind.NAME, name);
    }

    Token expect(Kind kind) throws ModelRejectedException {
        if (peek().kind() != kind) {
            throw unexpected();
        }
        return next();
    }

    void expectOperator(String operator) throws ModelRejectedException {
        if (!skipOperator(operator)) {
            throw unexpected();
        }
    }

    void expectName(String name) throws ModelRejectedException {
        if (!skipName(name)) {
            throw unexpected();
        }
    }

    /** One level down; pair it with {@link #leave}. */
    void enter() throws ModelRejectedException {
        if (++depth > DEEPEST) {
            throw refuse("nested deeper than " + DEEPEST);
        }
    }

    void leave() {
        depth--;
    }

    ModelRejectedException unexpected() {
        String text = peek().text();
        return refuse("'" + (text.length() > 40 ? text.substring(0, 40) + "…" : text).replaceAll("\\p{C}", "?")
                + "' is not expected or not supported here");
    }

    ModelRejectedException refuse(String fault) {
        return new ModelRejectedException(file + ": line " + peek().line() + ": " + fault);
    }
}
