// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.speech.SpeechFeatures;
import dev.rivulet.engine.speech.SpeechListener;
import dev.rivulet.engine.speech.SpeechRequest;
import dev.rivulet.engine.speech.SpeechRequest.Fallback;
import dev.rivulet.engine.speech.SpeechSegment;
import dev.rivulet.engine.speech.WindowEncoder;
import dev.rivulet.modelpackage.folder.SpeechConfig;
import dev.rivulet.modelpackage.folder.SpeechTokens;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes down one sound, window by window, as section 4.5 of the paper and {@code WhisperForConditionalGeneration.generate} of transformers do:
 * tries at rising temperatures, silence left out, each window led on from the text before.
 */
final class Transcription {

    /** Temperatures from here on give texts that the next window should not be led on from. */
    private static final double UNSURE = 0.5;

    private final SpeechSessions sessions;
    private final SpeechConfig config;
    private final SpeechTokens tokens;
    private final ModelTokenizer tokenizer;
    private final SpeechRequest request;
    private final int[] prompt;
    private final SpeechListener listener;
    private final boolean timestamps;
    private final WindowWriter writer;
    private final List<int[]> written = new ArrayList<>();

    /** @param prompt tokens that come before the text, without {@link SpeechTokens#previous}; may be empty */
    Transcription(
            SpeechSessions sessions,
            SpeechConfig config,
            SpeechTokens tokens,
            ModelTokenizer tokenizer,
            SpeechRequest request,
            int[] prompt,
            boolean timestamps,
            SpeechListener listener) {
        this.sessions = sessions;
        this.config = config;
        this.tokens = tokens;
        this.tokenizer = tokenizer;
        this.request = request;
        int most = config.targetPositions() / 2 - 1;
        this.prompt = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - most), prompt.length);
        this.listener = listener;
        this.timestamps = timestamps;
        writer = new WindowWriter(
                sessions,
                tokens,
                timestamps,
                config.targetPositions(),
                new SplittableRandom(request.seed()),
                listener::cancelled);
        if (prompt.length > 0) {
            written.add(this.prompt);
        }
    }

    void run(SpeechFeatures features, WindowEncoder encoder) {
        int window = config.windowFrames();
        boolean conditioned = request.conditioned();
        int[] opening = null;
        for (int seek = 0; seek < features.frames() && !listener.cancelled(); ) {
            int frames = Math.min(window, features.frames() - seek);
            sessions.listen(encoder.encode(features.window(seek, window)));
            if (opening == null) {
                opening = opening();
            }
            WindowText text = text(before(conditioned), opening);
            if (text == null) {
                return;
            }
            conditioned = request.conditioned() && text.temperature() < UNSURE;
            seek += silent(text) ? frames : told(text, seek, frames);
        }
    }

    /** Tells of a window's stretches; returns how far to move on. */
    private int told(WindowText text, int seek, int frames) {
        WindowCuts cuts = WindowCuts.of(text.tokens(), tokens.firstTimestamp(), seek, frames);
        for (WindowCuts.Stretch stretch : cuts.stretches()) {
            written.add(stretch.tokens());
            int[] words = IntStream.of(stretch.tokens())
                    .filter(token -> token < tokens.firstTimestamp())
                    .toArray();
            listener.segment(new SpeechSegment(
                    seek,
                    stretch.start(),
                    stretch.end(),
                    tokenizer.decode(words),
                    stretch.tokens(),
                    text.temperature(),
                    text.averageLogprob(),
                    text.compression(),
                    text.silence()));
        }
        return cuts.frames();
    }

    private @Nullable WindowText text(int[] before, int[] opening) {
        int[] all = Arrays.copyOf(before, before.length + opening.length);
        System.arraycopy(opening, 0, all, before.length, opening.length);
        WindowText text = null;
        for (double temperature : request.fallback().temperatures()) {
            text = writer.write(all, before.length, temperature);
            if (text == null || silent(text) || good(text)) {
                return text;
            }
        }
        return text;
    }

    private boolean good(WindowText text) {
        Fallback fallback = request.fallback();
        return text.compression() <= fallback.mostCompression() && text.averageLogprob() >= fallback.leastLogprob();
    }

    private boolean silent(WindowText text) {
        Fallback fallback = request.fallback();
        return text.averageLogprob() < fallback.leastLogprob() && text.silence() > fallback.mostSilence();
    }

    /** What stands before {@link SpeechTokens#start}: what was written before, or the prompt, or nothing. */
    private int[] before(boolean conditioned) {
        List<int[]> pieces = conditioned ? written : prompt.length > 0 ? List.of(prompt) : List.of();
        if (pieces.isEmpty()) {
            return new int[0];
        }
        int[] all = pieces.stream()
                .flatMapToInt(piece -> Arrays.stream(once(piece)))
                .toArray();
        int most = config.targetPositions() / 2 - 1;
        int kept = Math.min(most, all.length);
        int[] before = new int[kept + 1];
        before[0] = tokens.previous();
        System.arraycopy(all, all.length - kept, before, 1, kept);
        return before;
    }

    /** A stretch that ends with its time twice, which says that another follows, with that time once. */
    private int[] once(int[] stretch) {
        boolean twice = stretch.length > 2 && stretch[stretch.length - 2] >= tokens.firstTimestamp();
        return twice ? Arrays.copyOf(stretch, stretch.length - 1) : stretch;
    }

    /** The tokens that every window's text begins with; the language is detected if need be. */
    private int[] opening() {
        List<Integer> opening = new ArrayList<>();
        opening.add(tokens.start());
        if (tokens.languages().isEmpty()) {
            listener.language("");
        } else {
            String language = request.language().orElseGet(this::detected);
            listener.language(language);
            opening.add(Optional.ofNullable(tokens.languages().get(language))
                    .orElseThrow(
                            () -> new IllegalArgumentException("the model does not know the language " + language)));
            (request.translate() ? tokens.translate() : tokens.transcribe()).ifPresent(opening::add);
        }
        if (!timestamps) {
            opening.add(tokens.noTimestamps());
        }
        return opening.stream().mapToInt(Integer::intValue).toArray();
    }

    private String detected() {
        float[] logits = sessions.read(new int[] {tokens.start()}, 0, 0)[0];
        return tokens.languages().entrySet().stream()
                .max((one, other) -> Float.compare(logits[one.getValue()], logits[other.getValue()]))
                .orElseThrow()
                .getKey();
    }
}
