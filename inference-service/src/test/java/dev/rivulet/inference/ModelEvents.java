package dev.rivulet.inference;

import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.model.v1.ModelAlias;
import dev.rivulet.events.model.v1.ModelFile;
import dev.rivulet.events.model.v1.ModelVersion;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;

/** What the registry says of a model whose champion is a folder. */
public final class ModelEvents {

    private ModelEvents() {}

    /** Puts the folder's files into the registry, those of its folders included. */
    public static Event<ModelVersionChanged> champion(RegistryStub registry, String model, String task, Path folder)
            throws IOException {
        ModelVersion.Builder version = ModelVersion.newBuilder().setVersion("1");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                version.addFiles(ModelFile.newBuilder()
                        .setPath(folder.relativize(file).toString().replace('\\', '/'))
                        .setSha256(registry.put(bytes))
                        .setSizeBytes(bytes.length));
            }
        }
        ModelVersionChanged change = ModelVersionChanged.newBuilder()
                .setModel(model)
                .setRevision(1)
                .setTask(task)
                .setRegistryUrl(registry.url())
                .addVersions(version)
                .addAliases(ModelAlias.newBuilder().setAlias("champion").setVersion("1"))
                .build();
        return new Event<>(
                UUID.randomUUID().toString(),
                "/model-registry",
                EventType.MODEL_VERSION_CHANGED,
                model,
                Instant.now(),
                null,
                change);
    }
}
