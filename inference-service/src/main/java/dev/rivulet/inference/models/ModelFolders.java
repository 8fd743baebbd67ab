// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.inference.models.ModelManifest.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.util.FileSystemUtils;

/** Model folders as engines read them, made of links to checked blobs. */
final class ModelFolders {

    private final ModelsProperties properties;
    private final BlobCache blobs;
    private final SignatureGate signatures;

    ModelFolders(ModelsProperties properties, BlobSource source, Clock clock) {
        this.signatures = new SignatureGate(properties, clock);
        this.properties = properties;
        this.blobs = new BlobCache(properties.cache(), source);
    }

    /**
     * The folder of a version with every file in it.
     *
     * @throws ManifestRefusedException if the version is larger than a replica grants, or nobody trusted vouches for it
     * @throws IOException if a file can't be had; another attempt may succeed
     */
    Path assemble(ModelManifest manifest) throws IOException, ManifestRefusedException {
        check(manifest);
        signatures.pass(manifest, file -> blobs.fetch(file, manifest.registry()));
        Path folder = properties
                .cache()
                .resolve("models")
                .resolve(manifest.version().model())
                .resolve(manifest.version().version());
        FileSystemUtils.deleteRecursively(folder);
        for (File file : manifest.files()) {
            Path blob = blobs.fetch(file, manifest.registry());
            Path target = folder.resolve(file.path()).normalize();
            if (!target.startsWith(folder)) {
                throw new ManifestRefusedException("the path '" + file.path() + "' leaves the model's folder");
            }
            Files.createDirectories(target.getParent());
            link(blob, target);
        }
        Set<String> used = manifest.files().stream().map(File::sha256).collect(Collectors.toSet());
        blobs.prune(properties.cacheLimit().toBytes(), used);
        return folder;
    }

    private void check(ModelManifest manifest) throws ManifestRefusedException {
        long limit = properties.maxModel().toBytes();
        if (manifest.files().isEmpty() || manifest.files().size() > properties.maxFiles()) {
            throw new ManifestRefusedException(
                    "the version has " + manifest.files().size() + " files; 1 to " + properties.maxFiles()
                            + " are accepted (rivulet.models.max-files)");
        }
        if (manifest.files().stream().anyMatch(file -> file.size() > limit) || manifest.bytes() > limit) {
            throw new ManifestRefusedException("the version has " + manifest.bytes() + " bytes; " + limit
                    + " are accepted (rivulet.models.max-model)");
        }
    }

    private static void link(Path blob, Path target) throws IOException {
        try {
            Files.createLink(target, blob);
        } catch (UnsupportedOperationException | IOException e) {
            Files.copy(blob, target);
        }
    }

    /** A version that no attempt will make acceptable. */
    static final class ManifestRefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        ManifestRefusedException(String message) {
            super(message);
        }
    }
}
