// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.model.v1.ModelAlias;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import java.time.Instant;

/** Tells a model as an event. */
final class ModelEvents {

    private ModelEvents() {}

    static ModelVersionChanged changed(Model model, String registryUrl) {
        ModelVersionChanged.Builder event = ModelVersionChanged.newBuilder()
                .setModel(model.name().value())
                .setRevision(model.revision())
                .setTask(model.task().wire())
                .setRegistryUrl(registryUrl)
                .setChangedAt(timestamp(model.changedAt()));
        model.versions().forEach(version -> event.addVersions(version(version)));
        model.aliases()
                .forEach((alias, version) -> event.addAliases(
                        ModelAlias.newBuilder().setAlias(alias.value()).setVersion(version.value())));
        return event.build();
    }

    private static dev.rivulet.events.model.v1.ModelVersion version(ModelVersion version) {
        var told = dev.rivulet.events.model.v1.ModelVersion.newBuilder()
                .setVersion(version.name().value())
                .putAllTags(version.allTags())
                .setCreatedAt(timestamp(version.createdAt()));
        version.files()
                .forEach(file -> told.addFiles(dev.rivulet.events.model.v1.ModelFile.newBuilder()
                        .setPath(file.path())
                        .setSha256(file.sha256().hex())
                        .setSizeBytes(file.size())));
        return told.build();
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
