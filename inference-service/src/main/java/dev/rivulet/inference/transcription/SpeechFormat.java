// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.transcription;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Arrays;
import java.util.Locale;
import org.springframework.http.MediaType;

/** Forms of an answer, as OpenAI names them. */
enum SpeechFormat {
    JSON(MediaType.APPLICATION_JSON),
    TEXT(MediaType.parseMediaType("text/plain;charset=utf-8")),
    SRT(MediaType.parseMediaType("text/plain;charset=utf-8")),
    VERBOSE_JSON(MediaType.APPLICATION_JSON),
    VTT(MediaType.parseMediaType("text/vtt;charset=utf-8"));

    private final MediaType type;

    SpeechFormat(MediaType type) {
        this.type = type;
    }

    MediaType type() {
        return type;
    }

    static SpeechFormat of(String wire) {
        return Arrays.stream(values())
                .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(wire))
                .findFirst()
                .orElseThrow(() -> new ProblemException(Problem.at(
                        ProblemCode.INVALID_VALUE,
                        "response_format",
                        "'response_format' must be json, text, srt, verbose_json or vtt.")));
    }
}
