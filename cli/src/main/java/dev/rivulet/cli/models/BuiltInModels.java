// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.http.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The models that come with the checkout; they take the way into the registry that every model takes.
 *
 * @param folder folder of model folders
 */
public record BuiltInModels(Path folder) {
    private static final int MOST_MODELS = 100;

    /** The model folders that are there. */
    public List<Path> found() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.filter(model -> Files.isRegularFile(model.resolve("config.json")))
                    .sorted()
                    .limit(MOST_MODELS)
                    .toList();
        }
    }

    /** Registers all of them; an alias that someone moved stays where it is. */
    public List<Registry.Registration> register(Api api) throws IOException, InterruptedException {
        Registry registry = new Registry(api);
        List<Registry.Registration> done = new ArrayList<>();
        for (Path model : found()) {
            done.add(registry.register(
                    new Registry.Wanted(model, "", "", "", Registry.CHAMPION, false, "Comes with Rivulet.")));
        }
        return done;
    }
}
