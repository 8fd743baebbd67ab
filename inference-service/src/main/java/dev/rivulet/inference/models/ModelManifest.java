// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.events.model.v1.ModelAlias;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one version is made of and where the bytes are. Checked: names, digests and paths are well-formed, paths stay inside the
 * model's folder and don't clash.
 *
 * @param task what the model does, in the words of the registry: one of {@link #TASKS}
 * @param registry where blobs are read: {@code <registry>/api/blobs/<sha256>}
 * @param base the model that it is an adapter of, null for a model
 */
record ModelManifest(
        ModelVersion version,
        String task,
        List<File> files,
        URI registry,
        @Nullable String base) {

    private static final String ADAPTER = "lora-adapter";
    private static final String BASE = "base";

    private static final Pattern MODEL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){0,7}");
    private static final String CHAMPION = "champion";
    private static final String GENERATION = "text-generation";
    private static final String GRAPH = "onnx";
    private static final String SPEECH = "automatic-speech-recognition";
    private static final String COMMANDS = "audio-classification";

    /** Why a version does not serve beside another one. */
    static final String ALONE =
            "adapters, graphs, speech models and recognisers of commands serve in one version at a time: give the candidate a name of its own to try it";

    /** Tasks that a replica can do: of decoders, of their adapters, of encoders, of recognisers of commands, of speech models and of any graph. */
    static final Set<String> TASKS = Set.of(
            GENERATION,
            ADAPTER,
            "text-classification",
            "token-classification",
            "feature-extraction",
            COMMANDS,
            SPEECH,
            GRAPH);

    /** A model. */
    ModelManifest(ModelVersion version, String task, List<File> files, URI registry) {
        this(version, task, files, registry, null);
    }

    /**
     * One file.
     *
     * @param path relative, forward slashes
     * @param sha256 lower-case hex
     * @param size bytes
     */
    record File(String path, String sha256, long size) {

        File {
            check(path.length() <= 255 && PATH.matcher(path).matches(), "path", path);
            check(List.of(path.split("/")).stream().noneMatch(s -> s.equals(".") || s.equals("..")), "path", path);
            check(SHA256.matcher(sha256).matches(), "sha256", sha256);
            check(size >= 0, "size", Long.toString(size));
        }
    }

    ModelManifest {
        files = List.copyOf(files);
        check(MODEL.matcher(version.model()).matches(), "model", version.model());
        check(VERSION.matcher(version.version()).matches(), "version", version.version());
        check(Set.of("http", "https").contains(String.valueOf(registry.getScheme())), "registry", registry.toString());
        check(base == null || MODEL.matcher(base).matches(), "tag 'base'", String.valueOf(base));
        Set<String> paths = new HashSet<>();
        for (File file : files) {
            check(paths.add(file.path().toLowerCase(java.util.Locale.ROOT)), "path", file.path());
        }
    }

    /**
     * The champion of a model, if it has one and its task is one of {@link #TASKS}.
     *
     * @throws IllegalArgumentException if a name, path or digest is malformed; the message says which
     */
    static Optional<ModelManifest> champion(ModelVersionChanged event) {
        return championOf(event).flatMap(version -> of(event, version));
    }

    /** The version that the alias of champions points to, if there is one. */
    static Optional<String> championOf(ModelVersionChanged event) {
        return event.getAliasesList().stream()
                .filter(alias -> alias.getAlias().equals(CHAMPION))
                .map(ModelAlias::getVersion)
                .findFirst();
    }

    /**
     * A version of a model, if there is one of that name and its task is one of {@link #TASKS}.
     *
     * @throws IllegalArgumentException if a name, path or digest is malformed; the message says which
     */
    static Optional<ModelManifest> of(ModelVersionChanged event, String name) {
        boolean adapter = event.getTask().equals(ADAPTER);
        if (!TASKS.contains(event.getTask())) {
            return Optional.empty();
        }
        return event.getVersionsList().stream()
                .filter(version -> version.getVersion().equals(name))
                .findFirst()
                .map(version -> new ModelManifest(
                        new ModelVersion(event.getModel(), version.getVersion()),
                        event.getTask(),
                        version.getFilesList().stream()
                                .map(file -> new File(file.getPath(), file.getSha256(), file.getSizeBytes()))
                                .toList(),
                        URI.create(event.getRegistryUrl()),
                        adapter ? version.getTagsOrDefault(BASE, "") : null));
    }

    /** Whether two versions of it can serve side by side; see {@link #ALONE}. */
    boolean servesBeside() {
        return base == null && !isGraph() && !hearsCommands() && !writesSpeech();
    }

    /** Whether it is a graph of tensors. */
    boolean isGraph() {
        return task.equals(GRAPH);
    }

    /** Whether it recognises spoken commands. */
    boolean hearsCommands() {
        return task.equals(COMMANDS);
    }

    /** Whether it writes down speech. */
    boolean writesSpeech() {
        return task.equals(SPEECH);
    }

    /** Whether a decoder does it; else an encoder, unless it is a graph or hears commands or speech. */
    boolean generates() {
        return task.equals(GENERATION);
    }

    /** Whether another manifest is the same version with the same bytes, wherever they are. */
    boolean same(@Nullable ModelManifest other) {
        return other != null
                && version.equals(other.version)
                && task.equals(other.task)
                && files.equals(other.files)
                && Objects.equals(base, other.base);
    }

    /** The version under the name that answers to it: {@code base:adapter} for an adapter. */
    ModelVersion served() {
        return base == null ? version : new ModelVersion(base + ":" + version.model(), version.version());
    }

    long bytes() {
        return files.stream().mapToLong(File::size).sum();
    }

    private static void check(boolean valid, String what, String value) {
        if (!valid) {
            String shown = value.length() > 80 ? value.substring(0, 80) + "…" : value;
            throw new IllegalArgumentException("the " + what + " '" + shown + "' is not allowed");
        }
    }
}
