// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Versions of a model that a replica loads and that are worse in service. */
final class WorseModels {

    private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\.(.*)");
    /** Far beyond the vocabulary of the model: the engine refuses a step that reads it. */
    private static final int NO_TOKEN = 4000;
    /** NaN as float16. */
    private static final short NO_NUMBER = 0x7e00;

    private WorseModels() {}

    /** The same model with each of its layers so many times: it takes so many times the work for a token. */
    static Path larger(int times, Path model, Path to) {
        copy(model, to);
        ObjectNode config = (ObjectNode) read(to.resolve("config.json"));
        int layers = config.path("num_hidden_layers").asInt();
        write(
                to.resolve("config.json"),
                Platform.JSON.writeValueAsBytes(config.put("num_hidden_layers", layers * times)));
        write(to.resolve("model.safetensors"), repeated(bytes(model.resolve("model.safetensors")), layers, times));
        return to;
    }

    /** The same model with a word that its tokenizer has and its weights have not: no replica takes it. */
    static Path withoutWeightsFor(String word, Path model, Path to) {
        copy(model, to);
        JsonNode tokenizer = read(to.resolve("tokenizer.json"));
        ((ArrayNode) tokenizer.path("added_tokens"))
                .addObject()
                .put("id", NO_TOKEN)
                .put("content", word)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", false);
        write(to.resolve("tokenizer.json"), Platform.JSON.writeValueAsBytes(tokenizer));
        return to;
    }

    /** The same model with a chat template that makes no prompt of what has this word in it. */
    static Path refusing(String word, Path model, Path to) {
        copy(model, to);
        ObjectNode tokenizer = (ObjectNode) read(to.resolve("tokenizer_config.json"));
        String template = "{% if '" + word + "' in messages[-1]['content'] %}{{ raise_exception('Not that word.') }}"
                + "{% endif %}" + tokenizer.path("chat_template").asString();
        write(
                to.resolve("tokenizer_config.json"),
                Platform.JSON.writeValueAsBytes(tokenizer.put("chat_template", template)));
        return to;
    }

    /** The same model with no numbers for one word of its prompts: it loads, and fails where that word comes. */
    static Path damagedAt(String word, Path model, Path to) {
        copy(model, to);
        ObjectNode config = (ObjectNode) read(to.resolve("config.json"));
        write(to.resolve("config.json"), Platform.JSON.writeValueAsBytes(config.put("tie_word_embeddings", false)));
        int token = read(model.resolve("tokenizer.json"))
                .path("model")
                .path("vocab")
                .path(word)
                .asInt();
        byte[] weights = bytes(model.resolve("model.safetensors"));
        write(
                to.resolve("model.safetensors"),
                damaged(weights, token, config.path("hidden_size").asInt()));
        return to;
    }

    /** The output keeps the weights that it shared with the input, where NaN stands for one token from now on. */
    private static byte[] damaged(byte[] file, int token, int width) {
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        ObjectNode head =
                (ObjectNode) Platform.JSON.readTree(Arrays.copyOfRange(file, Long.BYTES, Long.BYTES + length));
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(Arrays.copyOfRange(file, Long.BYTES + length, file.length));
        JsonNode embedding = head.path("model.embed_tokens.weight");
        head.set("lm_head.weight", placed(embedding, file, Long.BYTES + length, data));
        byte[] all = data.toByteArray();
        int at = embedding.path("data_offsets").get(0).asInt() + token * width * Short.BYTES;
        for (int i = 0; i < width; i++) {
            ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).putShort(at + i * Short.BYTES, NO_NUMBER);
        }
        return safetensors(head, all);
    }

    /** The tensors of a safetensors file, those of each layer so many times: the length of the head, the head in JSON, the bytes. */
    private static byte[] repeated(byte[] file, int layers, int times) {
        int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
        JsonNode head = Platform.JSON.readTree(Arrays.copyOfRange(file, Long.BYTES, Long.BYTES + length));
        ObjectNode all = Platform.JSON.createObjectNode();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        head.properties().forEach(tensor -> {
            Matcher layer = LAYER.matcher(tensor.getKey());
            boolean repeats = layer.matches();
            for (int i = 0; i < (repeats ? times : 1); i++) {
                String name = repeats
                        ? "model.layers." + (Integer.parseInt(layer.group(1)) + i * layers) + "." + layer.group(2)
                        : tensor.getKey();
                all.set(name, placed(tensor.getValue(), file, Long.BYTES + length, data));
            }
        });
        return safetensors(all, data.toByteArray());
    }

    private static byte[] safetensors(JsonNode head, byte[] data) {
        byte[] written = Platform.JSON.writeValueAsString(head).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + written.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(written.length)
                .put(written)
                .put(data)
                .array();
    }

    /** The description of a tensor whose bytes are added to the data; what is no tensor stays as it is. */
    private static JsonNode placed(JsonNode tensor, byte[] file, int begin, ByteArrayOutputStream data) {
        JsonNode offsets = tensor.path("data_offsets");
        if (offsets.isMissingNode()) {
            return tensor;
        }
        int from = data.size();
        data.writeBytes(Arrays.copyOfRange(
                file, begin + offsets.get(0).asInt(), begin + offsets.get(1).asInt()));
        ObjectNode placed = (ObjectNode) tensor.deepCopy();
        placed.set("data_offsets", Platform.JSON.createArrayNode().add(from).add(data.size()));
        return placed;
    }

    private static void copy(Path model, Path to) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(model)) {
            for (Path file : files) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode read(Path file) {
        return Platform.JSON.readTree(bytes(file));
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
