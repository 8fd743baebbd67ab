// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;

/**
 * Speaks with the program {@code espeak-ng}, one child process a text. The text goes to its standard input, and no shell is between;
 * it is killed when nobody listens any longer or its time is over.
 */
final class EspeakSynthesiser implements Synthesiser {

    private static final Logger log = LoggerFactory.getLogger(EspeakSynthesiser.class);
    private static final int WORDS_A_MINUTE = 175;
    private static final int SLOWEST = 80;
    private static final int FASTEST = 450;
    private static final int CHUNK = 8_192;
    private static final int GRACE_SECONDS = 2;

    private final SpeechProperties limits;
    private final Scheduler threads;

    /** @param threads where the program's output is waited for */
    EspeakSynthesiser(SpeechProperties limits, Scheduler threads) {
        this.limits = limits;
        this.threads = threads;
    }

    @Override
    public Flux<byte[]> speak(SpeechRequest request) {
        return Flux.using(
                        () -> begin(request),
                        speaking -> Flux.<byte[]>generate(sink -> next(speaking, sink)),
                        Speaking::close)
                .filter(chunk -> chunk.length > 0)
                .subscribeOn(threads);
    }

    /** A text that is spoken now. */
    private static final class Speaking {

        private final Process process;
        private final InputStream sound;
        private final WavHead head = new WavHead();
        private final RateChange rate = new RateChange();
        private boolean begun;

        Speaking(Process process) {
            this.process = process;
            this.sound = process.getInputStream();
        }

        void close() {
            process.destroyForcibly();
        }
    }

    private Speaking begin(SpeechRequest request) {
        Process process;
        try {
            process = new ProcessBuilder(command(request))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw missing(limits.program(), e);
        }
        Speaking speaking = new Speaking(process);
        process.onExit()
                .orTimeout(limits.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((ended, late) -> {
                    if (late != null) {
                        process.destroyForcibly();
                    }
                });
        try (OutputStream text = process.getOutputStream()) {
            text.write(request.input().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            speaking.close();
            throw failed(e);
        }
        return speaking;
    }

    private List<String> command(SpeechRequest request) {
        long speed = Math.clamp(Math.round(WORDS_A_MINUTE * request.speed()), SLOWEST, FASTEST);
        return List.of(
                limits.program(), "-v", request.voice(), "-s", Long.toString(speed), "-b", "1", "--stdin", "--stdout");
    }

    private static void next(Speaking speaking, SynchronousSink<byte[]> sink) {
        try {
            byte[] read = speaking.sound.readNBytes(CHUNK);
            if (read.length == 0) {
                end(speaking, sink);
                return;
            }
            byte[] sound = speaking.rate.change(speaking.head.skip(read));
            speaking.begun |= sound.length > 0;
            sink.next(sound);
        } catch (IOException e) {
            sink.error(speaking.begun ? e : failed(e));
        }
    }

    private static void end(Speaking speaking, SynchronousSink<byte[]> sink) {
        try {
            boolean ended = speaking.process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
            int status = ended ? speaking.process.exitValue() : -1;
            if (status == 0 && speaking.begun) {
                sink.complete();
            } else {
                log.warn("The synthesiser ended with status {}", status);
                IOException failure = new IOException("the synthesiser ended with status " + status);
                sink.error(speaking.begun ? failure : failed(failure));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            sink.error(new IOException("interrupted", e));
        }
    }

    private static ProblemException missing(String program, IOException cause) {
        return new ProblemException(
                Problem.of(
                        ProblemCode.SYNTHESISER_MISSING,
                        "This gateway can't speak: the program '" + program + "' is not installed. Install it"
                                + " (Debian: apt-get install espeak-ng) or name another one in rivulet.speech.program."),
                cause);
    }

    private static ProblemException failed(IOException cause) {
        return new ProblemException(
                Problem.of(ProblemCode.INTERNAL_ERROR, "The synthesiser ended before it said anything."), cause);
    }

    /** Skips the head of a WAV file that comes in pieces. */
    static final class WavHead {

        private static final int BYTES = 44;
        private int skipped;

        byte[] skip(byte[] piece) {
            int skip = Math.min(BYTES - skipped, piece.length);
            skipped += skip;
            return skip == 0 ? piece : Arrays.copyOfRange(piece, skip, piece.length);
        }
    }
}
