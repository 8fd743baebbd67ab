// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a model does. */
public enum Task {
    TEXT_GENERATION("text-generation"),
    TEXT_CLASSIFICATION("text-classification"),
    TOKEN_CLASSIFICATION("token-classification"),
    /** Embeddings. */
    FEATURE_EXTRACTION("feature-extraction"),
    /** Text of speech. */
    AUTOMATIC_SPEECH_RECOGNITION("automatic-speech-recognition"),
    /** Spoken commands. */
    AUDIO_CLASSIFICATION("audio-classification"),
    /** Any graph in {@code model.onnx}. */
    ONNX("onnx"),
    /** Versions of it name the model that they change in the tag {@code base}. */
    LORA_ADAPTER("lora-adapter"),
    /** What the registry keeps and no replica serves. */
    OTHER("other");

    private final String wire;

    Task(String wire) {
        this.wire = wire;
    }

    /** The task in JSON and in events. */
    public String wire() {
        return wire;
    }

    /**
     * Reads what a caller sent.
     *
     * @throws ProblemException if it is missing or unknown
     */
    public static Task parse(@Nullable String text, String param) {
        return Arrays.stream(values())
                .filter(task -> task.wire.equals(text))
                .findFirst()
                .orElseThrow(() -> new ProblemException(Problem.at(
                        text == null ? ProblemCode.MISSING_PARAMETER : ProblemCode.INVALID_VALUE,
                        param,
                        "Give one of " + Arrays.stream(values()).map(Task::wire).collect(Collectors.joining(", "))
                                + ".")));
    }
}
