// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.audio.activity.Activity;
import dev.rivulet.audio.activity.ActivitySettings;
import dev.rivulet.audio.activity.VoiceActivity;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** One stream of sound: finds utterances in it and has them recognised, message after message. Used by one thread at a time. */
final class Listening implements Talk {

    private static final int RATE = 16_000;
    private static final int POLICY_VIOLATION = 1008;
    private static final int UNSUPPORTED_DATA = 1003;
    private static final float FULL_SCALE = 32_768f;

    private final String model;
    private final Passage passage;
    private final Recognising recognising;
    private final StreamEvents events;
    private final JsonMapper json;
    private final LongSupplier nanos;
    private final SoundPace pace;
    private final VoiceActivity activity = new VoiceActivity(ActivitySettings.STANDARD);
    private final long partialSamples;
    private long heard;
    private long utteranceFrom;
    private long partialAt;

    Listening(
            String model,
            Passage passage,
            Recognising recognising,
            StreamProperties limits,
            JsonMapper json,
            LongSupplier nanos) {
        this.model = model;
        this.passage = passage;
        this.recognising = recognising;
        this.events = new StreamEvents(json);
        this.json = json;
        this.nanos = nanos;
        this.pace = new SoundPace(limits.speed() * RATE, limits.burst().toMillis() * RATE / 1000.0, nanos);
        this.partialSamples = limits.partialEvery().toMillis() * RATE / 1000;
    }

    @Override
    public boolean isEnd(String text) {
        return type(text).equals("stop");
    }

    @Override
    public Flux<String> sound(byte[] pcm) {
        if (pcm.length % 2 != 0) {
            return Flux.error(new StreamFault(
                    ProblemCode.INVALID_VALUE, UNSUPPORTED_DATA, "A message of sound has two bytes a sample."));
        }
        if (!pace.take(pcm.length / 2)) {
            return Flux.error(new StreamFault(
                    ProblemCode.RATE_LIMIT_EXCEEDED, POLICY_VIOLATION, "The sound comes faster than it may be heard."));
        }
        long arrived = nanos.getAsLong();
        float[] samples = samples(pcm);
        heard += samples.length;
        List<Activity> happened = activity.push(samples, 0, samples.length);
        Flux<String> told = Flux.fromIterable(happened).concatMap(one -> told(one, arrived), 1);
        return partialIsDue() ? told.concatWith(partial()) : told;
    }

    /** Takes a message of control: {@code commit} ends the utterance that goes on, {@code stop} the stream as well. */
    @Override
    public Flux<String> control(String text) {
        String type = type(text);
        return switch (type) {
            case "commit", "stop" -> flush();
            default ->
                Flux.just(
                        events.error(
                                ProblemCode.INVALID_VALUE,
                                "A message of control is {\"type\": \"commit\"} or {\"type\": \"stop\"}; sound comes as bytes."));
        };
    }

    private Flux<String> flush() {
        long now = nanos.getAsLong();
        return Flux.fromIterable(activity.flush()).concatMap(one -> told(one, now), 1);
    }

    private String type(String text) {
        try {
            return json.readTree(text).path("type").asString("");
        } catch (JacksonException e) {
            return "";
        }
    }

    private Flux<String> told(Activity happened, long arrived) {
        return switch (happened) {
            case Activity.Started started -> {
                utteranceFrom = started.at();
                partialAt = heard + partialSamples;
                yield Flux.just(events.started(started.at()));
            }
            case Activity.Stopped stopped -> {
                long to = stopped.from() + stopped.samples().length;
                yield Flux.just(events.stopped(stopped.from(), to)).concatWith(recognised(stopped, to, arrived));
            }
        };
    }

    private Mono<String> recognised(Activity.Stopped stopped, long to, long arrived) {
        return recognising
                .recognise(model, stopped.samples(), passage, true)
                .map(answer -> events.command(answer, stopped.from(), to, (nanos.getAsLong() - arrived) / 1e6))
                .onErrorResume(ProblemException.class, failure -> Mono.just(error(failure)));
    }

    private boolean partialIsDue() {
        return partialSamples > 0 && activity.speaking() && heard >= partialAt;
    }

    /** What was said so far is a courtesy: where it can't be had, the stream goes on without it. */
    private Mono<String> partial() {
        partialAt = heard + partialSamples;
        long from = utteranceFrom;
        return recognising
                .recognise(model, activity.soFar(), passage, false)
                .map(answer -> events.partial(answer, from))
                .onErrorResume(ProblemException.class, failure -> Mono.empty());
    }

    private String error(ProblemException failure) {
        return events.error(failure.problem().code(), failure.problem().message());
    }

    private static float[] samples(byte[] pcm) {
        ByteBuffer in = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
        float[] samples = new float[pcm.length / 2];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = in.getShort() / FULL_SCALE;
        }
        return samples;
    }

    @Override
    public String fault(StreamFault fault) {
        return events.error(fault.code(), String.valueOf(fault.getMessage()));
    }

    @Override
    public String created() {
        return events.created(model);
    }
}
