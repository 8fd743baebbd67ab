// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.Readout.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What the files of sentence-transformers say ({@code modules.json}, {@code 1_Pooling/config.json},
 * {@code sentence_bert_config.json}); without them texts are pooled by the mean of their tokens, as that library does.
 *
 * @param embedding how hidden states become a vector
 * @param longest most tokens of a text, if a file says so
 */
record SentenceModules(Readout.Embedding embedding, OptionalInt longest) {

    private static final String MODULES = "modules.json";
    private static final String SENTENCES = "sentence_bert_config.json";
    private static final String POOLING = "config.json";
    private static final int LARGEST = 1 << 20;
    private static final int MOST_MODULES = 8;
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final String MODE = "pooling_mode_";

    static SentenceModules read(Path folder) throws IOException, ModelRejectedException {
        Optional<byte[]> modules = ModelFolder.read(folder, MODULES, LARGEST);
        Pooling pooling = Pooling.MEAN;
        boolean normalised = false;
        if (modules.isPresent()) {
            List<ConfigJson> listed = ConfigJson.parseList(MODULES, modules.get(), MOST_MODULES);
            for (ConfigJson module : listed) {
                String type = module.string("type").orElse("");
                switch (type.substring(type.lastIndexOf('.') + 1)) {
                    case "Transformer" -> requireHere(module);
                    case "Pooling" -> pooling = pooling(folder, module);
                    case "Normalize" -> normalised = true;
                    default ->
                        throw module.refuse(
                                "type", "must be Transformer, Pooling or Normalize; others are not supported");
                }
            }
        }
        return new SentenceModules(new Readout.Embedding(pooling, normalised), longest(folder));
    }

    private static OptionalInt longest(Path folder) throws IOException, ModelRejectedException {
        Optional<byte[]> file = ModelFolder.read(folder, SENTENCES, LARGEST);
        return file.isEmpty()
                ? OptionalInt.empty()
                : ConfigJson.parse(SENTENCES, file.get()).optionalNumber("max_seq_length", 3, 1 << 20);
    }

    private static void requireHere(ConfigJson module) throws ModelRejectedException {
        if (!module.string("path").orElse("").isEmpty()) {
            throw module.refuse("path", "of the Transformer must be empty: its files lie in the folder itself");
        }
    }

    private static Pooling pooling(Path folder, ConfigJson module) throws IOException, ModelRejectedException {
        String path = module.string("path").orElse("");
        if (!PATH.matcher(path).matches()) {
            throw module.refuse("path", "must be the name of a folder beside " + MODULES);
        }
        Path below = folder.resolve(path);
        if (!Files.isDirectory(below) || !below.toRealPath().startsWith(folder)) {
            throw module.refuse("path", "names a folder that is missing or leads out of the model's");
        }
        String name = path + "/" + POOLING;
        byte[] file = ModelFolder.read(below.toRealPath(), POOLING, LARGEST)
                .orElseThrow(() -> new ModelRejectedException(name + ": missing in the model folder"));
        return pooling(ConfigJson.parse(name, file));
    }

    private static Pooling pooling(ConfigJson json) throws ModelRejectedException {
        if (json.isString("pooling_mode")) {
            return named(json, json.string("pooling_mode").orElse(""));
        }
        Optional<Pooling> found = Optional.empty();
        for (String field : json.fields()) {
            if (field.startsWith(MODE) && json.flag(field, false)) {
                if (found.isPresent()) {
                    throw json.refuse(field, "is a second way of pooling; joined vectors are not supported");
                }
                found = Optional.of(named(
                        json,
                        field.substring(MODE.length()).replace("_tokens", "").replace("_token", "")));
            }
        }
        return found.orElseThrow(() -> json.refuse(MODE + "mean_tokens", "or another way of pooling must be true"));
    }

    private static Pooling named(ConfigJson json, String mode) throws ModelRejectedException {
        return switch (mode) {
            case "cls" -> Pooling.FIRST;
            case "mean" -> Pooling.MEAN;
            case "max" -> Pooling.MAX;
            default -> throw json.refuse("pooling_mode", "must be cls, mean or max; others are not supported");
        };
    }
}
