// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.rollouts.Rollouts;
import dev.rivulet.gateway.routing.Replica;
import dev.rivulet.gateway.routing.Routes;
import dev.rivulet.graph.Stage;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Looks things up in the platform and changes nothing: its models for every key that may ask one, its replicas and rollouts for keys that
 * may look at the platform.
 */
final class Surveying {

    private static final String ASKING = "(?i)\\b(which|what|list|show|how many|are there|status of)\\b.*\\b";
    private static final Pattern MODELS = Pattern.compile(ASKING + "models?\\b");
    private static final Pattern REPLICAS = Pattern.compile(ASKING + "replicas?\\b");
    private static final Pattern ROLLOUTS = Pattern.compile(ASKING + "rollouts?\\b");
    private static final int MOST = 50;

    private final Routes routes;
    private final Rollouts rollouts;

    Surveying(Routes routes, Rollouts rollouts) {
        this.routes = routes;
        this.rollouts = rollouts;
    }

    /** What was asked for, in a sentence; empty where nothing of the platform was. */
    String found(Stage.Call call) {
        Question question = call.input(Values.QUESTION, Question.class);
        String text = question.text();
        boolean inside = ROLLOUTS.matcher(text).find() || REPLICAS.matcher(text).find();
        if (!inside && !MODELS.matcher(text).find()) {
            return "";
        }
        question.ask().passage().fleeting();
        if (!inside) {
            return models();
        }
        if (!question.ask().passage().identity().may(Caller.PLATFORM_READ)) {
            return "This API key may not look at replicas and rollouts: it lacks the scope " + Caller.PLATFORM_READ
                    + ".";
        }
        return ROLLOUTS.matcher(text).find() ? rollouts() : replicas();
    }

    private String models() {
        return listed(
                "No model is ready.",
                "Ready models: ",
                new TreeMap<>(routes.ready())
                        .entrySet().stream()
                                .map(one -> one.getKey() + " (version "
                                        + one.getValue().served().version() + ")")
                                .toList());
    }

    private String replicas() {
        return listed(
                "No replica is known.",
                "Replicas: ",
                routes.replicas().stream()
                        .map(replica -> replica.id() + " with " + ready(replica) + " ready models"
                                + (replica.draining() ? ", which takes no new work" : ""))
                        .toList());
    }

    private static long ready(Replica replica) {
        return replica.models().stream()
                .filter(served -> served.state() == Replica.State.READY)
                .count();
    }

    private String rollouts() {
        return listed(
                "No rollout is under way.",
                "Rollouts under way: ",
                rollouts.underWay().stream()
                        .map(one -> one.model() + " from " + one.baseline() + " to " + one.candidate() + ", "
                                + one.state() + " at " + one.percent() + " percent")
                        .toList());
    }

    private static String listed(String none, String before, List<String> all) {
        if (all.isEmpty()) {
            return none;
        }
        String more = all.size() > MOST ? "; and " + (all.size() - MOST) + " more" : "";
        return all.stream().limit(MOST).collect(Collectors.joining("; ", before, more + "."));
    }
}
