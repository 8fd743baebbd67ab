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

    default Optional<Alias> find(String name) {
        return all().stream().filter(alias -> alias.name().equals(name)).findFirst();
    }
}
