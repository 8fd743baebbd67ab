// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Aliases;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.routing.Choice;
import dev.rivulet.gateway.routing.Routes;
import dev.rivulet.inference.contract.ModelList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** What {@code /v1/models} tells: the models that are ready, and the names behind which one of several is. */
final class ServedModels {

    private final Routes routes;
    private final List<Aliases> aliases;

    ServedModels(Routes routes, List<Aliases> aliases) {
        this.routes = routes;
        this.aliases = List.copyOf(aliases);
    }

    ModelList list() {
        return ModelList.of(List.copyOf(byName().values()));
    }

    Optional<ModelList.Model> find(String name) {
        return Optional.ofNullable(byName().get(name));
    }

    private Map<String, ModelList.Model> byName() {
        Map<String, Choice.Chosen> ready = routes.ready();
        Map<String, ModelList.Model> models = new LinkedHashMap<>();
        // Models first: whoever takes the first that answers gets one of them, as before there were other names.
        new TreeMap<>(ready).forEach((name, chosen) -> models.put(name, model(name, chosen)));
        for (Aliases all : aliases) {
            for (Aliases.Alias alias : all.all()) {
                model(alias, ready).ifPresent(model -> models.put(alias.name(), model));
            }
        }
        return models;
    }

    private static ModelList.Model model(String name, Choice.Chosen chosen) {
        return ModelList.Model.of(
                name,
                chosen.replica().startedAt().getEpochSecond(),
                chosen.served().version(),
                chosen.served().contextLength(),
                chosen.served().capabilities().stream().sorted().toList());
    }

    /** As long as its shortest model reads, since when its first one answers. */
    private static Optional<ModelList.Model> model(Aliases.Alias alias, Map<String, Choice.Chosen> ready) {
        List<Choice.Chosen> behind =
                alias.models().stream().map(ready::get).filter(Objects::nonNull).toList();
        return behind.stream()
                .mapToInt(chosen -> chosen.served().contextLength())
                .boxed()
                .min(Integer::compare)
                .map(shortest -> ModelList.Model.of(
                        alias.name(),
                        behind.stream()
                                .mapToLong(
                                        chosen -> chosen.replica().startedAt().getEpochSecond())
                                .min()
                                .orElse(0),
                        String.join(" ", alias.models()),
                        shortest,
                        List.of(Endpoint.CHAT.capability())));
    }
}
