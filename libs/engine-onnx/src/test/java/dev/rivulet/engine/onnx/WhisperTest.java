// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.onnx.WhisperFixtures.Expected;
import dev.rivulet.engine.onnx.WhisperFixtures.Segment;
import dev.rivulet.engine.speech.SpeechFeatures;
import dev.rivulet.engine.speech.SpeechListener;
import dev.rivulet.engine.speech.SpeechRequest;
import dev.rivulet.engine.speech.SpeechRequest.Fallback;
import dev.rivulet.engine.speech.SpeechSegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Whisper against transformers; {@code conformance/audio} in the checkout writes the fixtures. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WhisperTest {

    private static final OnnxEngine ENGINE = new OnnxEngine(OnnxSettings.ofSystem(), Clock.systemUTC());
    private static final Fallback ONCE = Fallback.none(0);

    private final Expected expected = WhisperFixtures.expected();
    private final SpeechFeatures window = WhisperFixtures.glide(expected.seconds());
    private OnnxSpeechModel model;

    @BeforeAll
    void load() throws Exception {
        model = (OnnxSpeechModel) ENGINE.loadSpeech(WhisperFixtures.FOLDER, 1, 0);
    }

    @AfterAll
    void close() {
        model.close();
    }

    /** Keeps what it hears; ends after some segments. */
    private static final class Notes implements SpeechListener {
        private final List<SpeechSegment> segments = new ArrayList<>();
        private String language = "none";
        private int most = Integer.MAX_VALUE;

        @Override
        public void language(String code) {
            language = code;
        }

        @Override
        public void segment(SpeechSegment segment) {
            segments.add(segment);
        }

        @Override
        public boolean cancelled() {
            return segments.size() >= most;
        }
    }

    private static SpeechRequest request(String language, boolean translate, boolean timestamps) {
        return new SpeechRequest(Optional.of(language), translate, "", timestamps, false, ONCE, 1);
    }

    private Notes written(SpeechFeatures features, SpeechRequest request, int... prompt) {
        Notes notes = new Notes();
        model.transcribe(features, request, prompt, model::encode, notes);
        return notes;
    }

    private static void same(List<SpeechSegment> actual, List<Segment> wanted) {
        assertThat(actual.stream().map(SpeechSegment::tokens))
                .containsExactlyElementsOf(wanted.stream().map(Segment::tokens).toList());
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(actual.get(i).start()).isCloseTo(wanted.get(i).start(), within(1e-6));
            assertThat(actual.get(i).end()).isCloseTo(wanted.get(i).end(), within(1e-6));
        }
    }

    private static void close(float[] actual, float[] wanted) {
        float largest = 0;
        for (float value : wanted) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(actual).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(actual[i]).isCloseTo(wanted[i], within(1e-3f * largest));
        }
    }

    @Test
    void hiddenStatesAndLogitsAreThoseOfTheReference() {
        float[] states = model.encode(window);
        float[] some = new float[expected.hidden().length];
        for (int i = 0; i < expected.hiddenFrames().length; i++) {
            System.arraycopy(states, expected.hiddenFrames()[i] * 32, some, i * 32, 32);
        }
        close(some, expected.hidden());
        List<Float> logits = new ArrayList<>();
        for (int row : expected.logitRows()) {
            float[] all = model.logits(states, expected.forced(), row)[0];
            for (int i = 0; i < all.length; i += 7) {
                logits.add(all[i]);
            }
        }
        float[] found = new float[logits.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = logits.get(i);
        }
        close(found, expected.logits());
    }

    @Test
    void aTextWithoutTimesIsThatOfTheReferenceTokenByToken() {
        Notes notes = written(window, request("en", false, false));
        int[] all = notes.segments.stream()
                .flatMapToInt(segment -> IntStream.of(segment.tokens()))
                .toArray();
        assertThat(all).isEqualTo(expected.plain());
    }

    @Test
    void aTranslationWithTimesIsThatOfTheReference() {
        same(written(window, request("de", true, true)).segments, expected.timed());
    }

    @Test
    void aPromptLeadsTheTextAsInTheReference() {
        same(written(window, request("en", false, true), 40, 41, 42).segments, expected.prompted());
    }

    @Test
    void aLanguageThatIsNotNamedIsDetected() {
        Notes notes = new Notes();
        SpeechRequest request = new SpeechRequest(Optional.empty(), false, "", false, false, ONCE, 1);
        model.transcribe(window, request, model::encode, notes);
        assertThat(expected.language())
                .isEqualTo(302 + List.of("en", "de", "ja").indexOf(notes.language));
    }

    @Test
    void aLongSoundIsWrittenWindowByWindowAsInTheReference() {
        SpeechFeatures sound = WhisperFixtures.bursts(expected.longSeconds());
        same(written(sound, request("en", false, true)).segments, expected.longForm());
        SpeechRequest conditioned = new SpeechRequest(Optional.of("en"), false, "", true, true, ONCE, 1);
        same(written(sound, conditioned).segments, expected.longConditioned());
    }

    @Test
    void whatIsUnlikelyInSilenceIsLeftOutAsInTheReference() {
        SpeechFeatures sound = WhisperFixtures.bursts(expected.longSeconds());
        Fallback strict = new Fallback(List.of(0.0), 1.35, -0.5, 1e-4);
        SpeechRequest request = new SpeechRequest(Optional.of("en"), false, "", true, false, strict, 1);
        same(written(sound, request).segments, expected.longStrict());
    }

    @Test
    void aWindowThatFailsItsConditionsIsTriedAtTheNextTemperatureTheSameWayForTheSameSeed() {
        Fallback never = new Fallback(List.of(0.0, 0.4, 1.0), 0.01, 0.0, 1);
        SpeechRequest request = new SpeechRequest(Optional.of("en"), false, "", true, true, never, 7);
        List<SpeechSegment> first = written(window, request).segments;
        assertThat(first).isNotEmpty().allMatch(segment -> segment.temperature() == 1.0);
        List<int[]> again = written(window, request).segments.stream()
                .map(SpeechSegment::tokens)
                .toList();
        assertThat(again)
                .containsExactlyElementsOf(
                        first.stream().map(SpeechSegment::tokens).toList());
    }

    @Test
    void aListenerThatWantsNoMoreEndsTheTranscription() {
        Notes notes = new Notes();
        notes.most = 1;
        model.transcribe(
                WhisperFixtures.bursts(expected.longSeconds()), request("en", false, true), model::encode, notes);
        assertThat(notes.segments.size()).isLessThan(expected.longForm().size());
    }

    @Test
    void whatTheModelDoesNotKnowIsRefusedWithItsName() {
        assertThatThrownBy(() -> written(window, request("xx", false, false))).hasMessageContaining("language xx");
        SpeechFeatures wide = new SpeechFeatures(128, 3000, new float[128 * 3000]);
        assertThatThrownBy(() -> written(wide, request("en", false, false))).hasMessageContaining("80 mels");
    }

    @Test
    void aFolderThatIsDamagedIsRefused(@TempDir Path folder) throws Exception {
        for (String name : List.of("config.json", "generation_config.json", "tokenizer.json", "model.safetensors")) {
            Files.copy(WhisperFixtures.FOLDER.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        String config = Files.readString(folder.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"), config.replace("\"decoder_layers\": 2", "\"decoder_layers\": 1"));
        assertThatThrownBy(() -> ENGINE.loadSpeech(folder, 1, 0))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageContaining("decoder.layers.1");
    }
}
