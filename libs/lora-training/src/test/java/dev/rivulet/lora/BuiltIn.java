// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.modelpackage.folder.ModelFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.SplittableRandom;

/** The built-in assistant, read once for all tests. */
final class BuiltIn {

    static final Path FOLDER = Path.of("..", "..", "models", "artefacts", "rivulet-assistant");
    static final FrozenDecoder DECODER = read();

    private BuiltIn() {}

    private static FrozenDecoder read() {
        try {
            return FrozenDecoder.read(ModelFolder.open(FOLDER));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static AdaptedDecoder adapted(int rank, String... targets) {
        return new AdaptedDecoder(DECODER, new Adaptation(rank, 2.0 * rank, 7, List.of(targets)));
    }

    static Conversations conversations() throws Exception {
        return Conversations.of(ModelFolder.open(FOLDER), 256, Clock.systemUTC());
    }

    static Sequence sequence(Conversations conversations, String said, String answer) {
        return conversations
                .sequence(List.of(new ChatMessage("user", said)), answer)
                .orElseThrow();
    }

    static Parameters random(AdaptedDecoder decoder, double size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[decoder.layout().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (size * random.nextGaussian());
        }
        return new Parameters(decoder.layout(), values);
    }
}
