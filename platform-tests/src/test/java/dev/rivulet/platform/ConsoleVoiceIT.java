// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A person speaks into the playground; Chromium takes the microphone's sound from a file. */
@ExtendWith(OnPlatform.class)
class ConsoleVoiceIT {

    /** The worklet hands on 128 samples at a time, 16,000 a second. */
    private static final int PIECES_OF_FOUR_SECONDS = 4 * 16_000 / 128;

    /** Before and after what is said: the file plays from when the microphone opens, which is before the page listens. */
    private static final int QUIET_SECONDS = 2;

    @Test
    void whatIsSaidIntoTheMicrophoneIsUnderstoodAndCanBeSent(Platform platform, @TempDir Path folder) throws Exception {
        assumeTrue(VoiceIT.speaks(), "espeak-ng is not installed (Debian: apt-get install espeak-ng)");
        Embedder.await(platform, "rivulet-commands");
        Path sound = spoken(platform, folder);
        List<String> microphone = List.of(
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                "--use-file-for-fake-audio-capture=" + sound + "%noloop");
        try (ConsoleWindow window = ConsoleWindow.open(platform.url("CONSOLE"), microphone)) {
            window.show("playground");
            assertThat(window.at("send")).isEnabled();
            window.at("microphone").click();
            assertThat(window.at("heard")).hasText("Listening …");
            assertThat(window.at("microphone")).hasAttribute("aria-pressed", "true");
            window.page()
                    .waitForFunction(
                            "most => document.querySelector('rivulet-playground').recording.pieces.length > most",
                            PIECES_OF_FOUR_SECONDS);
            window.at("microphone").click();

            assertThat(window.at("heard")).containsText("command");
            assertThat(window.at("prompt")).hasValue("lights on");
            window.inspect("playground-heard");
            window.at("send").click();
            assertThat(window.page().locator("[data-testid='message-assistant'][data-state='done']"))
                    .hasCount(1);
            assertThat(window.complaints()).isEmpty();
        }
    }

    private static Path spoken(Platform platform, Path folder) throws IOException, InterruptedException {
        HttpRequest request =
                new Chat(platform).request("/v1/audio/speech", """
                        {"model":"tts-1","voice":"alloy","input":"Turn on the lights.","response_format":"wav"}""").build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            return betweenSilences(answer.body(), folder.resolve("spoken.wav"));
        }
    }

    private static Path betweenSilences(byte[] wav, Path file) throws IOException {
        try (AudioInputStream spoken = AudioSystem.getAudioInputStream(new ByteArrayInputStream(wav))) {
            AudioFormat format = spoken.getFormat();
            byte[] silence = new byte[(int) (QUIET_SECONDS * format.getFrameRate()) * format.getFrameSize()];
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(silence);
            spoken.transferTo(all);
            all.write(silence);
            AudioSystem.write(
                    new AudioInputStream(
                            new ByteArrayInputStream(all.toByteArray()), format, all.size() / format.getFrameSize()),
                    AudioFileFormat.Type.WAVE,
                    file.toFile());
            return file;
        } catch (UnsupportedAudioFileException e) {
            throw new IOException(e);
        }
    }
}
