package dev.rivulet.gateway.identity;

import java.util.Set;

/**
 * Who calls.
 *
 * @param name the name of the key
 * @param scopes what the key may do
 */
public record Caller(String name, Set<String> scopes) {

    /** May send prompts and see models. */
    public static final String INFERENCE = "inference";

    public boolean may(String scope) {
        return scopes.contains(scope);
    }
}
