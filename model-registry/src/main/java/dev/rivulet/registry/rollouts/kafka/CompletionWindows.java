// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.kafka;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.events.inference.v1.FeedbackGiven;
import dev.rivulet.events.inference.v1.ShadowCompared;
import dev.rivulet.events.inference.v1.StageTime;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.rollouts.Rollout;
import dev.rivulet.registry.rollouts.analysis.Mirrored;
import dev.rivulet.registry.rollouts.analysis.Window;
import dev.rivulet.registry.rollouts.analysis.Window.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finished requests of the versions in rollouts, what callers thought of them and what mirrored ones came to, counted by model, version and interval of the time at which they ended; of each
 * version the newest intervals alone are kept. Safe for use by several threads.
 */
final class CompletionWindows {

    private static final double NANOS = 1e9;
    private static final int MOST_JUDGED = 20_000;

    private final long interval;
    private final int most;
    private final Map<Key, NavigableMap<Long, Window>> windows = new HashMap<>();
    private final Map<Key, Set<String>> judged = new HashMap<>();

    private record Key(String model, String version) {}

    CompletionWindows(Duration interval, int most) {
        this.interval = interval.toMillis();
        this.most = most;
    }

    /** Counts the versions of these rollouts and forgets all others. */
    synchronized void follow(List<Rollout> active) {
        Set<Key> wanted = new HashSet<>();
        for (Rollout rollout : active) {
            wanted.add(key(rollout.model(), rollout.baseline()));
            wanted.add(key(rollout.model(), rollout.candidate()));
        }
        windows.keySet().retainAll(wanted);
        judged.keySet().retainAll(wanted);
        wanted.forEach(key -> windows.computeIfAbsent(key, _ -> new TreeMap<>()));
    }

    /** Takes a request in; one that its reader gave up says nothing of the version and is left out. */
    synchronized void take(CompletionRecorded completion) {
        NavigableMap<Long, Window> intervals = windows.get(new Key(completion.getModel(), completion.getVersion()));
        if (intervals == null || completion.getFinishReason().equals("cancelled")) {
            return;
        }
        Instant ended = instant(completion.getFinishedAt());
        Window window = window(intervals, ended);
        window.endedAt(ended);
        Ending ending = switch (completion.getFinishReason()) {
            case "error" -> Ending.ERROR;
            case "content_filter", "refusal" -> Ending.REFUSAL;
            default -> Ending.ANSWERED;
        };
        boolean answered = ending != Ending.ERROR;
        window.add(ending, answered ? ttft(completion) : Double.NaN, answered ? itl(completion) : Double.NaN);
    }

    /**
     * Takes in what a caller thought of an answer, at the time at which he said it; a record without a score says nothing, and so
     * does a second one of the same request, which another gateway took at the same moment.
     */
    synchronized void take(FeedbackGiven feedback) {
        Key key = new Key(feedback.getModel(), feedback.getVersion());
        NavigableMap<Long, Window> intervals = windows.get(key);
        if (intervals != null && feedback.hasScore() && isFirst(key, feedback.getRequest())) {
            window(intervals, instant(feedback.getGivenAt())).addFeedback(feedback.getScore());
        }
    }

    private boolean isFirst(Key key, String request) {
        return judged.computeIfAbsent(
                        key,
                        _ -> Collections.newSetFromMap(new LinkedHashMap<>() {
                            private static final long serialVersionUID = 1L;

                            @Override
                            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                                return size() > MOST_JUDGED;
                            }
                        }))
                .add(request);
    }

    /** Takes in what a mirrored request came to. An outcome of a later release says nothing. */
    synchronized void take(ShadowCompared shadow) {
        NavigableMap<Long, Window> intervals = windows.get(new Key(shadow.getModel(), shadow.getCandidate()));
        if (intervals != null) {
            Mirrored one = switch (shadow.getOutcome()) {
                case SHADOW_OUTCOME_EQUAL -> new Mirrored(1, 0, 0, 0);
                case SHADOW_OUTCOME_DIFFERENT -> new Mirrored(0, 1, 0, 0);
                case SHADOW_OUTCOME_SAMPLED -> new Mirrored(0, 0, 1, 0);
                case SHADOW_OUTCOME_FAILED -> new Mirrored(0, 0, 0, 1);
                case SHADOW_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> Mirrored.NONE;
            };
            window(intervals, instant(shadow.getComparedAt())).addMirrored(one);
        }
    }

    /** The interval of a moment; the oldest beyond the bound goes, which may be that one. */
    private Window window(NavigableMap<Long, Window> intervals, Instant at) {
        Window window = intervals.computeIfAbsent(Math.floorDiv(at.toEpochMilli(), interval), _ -> new Window());
        while (intervals.size() > most) {
            intervals.pollFirstEntry();
        }
        return window;
    }

    private static Instant instant(Timestamp at) {
        return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
    }

    /** What ended at or after {@code from}, as exactly as the intervals are. */
    synchronized Window window(ModelName model, VersionName version, Instant from) {
        Window all = new Window();
        NavigableMap<Long, Window> intervals = windows.get(key(model, version));
        if (intervals != null) {
            intervals
                    .tailMap(Math.floorDiv(from.toEpochMilli(), interval), true)
                    .values()
                    .forEach(all::addAll);
        }
        return all;
    }

    private static Key key(ModelName model, VersionName version) {
        return new Key(model.value(), version.value());
    }

    /** From the request's arrival at the replica until its first token can leave: waiting, tokenising, prefill. */
    private static double ttft(CompletionRecorded completion) {
        return stage(completion, "queue") + stage(completion, "tokenise") + stage(completion, "prefill");
    }

    /** The mean time between two tokens: decoding, by the tokens after the first. */
    private static double itl(CompletionRecorded completion) {
        int gaps = completion.getCompletionTokens() - 1;
        return gaps < 1 ? Double.NaN : stage(completion, "decode") / gaps;
    }

    /** NaN where the stage was not measured. */
    private static double stage(CompletionRecorded completion, String name) {
        return completion.getStagesList().stream()
                .filter(stage -> stage.getStage().equals(name))
                .map(StageTime::getDuration)
                .mapToDouble(time -> time.getSeconds() + time.getNanos() / NANOS)
                .findFirst()
                .orElse(Double.NaN);
    }
}
