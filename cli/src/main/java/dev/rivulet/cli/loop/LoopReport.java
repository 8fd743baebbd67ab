// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.loop;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.federate.RoundReport;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tells what the demonstration does as it does it, and the figures at the end. */
final class LoopReport {

    private static final double NANOS = 1e9;

    private final Context context;
    private final boolean json;
    private final long began = System.nanoTime();
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private double floor;
    private double delta;
    private long bytes;
    private int rounds;

    LoopReport(Context context, boolean json) {
        this.context = context;
        this.json = json;
    }

    private void line(String format, Object... values) {
        String text = format.formatted(values);
        context.err().printf(Locale.ROOT, "%6.1f s  %s%n", seconds(), text);
        context.err().flush();
    }

    private double seconds() {
        return (System.nanoTime() - began) / NANOS;
    }

    void begin(String name, JsonNode prepared) {
        figures.put("loop", name);
        figures.put("houses", prepared.path("houses"));
        figures.put("daily", prepared.path("daily").asInt());
        figures.put("held_out", prepared.path("held_out").asInt());
        figures.put("values", prepared.path("values").asInt());
        delta = prepared.path("delta").asDouble();
        figures.put("delta", delta);
        line(
                "%s: houses %s, %d sayings a day and %d held out each; one verdict in %.0f is wrong",
                name,
                prepared.path("houses"),
                prepared.path("daily").asInt(),
                prepared.path("held_out").asInt(),
                1 / prepared.path("erring").asDouble(1));
    }

    /** Accuracy on held-out sayings. @param when before or after */
    void measured(String when, JsonNode houses) {
        Map<String, Object> told = new LinkedHashMap<>();
        double sum = 0;
        int count = 0;
        for (Map.Entry<String, JsonNode> house : houses.properties()) {
            if (house.getValue().isObject()) {
                double own = house.getValue().path("own").asDouble();
                told.put(house.getKey(), house.getValue());
                line(
                        "%s: %s answers right %.3f in its own words, %.3f in common ones",
                        when,
                        house.getKey(),
                        own,
                        house.getValue().path("common").asDouble());
                sum += own;
                count++;
            }
        }
        figures.put("accuracy_" + when, told);
        if (when.equals("before") && count > 0) {
            floor = sum / count;
        }
    }

    /** Mean accuracy in the houses' own words before anything was learnt. */
    double floor() {
        return floor;
    }

    void day(JsonNode houses) {
        figures.put("day", objects(houses));
        objects(houses)
                .forEach((house, day) -> line(
                        "a day in %s: %d said, %d liked, %d corrected",
                        house,
                        day.path("said").asInt(),
                        day.path("liked").asInt(),
                        day.path("corrected").asInt()));
    }

    private static Map<String, JsonNode> objects(JsonNode said) {
        Map<String, JsonNode> objects = new LinkedHashMap<>();
        said.properties().forEach(each -> {
            if (each.getValue().isObject()) {
                objects.put(each.getKey(), each.getValue());
            }
        });
        return objects;
    }

    void round(String harmed, RoundReport round) {
        long sent = round.bytes().stream().mapToLong(Long::longValue).sum();
        if (harmed.isEmpty()) {
            bytes += sent;
            rounds++;
            figures.put("rounds", rounds);
            figures.put("update_bytes", bytes);
        }
        line(
                "round %d%s: %d of %d sites, %d bytes, %.1f s, %s",
                round.round(),
                harmed.isEmpty() ? "" : " with a poisoned site",
                round.counted(),
                round.cohort(),
                sent,
                round.seconds(),
                round.outcome());
    }

    void spent(JsonNode sites) {
        Map<String, Double> spent = new LinkedHashMap<>();
        sites.properties().forEach(each -> {
            if (each.getValue().isNumber()) {
                spent.put(each.getKey(), each.getValue().asDouble());
            }
        });
        figures.put("epsilon", spent);
        line("ε of one piece of feedback at δ %s: %s", delta, spent);
    }

    /** @param verdicts by version, what was said while it went on */
    void rollout(String which, JsonNode rollout, @Nullable JsonNode verdicts) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("state", rollout.path("state").asString(""));
        told.put("candidate", rollout.path("candidate").asString(""));
        told.put("reason", rollout.path("reason").asString(""));
        told.put("verdicts", verdicts == null ? Map.of() : objects(verdicts));
        told.put("seconds_since_start", seconds());
        figures.put(which, told);
        line(
                "the %s version %s is %s: %s; verdicts %s",
                which, told.get("candidate"), told.get("state"), told.get("reason"), told.get("verdicts"));
    }

    void forgotten(JsonNode houses) {
        int gone = 0;
        for (Map.Entry<String, JsonNode> house : houses.properties()) {
            gone += house.getValue().asInt(0);
        }
        figures.put("forgotten", gone);
        line("everybody's words are deleted: those about %d answers", gone);
    }

    void end(String champion) {
        figures.put("champion", champion);
        figures.put("seconds", seconds());
        line("%s serves; %d bytes of updates in %d rounds", champion, bytes, rounds);
        if (json) {
            context.out().println(JsonMapper.shared().writeValueAsString(figures));
            context.out().flush();
        }
    }
}
