// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.quantisation.Quantiser.Part;
import dev.rivulet.modelpackage.safetensors.SafetensorsFile;
import dev.rivulet.modelpackage.safetensors.TensorInfo;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Keeps quantised forms of models between loads. A file is named {@code <source>.<form>.<content>.safetensors}: the SHA-256 of the
 * weights that it was made from, the form, and the SHA-256 of the file itself. A file whose bytes don't match its name, or whose
 * tensors don't match the model, is deleted and made anew. Several processes may share a folder.
 */
public final class QuantisedModels {

    private static final String SUFFIX = ".safetensors";

    private final Path folder;
    private final long limit;
    private final Clock clock;

    /**
     * @param folder made when first needed; whoever may write there is trusted as much as the models themselves
     * @param limit bytes of all files together; the longest unused go first, the newest stays in any case
     */
    public QuantisedModels(Path folder, long limit, Clock clock) {
        this.folder = folder;
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * What a form is made from.
     *
     * @param weights of the model
     * @param matrices that take the form
     * @param digest SHA-256 of the matrices
     */
    public record Source(Weights weights, List<LinearTensor> matrices, String digest) {

        public Source {
            matrices = List.copyOf(matrices);
        }

        /** Reads every byte of the matrices. */
        public static Source of(Weights weights, List<LinearTensor> matrices) throws ModelRejectedException {
            return new Source(weights, matrices, Digests.of(weights, matrices));
        }
    }

    /**
     * Makes a form for one load alone: the file has no name any more when this returns, where the system permits that.
     *
     * @throws ModelRejectedException if the form can't hold the model
     */
    public static Weights once(Quantiser quantiser, Source source) throws IOException, ModelRejectedException {
        Path folder = Files.createTempDirectory("rivulet-quantised");
        Path file = folder.resolve("weights" + SUFFIX);
        try {
            new QuantisedFile(quantiser, source.matrices()).write(file, source.weights());
            return SafetensorsFile.open(file);
        } finally {
            boolean gone = file.toFile().delete() && folder.toFile().delete();
            if (!gone) {
                // Some systems keep a file while it is mapped; the folder is deleted last because it was named first.
                folder.toFile().deleteOnExit();
                file.toFile().deleteOnExit();
            }
        }
    }

    /**
     * The kept form of a model, made now if there is none.
     *
     * @throws ModelRejectedException if the form can't hold the model
     */
    public Weights get(Quantiser quantiser, Source source) throws IOException, ModelRejectedException {
        Optional<Weights> kept = find(quantiser.label(), quantiser, source);
        return kept.isPresent() ? kept.get() : make(quantiser, source);
    }

    /**
     * The kept form of a model, if there is a sound one.
     *
     * @param label of the form
     * @param layout tells the tensors that the form must have
     */
    public Optional<Weights> find(String label, Quantiser layout, Source source)
            throws IOException, ModelRejectedException {
        String prefix = source.digest() + "." + label + ".";
        for (Path file : files()) {
            String name = file.getFileName().toString();
            if (name.startsWith(prefix)) {
                String content = name.substring(prefix.length(), name.length() - SUFFIX.length());
                Optional<Weights> weights = sound(file, content, layout, source.matrices());
                if (weights.isPresent()) {
                    Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
                    return weights;
                }
                Files.deleteIfExists(file);
            }
        }
        return Optional.empty();
    }

    private static Optional<Weights> sound(Path file, String digest, Quantiser quantiser, List<LinearTensor> tensors)
            throws IOException, ModelRejectedException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || !Digests.of(file).equals(digest)) {
            return Optional.empty();
        }
        try {
            Weights weights = SafetensorsFile.open(file);
            for (Part part : QuantisedFile.parts(quantiser, tensors)) {
                TensorInfo info = weights.info(part.name());
                if (info.dtype() != part.dtype() || !info.shape().equals(part.shape())) {
                    return Optional.empty();
                }
            }
            return Optional.of(weights);
        } catch (ModelRejectedException e) {
            return Optional.empty();
        }
    }

    /** Makes a form and keeps it. */
    public Weights make(Quantiser quantiser, Source source) throws IOException, ModelRejectedException {
        Files.createDirectories(folder);
        Path draft = folder.resolve(UUID.randomUUID() + ".draft");
        try {
            new QuantisedFile(quantiser, source.matrices()).write(draft, source.weights());
            String name = source.digest() + "." + quantiser.label() + "." + Digests.of(draft) + SUFFIX;
            Path file = folder.resolve(name);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            evict(file);
            return SafetensorsFile.open(file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Forgets a form, because it turned out to be of no use. */
    public void remove(String label, Source source) throws IOException {
        String prefix = source.digest() + "." + label + ".";
        for (Path file : files()) {
            if (file.getFileName().toString().startsWith(prefix)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void evict(Path newest) throws IOException {
        long total = 0;
        for (Path file : files()) {
            total += file.toFile().length();
        }
        for (Path file : files()) {
            if (total > limit && !file.equals(newest)) {
                total -= file.toFile().length();
                Files.deleteIfExists(file);
            }
        }
    }

    /** The kept files, the longest unused first. */
    private List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    // Another process may delete a file meanwhile: its time is then 0, where Files would throw.
                    .sorted(Comparator.comparingLong(
                                    (Path file) -> file.toFile().lastModified())
                            .thenComparing(Path::compareTo))
                    .toList();
        }
    }
}
