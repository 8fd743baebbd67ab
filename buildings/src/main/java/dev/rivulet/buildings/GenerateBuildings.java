// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings;

import dev.rivulet.models.BuildingSchema;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes what is said in the buildings: a folder for each with {@code train.jsonl} and {@code held-out.jsonl}.
 *
 * <p>Arguments: schema file, output folder, seed, number of buildings.
 */
public final class GenerateBuildings {

    private GenerateBuildings() {}

    /** See the type. */
    public static void main(String[] args) throws IOException {
        if (args.length != 4) {
            throw new IllegalArgumentException("usage: GenerateBuildings <schema.json> <folder> <seed> <buildings>");
        }
        BuildingSchema schema = BuildingSchema.read(Path.of(args[0]));
        Neighbourhood all = new Neighbourhood(schema, Neighbourhood.Size.USUAL, Long.parseLong(args[2]));
        for (Building building : all.buildings(Integer.parseInt(args[3]))) {
            Path folder = Files.createDirectories(Path.of(args[1]).resolve(building.name()));
            write(folder.resolve("train.jsonl"), building.train());
            write(folder.resolve("held-out.jsonl"), building.heldOut());
        }
    }

    private static void write(Path file, List<Request> requests) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Request request : requests) {
                out.write(JsonMapper.shared().writeValueAsString(request));
                out.newLine();
            }
        }
    }
}
