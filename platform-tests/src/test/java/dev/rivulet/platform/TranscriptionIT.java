// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** A tiny random Whisper model, imported by the command and asked by the unmodified client of npm in each form of an answer. */
@ExtendWith(OnPlatform.class)
class TranscriptionIT {

    private static final String MODEL = "whisper-random";
    private static final Path FOLDER = Platform.repository().resolve("libs/engine-onnx/src/test/resources/whisper");
    private static final Path SOUNDS = Platform.repository().resolve("libs/audio-input/src/test/resources/audio");

    @Test
    void openaiForNodeHasRecordingsWrittenDownInEachForm(Platform platform) {
        platform.run("models", "import", FOLDER.toString(), "--name", MODEL).succeeded();
        Embedder.await(platform, MODEL);

        JsonNode seen = NodeProgram.run(platform, "transcriptions.mjs", MODEL, SOUNDS.toString());

        String text = seen.path("json").path("text").asString("");
        assertThat(text).isNotBlank();
        assertThat(seen.path("verbose").path("text").asString("")).isEqualTo(text);
        assertThat(seen.path("verbose").path("language").asString("")).isEqualTo("english");
        assertThat(seen.path("verbose").path("segments").size()).isPositive();
        assertThat(seen.path("text").asString("")).isEqualTo(text + "\n");
        assertThat(seen.path("srt").asString("")).startsWith("1\n00:00:");
        assertThat(seen.path("vtt").asString("")).startsWith("WEBVTT\n\n00:00:");
        JsonNode events = seen.path("events");
        assertThat(events.path(0).path("type").asString("")).isEqualTo("transcript.text.delta");
        assertThat(events.path(events.size() - 1).path("type").asString("")).isEqualTo("transcript.text.done");
        assertThat(events.path(events.size() - 1).path("text").asString("")).isEqualTo(text);
        assertThat(seen.path("kinds").size()).isEqualTo(4);
        assertThat(seen.path("translation").path("task").asString("")).isEqualTo("translate");
        assertThat(seen.path("errors").toString())
                .isEqualTo("[\"BadRequestError response_format\",\"BadRequestError language\","
                        + "\"BadRequestError timestamp_granularities\",\"BadRequestError file\"]");
    }
}
