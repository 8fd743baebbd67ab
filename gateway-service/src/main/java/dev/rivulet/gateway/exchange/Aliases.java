// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import java.util.List;
import java.util.Optional;

/** Names that requests may give as their model although no replica has them: a bean of the feature whose step takes them. */
@FunctionalInterface
public interface Aliases {

    /**
     * One name.
     *
     * @param models whose answers it may give
     */
    record Alias(String name, List<String> models) {
        public Alias {
            models = List.copyOf(models);
        }
    }

    List<Alias> all();

    /**
     * What else the answer to a request for one of these names depends on besides the request and the versions of the models: a text
     * that is another one whenever the answer may be; empty where no answer to it is to be kept.
     */
    default Optional<String> state(Ask ask) {
        return Optional.of("");
    }

    default Optional<Alias> find(String name) {
        return all().stream().filter(alias -> alias.name().equals(name)).findFirst();
    }
}
