// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.home.UsageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Which files of a folder or repository a model is made of. Nothing else is taken, pickles least of all. */
final class WantedFiles {
    private static final Set<String> BESIDE_ANY = Set.of(
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "chat_template.jinja");
    private static final Set<String> BESIDE_SAFETENSORS =
            Set.of("config.json", "modules.json", "1_Pooling/config.json");
    private static final String WHOLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final Pattern SHARD = Pattern.compile("model-\\d{5}-of-\\d{5}\\.safetensors");
    private static final Pattern PICKLE = Pattern.compile(".*\\.(bin|pt|pth|pkl|ckpt|h5)");
    private static final Pattern GGUF = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+@=-]*\\.gguf");

    private WantedFiles() {}

    /**
     * Chooses.
     *
     * @param where the folder or repository, for messages
     * @param names of all its files, with slashes
     * @param gguf the GGUF file that is meant, or empty for safetensors if there are some
     */
    static List<String> of(String where, Collection<String> names, String gguf) {
        List<String> weights = gguf.isEmpty() ? safetensors(names) : List.of();
        if (weights.isEmpty()) {
            weights = List.of(gguf(where, names, gguf));
        }
        boolean plain = weights.getFirst().endsWith(".gguf");
        List<String> wanted = new ArrayList<>(names.stream()
                .filter(name -> BESIDE_ANY.contains(name) || !plain && BESIDE_SAFETENSORS.contains(name))
                .sorted()
                .toList());
        if (!plain && !wanted.contains("config.json")) {
            throw new UsageException(where + " has weights and no config.json, which says how to use them.");
        }
        // Small files first: a model that is refused by its configuration then costs no long wait.
        wanted.addAll(weights);
        return List.copyOf(wanted);
    }

    private static List<String> safetensors(Collection<String> names) {
        if (names.contains(WHOLE)) {
            return List.of(WHOLE);
        }
        if (!names.contains(INDEX)) {
            return List.of();
        }
        List<String> shards = new ArrayList<>(List.of(INDEX));
        names.stream().filter(name -> SHARD.matcher(name).matches()).sorted().forEach(shards::add);
        return shards;
    }

    private static String gguf(String where, Collection<String> names, String wanted) {
        List<String> found = names.stream()
                .filter(name -> GGUF.matcher(name).matches())
                .sorted()
                .toList();
        if (found.contains(wanted)) {
            return wanted;
        }
        if (wanted.isEmpty() && found.size() == 1) {
            return found.getFirst();
        }
        if (!found.isEmpty()) {
            throw new UsageException(where + (wanted.isEmpty() ? " has several GGUF files" : " has no file " + wanted)
                    + "; give one with --file: " + String.join(", ", found.subList(0, Math.min(40, found.size()))));
        }
        boolean pickles = names.stream().anyMatch(name -> PICKLE.matcher(name).matches());
        throw new UsageException(
                where + " has no weights that are read (" + WHOLE + ", " + INDEX + " with its shards, or a GGUF file)."
                        + (pickles
                                ? " Its .bin, .pt or .h5 files may hold pickled objects, which run code where they are"
                                        + " loaded; take a revision with safetensors, or convert them."
                                : ""));
    }
}
