// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.safetensors.SafetensorsFile;
import dev.rivulet.modelpackage.safetensors.TensorInfo;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A LoRA adapter as PEFT saves it: {@code adapter_config.json} and {@code adapter_model.safetensors}. To a matrix {@code W} it adds
 * {@code scale · B · A} (Hu et al. 2021). What it would do beyond that is refused: one rank and one scale for all layers, no DoRA, no
 * biases, no layers of its own.
 *
 * @param rank rows of every {@code A}, columns of every {@code B}
 * @param scale {@code alpha / rank}, or by the square root of the rank where {@code use_rslora} says so
 * @param parts by the name of the matrix in the base model, such as {@code model.layers.0.self_attn.q_proj.weight}
 * @param weights holds the tensors that the parts name
 */
public record AdapterFolder(int rank, double scale, Map<String, Part> parts, Weights weights) {

    /** Largest rank that is read. */
    public static final int LARGEST_RANK = 256;

    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final int LARGEST_CONFIG = 1 << 20;
    private static final String PREFIX = "base_model.model.";
    private static final String DOWN = ".lora_A.weight";
    private static final String UP = ".lora_B.weight";
    private static final List<String> FLAGS =
            List.of("use_dora", "use_qalora", "lora_bias", "fan_in_fan_out", "use_bdlora");
    private static final List<String> EXTRAS = List.of(
            "rank_pattern",
            "alpha_pattern",
            "modules_to_save",
            "layer_replication",
            "trainable_token_indices",
            "target_parameters",
            "alora_invocation_tokens");

    public AdapterFolder {
        parts = Collections.unmodifiableMap(new TreeMap<>(parts));
    }

    /**
     * The two factors of one matrix.
     *
     * @param down name of {@code A}, {@code [rank, inputs]}
     * @param up name of {@code B}, {@code [outputs, rank]}
     */
    public record Part(String down, String up, int inputs, int outputs) {}

    /**
     * @throws ModelRejectedException if a file is malformed, or the adapter does what is not supported; the message names the field or
     *     the tensor
     */
    public static AdapterFolder open(Path path) throws IOException, ModelRejectedException {
        if (!Files.isDirectory(path)) {
            throw new ModelRejectedException("an adapter is a folder with " + CONFIG + " and " + WEIGHTS);
        }
        Path folder = path.toRealPath();
        ConfigJson config = ConfigJson.parse(CONFIG, ModelFolder.require(folder, CONFIG, LARGEST_CONFIG));
        check(config);
        int rank = config.number("r", 1, LARGEST_RANK);
        double alpha = config.real("lora_alpha", 0, 1e6).orElseThrow(() -> config.refuse("lora_alpha", "is missing"));
        double scale = alpha / (config.flag("use_rslora", false) ? Math.sqrt(rank) : rank);
        Path file = ModelFolder.find(folder, WEIGHTS)
                .orElseThrow(() -> new ModelRejectedException(WEIGHTS + ": missing in the adapter's folder"));
        Weights weights = SafetensorsFile.open(file);
        return new AdapterFolder(rank, scale, parts(weights, rank), weights);
    }

    private static void check(ConfigJson config) throws ModelRejectedException {
        String type = config.string("peft_type").orElse("");
        if (!type.equals("LORA")) {
            throw config.refuse("peft_type", "must be LORA");
        }
        if (!config.string("bias").orElse("none").equals("none")) {
            throw config.refuse("bias", "must be none: biases of adapters are not supported");
        }
        for (String flag : FLAGS) {
            if (config.flag(flag, false)) {
                throw config.refuse(flag, "is not supported; it must be false");
            }
        }
        for (String extra : EXTRAS) {
            if (config.filled(extra)) {
                throw config.refuse(extra, "is not supported; it must be empty");
            }
        }
    }

    private static Map<String, Part> parts(Weights weights, int rank) throws ModelRejectedException {
        Map<String, Part> parts = new TreeMap<>();
        Set<String> left = new TreeSet<>(weights.names());
        for (String name : weights.names()) {
            if (name.startsWith(PREFIX) && name.endsWith(DOWN)) {
                String layer = name.substring(PREFIX.length(), name.length() - DOWN.length());
                String up = PREFIX + layer + UP;
                parts.put(layer + ".weight", part(weights, name, up, rank));
                left.remove(name);
                left.remove(up);
            }
        }
        if (!left.isEmpty() || parts.isEmpty()) {
            String shown =
                    left.isEmpty() ? "no factors of any layer" : left.iterator().next();
            throw new ModelRejectedException(WEIGHTS + ": holds "
                    + shown.substring(0, Math.min(100, shown.length())).replaceAll("\\p{C}", "?")
                    + "; only pairs of " + DOWN + " and " + UP + " are supported");
        }
        return parts;
    }

    private static Part part(Weights weights, String down, String up, int rank) throws ModelRejectedException {
        List<Long> first = shape(weights.info(down));
        List<Long> second = shape(weights.info(up));
        if (first.get(0) != rank || second.get(1) != rank) {
            throw new ModelRejectedException(WEIGHTS + ": '" + down + "' and its partner have the shapes " + first
                    + " and " + second + "; by " + CONFIG + " their rank must be " + rank);
        }
        return new Part(down, up, Math.toIntExact(first.get(1)), Math.toIntExact(second.get(0)));
    }

    private static List<Long> shape(TensorInfo tensor) throws ModelRejectedException {
        List<Long> shape = tensor.shape();
        if (shape.size() != 2 || shape.stream().anyMatch(size -> size < 1 || size > Integer.MAX_VALUE)) {
            throw new ModelRejectedException(WEIGHTS + ": '" + tensor.name() + "' must be a matrix, is " + shape);
        }
        return shape;
    }
}
