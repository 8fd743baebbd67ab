package dev.rivulet.registry.rollouts.kafka;

import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.events.inference.v1.StageTime;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.rollouts.Rollout;
import dev.rivulet.registry.rollouts.analysis.Window;
import dev.rivulet.registry.rollouts.analysis.Window.Ending;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finished requests of the versions in rollouts, counted by model, version and interval of the time at which they ended; of each
 * version the newest intervals alone are kept. Safe for use by several threads.
 */
final class CompletionWindows {

    private static final double NANOS = 1e9;

    private final long interval;
    private final int most;
    private final Map<Key, NavigableMap<Long, Window>> windows = new HashMap<>();

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
        wanted.forEach(key -> windows.computeIfAbsent(key, _ -> new TreeMap<>()));
    }

    /** Takes a request in; one that its reader gave up says nothing of the version and is left out. */
    synchronized void take(CompletionRecorded completion) {
        NavigableMap<Long, Window> intervals = windows.get(new Key(completion.getModel(), completion.getVersion()));
        if (intervals == null || completion.getFinishReason().equals("cancelled")) {
            return;
        }
        long ended = completion.getFinishedAt().getSeconds() * 1000
                + completion.getFinishedAt().getNanos() / 1_000_000;
        Window window = intervals.computeIfAbsent(Math.floorDiv(ended, interval), _ -> new Window());
        Ending ending = switch (completion.getFinishReason()) {
            case "error" -> Ending.ERROR;
            case "content_filter", "refusal" -> Ending.REFUSAL;
            default -> Ending.ANSWERED;
        };
        boolean answered = ending != Ending.ERROR;
        window.add(ending, answered ? ttft(completion) : Double.NaN, answered ? itl(completion) : Double.NaN);
        while (intervals.size() > most) {
            intervals.pollFirstEntry();
        }
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
