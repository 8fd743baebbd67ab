// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.importer;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.onnx.ModelQuantiser;
import dev.rivulet.engine.onnx.QualityMeter.Passage;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Paragraphs to measure with: every other one calibrates, those between are predicted. A form that was fitted to a text is so
 * measured on another.
 *
 * @param name for the version's tags
 * @param paragraphs at least two
 */
record TestText(String name, List<String> paragraphs) {
    private static final int LARGEST = 4 << 20;
    private static final int MOST_PARAGRAPHS = 512;
    private static final int LONGEST = 512;
    private static final int GIVEN = 4;

    /** The text of a file, or the built-in one. */
    static TestText of(@Nullable Path file) throws IOException, ModelRejectedException {
        try (InputStream bytes =
                file == null ? TestText.class.getResourceAsStream("text.txt") : Files.newInputStream(file)) {
            if (bytes == null) {
                throw new IllegalStateException("the built-in text is missing");
            }
            String text = new String(bytes.readNBytes(LARGEST), StandardCharsets.UTF_8);
            List<String> paragraphs = List.of(text.strip().split("\\n\\s*\\n"));
            if (paragraphs.size() < 2) {
                throw new ModelRejectedException(
                        "the text to measure with needs two paragraphs or more, with an empty line"
                                + " between them: every other one calibrates, the others are predicted");
            }
            String name = file == null ? "built-in" : String.valueOf(file.getFileName());
            return new TestText(name, paragraphs.subList(0, Math.min(MOST_PARAGRAPHS, paragraphs.size())));
        }
    }

    /** As tokens of a model. */
    ModelQuantiser.Texts tokens(ModelTokenizer tokenizer) {
        List<int[]> calibration = new ArrayList<>();
        List<Passage> test = new ArrayList<>();
        for (int i = 0; i < paragraphs.size(); i++) {
            int[] all = tokenizer.encode(paragraphs.get(i).replace('\n', ' '));
            int[] tokens = all.length <= LONGEST ? all : java.util.Arrays.copyOf(all, LONGEST);
            if (i % 2 == 0) {
                calibration.add(tokens);
            } else if (tokens.length > GIVEN) {
                test.add(new Passage(tokens, GIVEN));
            }
        }
        return new ModelQuantiser.Texts(calibration, test);
    }
}
