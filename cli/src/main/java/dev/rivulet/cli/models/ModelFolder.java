// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model in Hugging Face's form: {@code config.json}, weights, tokenizer, in one folder.
 *
 * @param path the folder
 * @param task what the model does, as the registry names it
 * @param files its files, sorted by path
 */
record ModelFolder(Path path, String task, List<ModelFile> files) {
    /** What an adapter of a model does, as the registry names it. */
    static final String ADAPTER = "lora-adapter";

    /** Decoders that read pictures beside text. */
    private static final Set<String> SEEING = Set.of(
            "SmolVLMForConditionalGeneration", "Idefics3ForConditionalGeneration", "LlavaForConditionalGeneration");

    /** Encoders of texts and pictures. */
    private static final Set<String> DUAL = Set.of("CLIPModel", "SiglipModel");

    private static final String ADAPTER_CONFIG = "adapter_config.json";
    private static final String ADAPTER_WEIGHTS = "adapter_model.safetensors";
    private static final int MOST_FILES = 1_000;
    private static final long LARGEST_CONFIG = 1 << 20;
    private static final int VERSION_LETTERS = 12;

    /**
     * One file.
     *
     * @param path below the folder, with slashes
     * @param sha256 of its bytes, in hexadecimal
     * @param size in bytes
     * @param source where it is on this machine
     */
    record ModelFile(String path, String sha256, long size, Path source) {

        static ModelFile of(String path, Path source) throws IOException {
            return new ModelFile(path, digest(source), Files.size(source), source);
        }
    }

    /**
     * Digests some files of a folder.
     *
     * @param task what the model does
     * @param names of files below the folder, with slashes
     */
    static ModelFolder of(Path folder, String task, List<String> names) throws IOException {
        List<ModelFile> files = new ArrayList<>();
        for (String name : names.stream().sorted().toList()) {
            files.add(ModelFile.of(name, folder.resolve(name)));
        }
        return new ModelFolder(folder, task, List.copyOf(files));
    }

    /**
     * Reads a folder and digests its files; hidden files are left out.
     *
     * @param task what the model does, or empty to read it from the configuration
     */
    static ModelFolder read(Path folder, String task) throws IOException {
        Path config = folder.resolve("config.json");
        boolean graph = task.isEmpty() && !Files.exists(config) && Files.isRegularFile(folder.resolve("model.onnx"));
        if (graph || task.equals("onnx")) {
            return new ModelFolder(folder, "onnx", files(folder));
        }
        if (task.equals(ADAPTER) || task.isEmpty() && isAdapter(folder)) {
            return adapter(folder);
        }
        if (!Files.isRegularFile(config)) {
            throw new UsageException(folder + " is not a model folder: config.json is missing."
                    + " Give a folder in Hugging Face's form, with config.json, *.safetensors and tokenizer.json.");
        }
        if (Files.size(config) > LARGEST_CONFIG) {
            throw new UsageException(config + " is larger than a configuration can be.");
        }
        return new ModelFolder(folder, task.isEmpty() ? task(config) : task, files(folder));
    }

    /** PEFT puts no configuration of a model beside that of an adapter. */
    private static boolean isAdapter(Path folder) {
        return !Files.exists(folder.resolve("config.json")) && Files.isRegularFile(folder.resolve(ADAPTER_CONFIG));
    }

    /** The two files that make an adapter, and their signature; a card, a tokenizer or the state of a training beside them are left out. */
    private static ModelFolder adapter(Path folder) throws IOException {
        for (String name : List.of(ADAPTER_CONFIG, ADAPTER_WEIGHTS)) {
            if (!Files.isRegularFile(folder.resolve(name))) {
                throw new UsageException(folder + " is not a LoRA adapter: " + name
                        + " is missing. Save it with PEFT's save_pretrained, with safetensors.");
            }
        }
        boolean signed = Files.isRegularFile(folder.resolve(ModelSigner.FILE));
        return of(
                folder,
                ADAPTER,
                signed
                        ? List.of(ADAPTER_CONFIG, ADAPTER_WEIGHTS, ModelSigner.FILE)
                        : List.of(ADAPTER_CONFIG, ADAPTER_WEIGHTS));
    }

    /** Name for the registry, from the folder's. */
    String name() {
        return name(path.toAbsolutePath().normalize().getFileName().toString());
    }

    /** Name for the registry, from another. */
    static String name(String name) {
        return name.toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9._-]+", "-")
                .replaceAll("\\.\\.+", ".")
                .replaceFirst("^[._-]+", "");
    }

    /** A version named by the content, so that the same files are the same version. */
    String version() {
        return version("");
    }

    /** The same, where what was made of the content has a part in it. */
    String version(String made) {
        MessageDigest digest = sha256();
        // The signature names the version, so the version can't be named by the signature.
        unsigned()
                .forEach(file ->
                        digest.update((file.path() + "\n" + file.sha256() + "\n").getBytes(StandardCharsets.UTF_8)));
        digest.update(made.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest.digest()).substring(0, VERSION_LETTERS);
    }

    /** The files that a signature covers: all but the signature. */
    List<ModelFile> unsigned() {
        return files.stream()
                .filter(file -> !file.path().equals(ModelSigner.FILE))
                .toList();
    }

    long bytes() {
        return files.stream().mapToLong(ModelFile::size).sum();
    }

    /** The same files and one more. */
    ModelFolder with(ModelFile file) {
        List<ModelFile> more = new ArrayList<>(files);
        more.add(file);
        return new ModelFolder(path, task, List.copyOf(more));
    }

    /** What the architecture of a configuration does. */
    static String task(Path config) throws IOException {
        JsonNode json;
        try {
            json = new JsonMapper().readTree(Files.readString(config));
        } catch (JacksonException e) {
            throw new UsageException(config + " is not JSON: " + e.getOriginalMessage());
        }
        String architecture = json.path("architectures").path(0).asString("");
        if (architecture.endsWith("ForSequenceClassification")) {
            return "text-classification";
        }
        if (architecture.endsWith("ForTokenClassification")) {
            return "token-classification";
        }
        if (architecture.endsWith("ForCausalLM") || SEEING.contains(architecture)) {
            return "text-generation";
        }
        if (architecture.equals("WhisperForConditionalGeneration")) {
            return "automatic-speech-recognition";
        }
        if (architecture.endsWith("BertModel") || DUAL.contains(architecture)) {
            return "feature-extraction";
        }
        if (architecture.equals("RivuletCommandRecogniser")) {
            return "audio-classification";
        }
        throw new UsageException(config + " names no architecture whose task is known (it says \"" + architecture
                + "\"). Give the task with --task.");
    }

    private static List<ModelFile> files(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            List<Path> found = paths.filter(Files::isRegularFile)
                    .filter(file -> Stream.of(folder.relativize(file).toString().split("/"))
                            .noneMatch(name -> name.startsWith(".")))
                    .sorted()
                    .limit(MOST_FILES + 1L)
                    .toList();
            if (found.size() > MOST_FILES) {
                throw new UsageException(folder + " has more than " + MOST_FILES + " files; is it the right folder?");
            }
            List<ModelFile> files = new ArrayList<>();
            for (Path file : found) {
                files.add(ModelFile.of(folder.relativize(file).toString().replace('\\', '/'), file));
            }
            return List.copyOf(files);
        }
    }

    private static String digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream bytes = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
