// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.model.v1.ModelAlias;
import dev.rivulet.events.model.v1.ModelFile;
import dev.rivulet.events.model.v1.ModelVersion;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import dev.rivulet.events.model.v1.RolloutChanged;
import dev.rivulet.events.model.v1.RolloutState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** What the registry says of models and their rollouts. */
public final class ModelEvents {

    private static final String SOURCE = "/model-registry";
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private ModelEvents() {}

    /** Puts the folder's files into the registry, those of its folders included, as version 1. */
    public static Event<ModelVersionChanged> champion(RegistryStub registry, String model, String task, Path folder)
            throws IOException {
        return changed(registry, model, task, 1, "1", Map.of("1", files(folder)));
    }

    /** The files of a folder, those of its folders included. */
    public static Map<String, byte[]> files(Path folder) throws IOException {
        Map<String, byte[]> contents = new HashMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    /**
     * A model that generates text.
     *
     * @param revision also when it was changed, in minutes
     * @param versions the one file of each, {@code config.json}
     */
    public static Event<ModelVersionChanged> texts(
            RegistryStub registry, String model, long revision, String champion, Map<String, String> versions) {
        Map<String, Map<String, byte[]>> files = new HashMap<>();
        versions.forEach((version, config) ->
                files.put(version, Map.of("config.json", config.getBytes(StandardCharsets.UTF_8))));
        return changed(registry, model, "text-generation", revision, champion, files);
    }

    /** A model with the files of its versions, which are put into the registry. */
    public static Event<ModelVersionChanged> changed(
            RegistryStub registry,
            String model,
            String task,
            long revision,
            String champion,
            Map<String, Map<String, byte[]>> versions) {
        ModelVersionChanged.Builder change = ModelVersionChanged.newBuilder()
                .setModel(model)
                .setRevision(revision)
                .setTask(task)
                .setRegistryUrl(registry.url())
                .setChangedAt(minute(revision))
                .addAliases(ModelAlias.newBuilder().setAlias("champion").setVersion(champion));
        versions.forEach((name, files) -> {
            ModelVersion.Builder version = ModelVersion.newBuilder().setVersion(name);
            files.forEach((path, content) -> version.addFiles(ModelFile.newBuilder()
                    .setPath(path)
                    .setSha256(registry.put(content))
                    .setSizeBytes(content.length)));
            change.addVersions(version);
        });
        return event(EventType.MODEL_VERSION_CHANGED, model, change.build());
    }

    /** The rollout of version 2 in place of version 1. @param revision also when it was changed, in minutes */
    public static Event<RolloutChanged> rollout(String model, long revision, RolloutState state) {
        return event(
                EventType.ROLLOUT_CHANGED,
                model,
                RolloutChanged.newBuilder()
                        .setModel(model)
                        .setRollout("rollout-of-" + model)
                        .setRevision(revision)
                        .setBaseline("1")
                        .setCandidate("2")
                        .setState(state)
                        .setSalt("salt")
                        .setStartedAt(minute(0))
                        .setChangedAt(minute(revision))
                        .build());
    }

    private static <T extends com.google.protobuf.Message> Event<T> event(EventType<T> type, String model, T data) {
        return new Event<>(UUID.randomUUID().toString(), SOURCE, type, model, Instant.now(), null, data);
    }

    private static Timestamp minute(long number) {
        return Timestamp.newBuilder()
                .setSeconds(BEGIN.getEpochSecond() + 60 * number)
                .build();
    }
}
