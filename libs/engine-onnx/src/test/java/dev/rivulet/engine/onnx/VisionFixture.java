// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.Picture;
import dev.rivulet.image.ImageInput;
import dev.rivulet.image.ImageLimits;
import dev.rivulet.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A tiny random model that sees, and what transformers computes from it; {@code conformance/vision} in the checkout writes them. */
record VisionFixture(Path folder, Expected expected) {

    static final Path ALL = Path.of("src/test/resources/vision");

    /** What {@code expected.json} holds. */
    record Expected(Map<String, Seen> pictures, List<Answer> answers) {}

    /**
     * @param levels of each part, red, green and blue planes in base64
     * @param rows that the decoder gets
     */
    record Seen(List<String> levels, float[] rows) {}

    /**
     * @param pictures names, in the order of the conversation
     * @param turns role and parts: texts, and numbers for pictures
     * @param ids of the prompt
     * @param logits after it
     * @param greedy tokens that follow
     */
    record Answer(List<String> pictures, JsonNode turns, int[] ids, float[] logits, int[] greedy) {

        List<ChatMessage> messages() {
            List<ChatMessage> messages = new ArrayList<>();
            for (JsonNode turn : turns) {
                List<ChatMessage.Part> parts = new ArrayList<>();
                for (JsonNode part : turn.get(1)) {
                    parts.add(
                            part.isNumber()
                                    ? new ChatMessage.PicturePart()
                                    : new ChatMessage.TextPart(part.stringValue()));
                }
                messages.add(new ChatMessage(turn.get(0).stringValue(), parts));
            }
            return messages;
        }
    }

    static VisionFixture of(String name) throws Exception {
        Path folder = ALL.resolve(name);
        String json = Files.readString(folder.resolve("expected.json"));
        return new VisionFixture(folder, JsonMapper.shared().readValue(json, Expected.class));
    }

    static RgbImage image(String name) throws Exception {
        byte[] file = Files.readAllBytes(ALL.resolve("pictures").resolve(name + ".png"));
        return new ImageInput(ImageLimits.DEFAULT).read(file);
    }

    static Picture picture(String name) throws Exception {
        RgbImage image = image(name);
        return new Picture(image.width(), image.height(), image.rgb());
    }

    LanguageModel open(int chunk) throws Exception {
        OnnxEngine engine = new OnnxEngine(OnnxSettings.ofSystem(), Clock.systemUTC());
        return engine.load(folder, new EngineOptions(2, 0, 1, chunk));
    }
}
