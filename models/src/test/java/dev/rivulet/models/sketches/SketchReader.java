// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.ChatTemplate;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.Picture;
import dev.rivulet.engine.Prompt;
import dev.rivulet.engine.SoftTokens;
import dev.rivulet.engine.Vision;
import dev.rivulet.engine.onnx.OnnxEngine;
import dev.rivulet.engine.onnx.OnnxSettings;
import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The shipped sketch model in the runtime that serves it: one picture and one question, the likeliest answer. */
final class SketchReader implements AutoCloseable {

    static final Path FOLDER = Path.of("optional/rivulet-sketch");
    private static final int LONGEST = 32;
    private static final int CONTEXT = 128;

    private final LanguageModel model;
    private final Vision vision;

    SketchReader() throws Exception {
        model = new OnnxEngine(OnnxSettings.ofSystem(), Clock.systemUTC())
                .load(FOLDER, new EngineOptions(1, CONTEXT, 1, CONTEXT));
        vision = model.vision().orElseThrow();
    }

    String ask(BufferedImage image, String question) throws ChatTemplate.TemplateException {
        Picture picture = picture(image);
        ChatMessage asked =
                new ChatMessage("user", List.of(new ChatMessage.PicturePart(), new ChatMessage.TextPart(question)));
        Prompt prompt = model.chatTemplate()
                .render(List.of(asked), true)
                .placed(
                        vision.placeholder(),
                        List.of(vision.plan(picture.width(), picture.height()).text()));
        int[] ids = model.tokenizer().encode(prompt);
        int[] places = IntStream.range(0, ids.length)
                .filter(at -> ids[at] == vision.token())
                .toArray();
        SoftTokens soft = new SoftTokens(vision.width(), places, vision.encode(picture));
        FloatBuffer logits = model.decoder().prefill(0, 0, ids, soft);
        int[] answer = new int[LONGEST];
        int length = 0;
        while (length < LONGEST) {
            int token = likeliest(logits);
            if (model.facts().endTokens().contains(token)) {
                break;
            }
            answer[length] = token;
            logits = model.decoder().decode(1, new int[] {token}, new int[] {ids.length + length++});
        }
        return model.tokenizer().decode(Arrays.copyOf(answer, length));
    }

    private static Picture picture(BufferedImage image) {
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        byte[] rgb = new byte[3 * pixels.length];
        for (int at = 0; at < pixels.length; at++) {
            rgb[3 * at] = (byte) (pixels[at] >> 16);
            rgb[3 * at + 1] = (byte) (pixels[at] >> 8);
            rgb[3 * at + 2] = (byte) pixels[at];
        }
        return new Picture(image.getWidth(), image.getHeight(), rgb);
    }

    private static int likeliest(FloatBuffer logits) {
        int best = 0;
        for (int at = 1; at < logits.remaining(); at++) {
            best = logits.get(at) > logits.get(best) ? at : best;
        }
        return best;
    }

    @Override
    public void close() {
        model.close();
    }
}
