// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ChatTemplate;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.gguf.GgufFile;
import dev.rivulet.modelpackage.safetensors.RenamedWeights;
import dev.rivulet.modelpackage.safetensors.SafetensorsFile;
import dev.rivulet.modelpackage.safetensors.ShardedWeights;
import dev.rivulet.modelpackage.safetensors.Weights;
import dev.rivulet.modelpackage.template.ModelChatTemplate;
import dev.rivulet.modelpackage.template.TemplateLimits;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A Hugging Face-style model folder, or a GGUF file; a {@code tokenizer.json} beside that goes before the tokenizer in it. Nothing outside the folder is read, whatever its files say; links that lead out of it are
 * refused; sizes are checked before anything is read.
 */
public final class ModelFolder {

    private static final String CONFIG = "config.json";
    private static final String GENERATION = "generation_config.json";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String TEMPLATE = "chat_template.jinja";
    private static final String OLDER_TEMPLATE = "chat_template.json";
    private static final String PROCESSOR = "processor_config.json";
    private static final String NO_TEMPLATE =
            "{{ raise_exception('this model has no chat template; use /v1/completions with a plain prompt') }}";
    static final String TOKENIZER = "tokenizer.json";
    private static final String WEIGHTS = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private static final String GGUF = ".gguf";

    static final int LARGEST_CONFIG = 4 << 20;
    private static final int LARGEST_TEMPLATE = 1 << 20;
    static final int LARGEST_TOKENIZER = 64 << 20;
    private static final int LARGEST_INDEX = 64 << 20;
    private static final int MOST_SHARDS = 1000;

    private final Path path;
    private final DecoderConfig config;
    private final GenerationConfig generation;
    private final TokenizerConfig tokenizerConfig;
    private final Optional<GgufFile> gguf;
    private final Optional<Sight> sight;

    /**
     * What a folder has beside a decoder.
     *
     * @param text the decoder's weights, under the names that they have in a folder of a decoder alone
     * @param pictures the other ones, under names of the first spelling of their family
     */
    private record Sight(VisionDesign design, Weights text, Weights pictures) {}

    private ModelFolder(
            Path path,
            DecoderConfig config,
            GenerationConfig generation,
            TokenizerConfig tokenizerConfig,
            Optional<GgufFile> gguf,
            Optional<Sight> sight) {
        this.path = path;
        this.config = config;
        this.generation = generation;
        this.tokenizerConfig = tokenizerConfig;
        this.gguf = gguf;
        this.sight = sight;
    }

    /**
     * Reads the configuration of a decoder's folder, or of a GGUF file; weights, tokenizer and template are read when asked for.
     *
     * @throws ModelRejectedException if a file is missing, malformed, too large or the architecture is not supported
     * @throws IOException if a file can't be read
     */
    public static ModelFolder open(Path folder) throws IOException, ModelRejectedException {
        if (isGguf(folder)) {
            // A link to the file is followed, but what lies beside it is beside the link: so do caches of downloads
            // arrange
            // them.
            return open(parent(folder.toAbsolutePath()).toRealPath(), Optional.of(GgufFile.open(folder)));
        }
        if (!Files.isDirectory(folder)) {
            throw new ModelRejectedException(
                    folder.getFileName() + ": not a folder; give the folder that holds " + CONFIG + ", or a GGUF file");
        }
        Path path = folder.toRealPath();
        return open(path, find(path, CONFIG).isPresent() ? Optional.empty() : onlyGguf(path));
    }

    private static ModelFolder open(Path path, Optional<GgufFile> gguf) throws IOException, ModelRejectedException {
        if (gguf.isPresent()) {
            return open(path, GgufConfig.read(gguf.get()), gguf, Optional.empty());
        }
        ConfigJson json = ConfigJson.parse(CONFIG, require(path, CONFIG, LARGEST_CONFIG));
        Optional<VisionFamily> seeing = VisionFamily.of(json);
        return seeing.isPresent()
                ? open(path, json, seeing.get())
                : open(path, DecoderConfig.read(json), gguf, Optional.empty());
    }

    private static ModelFolder open(Path path, ConfigJson json, VisionFamily family)
            throws IOException, ModelRejectedException {
        Weights all = safetensors(path);
        Weights text = RenamedWeights.of(all, family::ofText);
        Weights pictures = RenamedWeights.of(all, family::ofPictures);
        DecoderConfig config = family.decoder(json, !text.names().contains("lm_head.weight"));
        VisionDesign design =
                family.design(json, PictureReader.read(recipe(path), family.recipe(json)), config.hiddenSize());
        return open(path, config, Optional.empty(), Optional.of(new Sight(design, text, pictures)));
    }

    /** Newer folders have the processor of pictures inside that of everything. */
    static ConfigJson recipe(Path path) throws IOException, ModelRejectedException {
        Optional<byte[]> own = read(path, PictureReader.FILE, LARGEST_CONFIG);
        Optional<byte[]> all = own.isPresent() ? Optional.empty() : read(path, PROCESSOR, LARGEST_CONFIG);
        if (all.isPresent()) {
            ConfigJson processor = ConfigJson.parse(PROCESSOR, all.get());
            return processor
                    .object("image_processor")
                    .orElseThrow(() -> processor.refuse("image_processor", "is missing"));
        }
        return ConfigJson.parse(
                PictureReader.FILE,
                own.orElseThrow(
                        () -> new ModelRejectedException(PictureReader.FILE + ": missing in the model folder")));
    }

    private static ModelFolder open(Path path, DecoderConfig config, Optional<GgufFile> gguf, Optional<Sight> sight)
            throws IOException, ModelRejectedException {
        Optional<byte[]> generation = read(path, GENERATION, LARGEST_CONFIG);
        Optional<byte[]> tokenizer = read(path, TOKENIZER_CONFIG, LARGEST_CONFIG);
        return new ModelFolder(
                path,
                config,
                generation.isPresent()
                        ? GenerationConfig.read(ConfigJson.parse(GENERATION, generation.get()))
                        : GenerationConfig.NONE,
                tokenizer.isPresent()
                        ? TokenizerConfig.read(ConfigJson.parse(TOKENIZER_CONFIG, tokenizer.get()))
                        : gguf.isPresent() ? GgufTokenizer.config(gguf.get()) : TokenizerConfig.NONE,
                gguf,
                sight);
    }

    private static boolean isGguf(Path file) {
        return String.valueOf(file.getFileName()).endsWith(GGUF) && Files.isRegularFile(file);
    }

    private static Path parent(Path file) throws ModelRejectedException {
        Path parent = file.getParent();
        if (parent == null) {
            throw new ModelRejectedException(file.getFileName() + ": lies in no folder");
        }
        return parent;
    }

    /** The GGUF file of a folder without a configuration, if there is just one. */
    private static Optional<GgufFile> onlyGguf(Path folder) throws IOException, ModelRejectedException {
        List<String> names;
        try (Stream<Path> files = Files.list(folder)) {
            names = files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(GGUF))
                    .limit(2)
                    .toList();
        }
        if (names.size() > 1) {
            throw new ModelRejectedException("the folder holds several GGUF files; give the one that is meant");
        }
        Optional<Path> file = names.isEmpty() ? Optional.empty() : find(folder, names.getFirst());
        return file.isEmpty() ? Optional.empty() : Optional.of(GgufFile.open(file.get()));
    }

    /** Names of the architectures that {@link #open} accepts, as {@code config.json} writes them. */
    public static List<String> supportedArchitectures() {
        return Arrays.stream(DecoderFamily.values())
                .map(family -> family.architecture)
                .toList();
    }

    /** Names of the architectures of decoders that see pictures, which {@link #open} accepts too. */
    public static List<String> supportedVisionArchitectures() {
        return VisionFamily.supported();
    }

    /** What the decoder sees with; empty for one of text alone. */
    public Optional<VisionDesign> vision() {
        return sight.map(Sight::design);
    }

    /**
     * The weights of {@link #vision}: all but the decoder's.
     *
     * @throws IllegalStateException if there is none
     */
    public Weights visionWeights() {
        return sight.orElseThrow(() -> new IllegalStateException("the model sees no pictures"))
                .pictures();
    }

    /** The folder, links resolved. */
    public Path path() {
        return path;
    }

    public DecoderConfig config() {
        return config;
    }

    public GenerationConfig generation() {
        return generation;
    }

    public TokenizerConfig tokenizerConfig() {
        return tokenizerConfig;
    }

    /**
     * Maps the decoder's weights: those of the GGUF file, {@code model.safetensors}, or the shards of {@code model.safetensors.index.json}.
     *
     * @throws ModelRejectedException if they are missing or malformed
     */
    public Weights weights() throws IOException, ModelRejectedException {
        if (gguf.isPresent()) {
            return gguf.get();
        }
        return sight.isPresent() ? sight.get().text() : safetensors(path);
    }

    /** Maps {@code model.safetensors} of a folder, or the shards of its index. */
    static Weights safetensors(Path path) throws IOException, ModelRejectedException {
        Optional<Path> single = find(path, WEIGHTS);
        if (single.isPresent()) {
            return SafetensorsFile.open(single.get());
        }
        Optional<byte[]> index = read(path, INDEX, LARGEST_INDEX);
        if (index.isEmpty()) {
            throw new ModelRejectedException("neither " + WEIGHTS + " nor " + INDEX
                    + " is in the folder; weights are read from safetensors alone, never from .bin, .pt or .pkl");
        }
        return shards(path, ConfigJson.parse(INDEX, index.get()));
    }

    /**
     * Reads the tokenizer ({@code tokenizer.json}). Close it with the model.
     *
     * @throws ModelRejectedException if it is missing, malformed or has ids beyond the model's vocabulary
     */
    public ModelTokenizer tokenizer() throws IOException, ModelRejectedException {
        ModelTokenizer tokenizer = gguf.isPresent() && find(path, TOKENIZER).isEmpty()
                ? ModelTokenizer.read(GgufTokenizer.of(gguf.get()).json())
                : ModelTokenizer.read(require(path, TOKENIZER, LARGEST_TOKENIZER));
        if (tokenizer.idBound() > config.vocabularySize()) {
            tokenizer.close();
            throw new ModelRejectedException(TOKENIZER + ": has token id " + (tokenizer.idBound() - 1) + ", but "
                    + CONFIG + " says vocab_size " + config.vocabularySize());
        }
        return tokenizer;
    }

    /**
     * The chat template: {@code chat_template.jinja}, else {@code chat_template.json}, else {@code chat_template} of {@code tokenizer_config.json}, else ChatML
     * if the tokenizer has its tokens. A model without any refuses to render a conversation and says so.
     *
     * @throws ModelRejectedException if the template is malformed or uses what is not supported
     */
    public ChatTemplate chatTemplate(ModelTokenizer tokenizer, Clock clock) throws IOException, ModelRejectedException {
        Optional<byte[]> file = read(path, TEMPLATE, LARGEST_TEMPLATE);
        String name = file.isPresent() ? TEMPLATE : TOKENIZER_CONFIG;
        Optional<byte[]> older = file.isPresent() ? Optional.empty() : read(path, OLDER_TEMPLATE, LARGEST_TEMPLATE);
        Optional<String> named = older.isPresent()
                ? ConfigJson.parse(OLDER_TEMPLATE, older.get()).string("chat_template")
                : tokenizerConfig.chatTemplate();
        String source = file.isPresent()
                ? new String(file.get(), StandardCharsets.UTF_8)
                : named.orElse(speaksChatMl(tokenizer) ? ModelChatTemplate.CHATML : NO_TEMPLATE);
        return new ModelChatTemplate(name, source, tokenizerConfig.specialTokens(), TemplateLimits.DEFAULT, clock);
    }

    /**
     * Ids of the tokens that end an answer: those of {@code generation_config.json}, else of {@code config.json}, and the
     * tokenizer's {@code eos_token}; with ChatML by default its end token too.
     */
    public Set<Integer> endTokens(ModelTokenizer tokenizer) throws IOException, ModelRejectedException {
        Set<Integer> ends =
                new TreeSet<>(generation.endTokens().isEmpty() ? config.endTokens() : generation.endTokens());
        String named = tokenizerConfig.specialTokens().get("eos_token");
        if (named != null) {
            tokenizer.id(named).ifPresent(ends::add);
        }
        boolean byDefault =
                tokenizerConfig.chatTemplate().isEmpty() && find(path, TEMPLATE).isEmpty();
        if (byDefault && speaksChatMl(tokenizer)) {
            tokenizer.id("<|im_end|>").ifPresent(ends::add);
        }
        return ends;
    }

    private static boolean speaksChatMl(ModelTokenizer tokenizer) {
        return tokenizer.id("<|im_start|>").isPresent()
                && tokenizer.id("<|im_end|>").isPresent();
    }

    private static Weights shards(Path path, ConfigJson index) throws IOException, ModelRejectedException {
        ConfigJson places = index.object("weight_map").orElseThrow(() -> index.refuse("weight_map", "is missing"));
        Map<String, String> fileOfTensor = new LinkedHashMap<>();
        Map<String, SafetensorsFile> files = new LinkedHashMap<>();
        for (String tensor : places.fields()) {
            String name = places.string(tensor).orElseThrow(() -> places.refuse("an entry", "names no file"));
            fileOfTensor.put(tensor, name);
            if (!files.containsKey(name)) {
                if (files.size() == MOST_SHARDS) {
                    throw index.refuse("weight_map", "names more than " + MOST_SHARDS + " files");
                }
                Path shard = find(path, name)
                        .orElseThrow(() -> new ModelRejectedException(name + ": named by " + INDEX + " but missing"));
                files.put(name, SafetensorsFile.open(shard));
            }
        }
        return ShardedWeights.join(INDEX, fileOfTensor, files);
    }

    static byte[] require(Path folder, String name, int limit) throws IOException, ModelRejectedException {
        return read(folder, name, limit)
                .orElseThrow(() -> new ModelRejectedException(name + ": missing in the model folder"));
    }

    static Optional<byte[]> read(Path folder, String name, int limit) throws IOException, ModelRejectedException {
        Optional<Path> file = find(folder, name);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file.get())) {
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new ModelRejectedException(name + ": larger than the " + limit + " bytes that are accepted");
            }
            return Optional.of(bytes);
        }
    }

    /** A file that lies in the folder itself; empty if there is none of that name. */
    static Optional<Path> find(Path folder, String name) throws IOException, ModelRejectedException {
        boolean plain = !name.isEmpty()
                && name.length() <= 255
                && name.chars().allMatch(c -> c > ' ' && c < 127 && c != '/' && c != '\\' && c != ':')
                && !name.startsWith(".");
        if (!plain) {
            throw new ModelRejectedException("a file name in the folder's index is refused: "
                    + name.substring(0, Math.min(100, name.length())).replaceAll("\\p{C}", "?")
                    + "; only names of files in the folder itself are accepted");
        }
        Path file = folder.resolve(name);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.exists(file) || !file.toRealPath().startsWith(folder)) {
            throw new ModelRejectedException(
                    name + ": a link that leads out of the model folder; copy the file itself (cp -rL does)");
        }
        if (!Files.isRegularFile(file)) {
            throw new ModelRejectedException(name + ": not a regular file");
        }
        return Optional.of(file);
    }
}
