// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.mcp;

import dev.rivulet.gateway.identity.Caller;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * What an assistant may ask the platform for.
 *
 * @param name as the protocol names it
 * @param description for the model that chooses tools
 * @param parameters what it takes
 * @param scope the scope that a key needs for it
 * @param changes whether it changes anything
 * @param work does it
 */
record Tool(String name, String description, Parameters parameters, String scope, boolean changes, Work work) {

    /** An argument that the parameters ask for. */
    static Object given(Map<String, Object> arguments, String name) {
        return Objects.requireNonNull(arguments.get(name), name);
    }

    /** Does what a tool is for. */
    @FunctionalInterface
    interface Work {
        /**
         * Runs it once.
         *
         * @param caller whose key it is; it has the scope
         * @param arguments checked against the parameters
         * @return an object that can be written as JSON; a {@link ToolFailure} if it can't be done
         */
        Mono<Object> run(Caller caller, Map<String, Object> arguments);
    }
}
