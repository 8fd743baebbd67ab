// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.mcp;

import dev.rivulet.gateway.identity.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Tools that begin a rollout and give one up; the registry writes down whose key it was. */
final class RolloutTools {

    private static final String BY = "mcp:";

    private final ControlCalls registry;

    RolloutTools(ControlCalls registry) {
        this.registry = registry;
    }

    List<Tool> all() {
        return List.of(
                changes(
                        "start_rollout",
                        "Begin to put a version into the champion's place, step by step. It is taken back by itself when it is "
                                + "worse. Ask the person before you call this. What is not given comes from the registry's settings.",
                        Parameters.none()
                                .text("model", Parameters.MODEL, "Name of the model.")
                                .text("version", Parameters.VERSION, "The version that is to be the champion.")
                                .optional(
                                        "steps",
                                        Map.of(
                                                "type",
                                                "array",
                                                "maxItems",
                                                20,
                                                "items",
                                                Map.of("type", "integer", "minimum", 1, "maximum", 100),
                                                "description",
                                                "Percent of the sessions at each step; the last is 100."))
                                .number("step_seconds", 0, 604_800, "How long a step lasts at least.")
                                .number("hold_seconds", 0, 604_800, "How long it serves all before it is the champion.")
                                .number(
                                        "shadow_seconds",
                                        0,
                                        604_800,
                                        "How long requests are mirrored before it serves anybody.")
                                .whole(
                                        "min_samples",
                                        1,
                                        1_000_000,
                                        "Requests of each version without which nothing passes.")
                                .flag("automatic", "Whether steps are taken by themselves; true unless given.")
                                .remark("reason", "Why, for those who read the timeline."),
                        this::start),
                changes(
                        "abort_rollout",
                        "Give a rollout up: the champion serves all again, at once. Ask the person before you call this.",
                        Parameters.none()
                                .text("rollout", "^r-[0-9a-f]{16}$", "Id of the rollout, as list_rollouts gives it.")
                                .remark("reason", "Why, for those who read the timeline."),
                        (caller, arguments) -> registry.post(
                                        "/api/rollouts/{rollout}/abort",
                                        said(caller, arguments),
                                        Tool.given(arguments, "rollout"))
                                .cast(Object.class)));
    }

    private static Tool changes(String name, String description, Parameters parameters, Tool.Work work) {
        return new Tool(name, description, parameters, Caller.ROLLOUTS_WRITE, true, work);
    }

    private Mono<Object> start(Caller caller, Map<String, Object> arguments) {
        Map<String, Object> body = new LinkedHashMap<>(arguments);
        body.remove("version");
        body.put("candidate", Tool.given(arguments, "version"));
        body.putAll(said(caller, arguments));
        return registry.post("/api/rollouts", body).cast(Object.class);
    }

    private static Map<String, Object> said(Caller caller, Map<String, Object> arguments) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("by", BY + caller.name());
        Object reason = arguments.get("reason");
        if (reason != null) {
            said.put("reason", reason);
        }
        return said;
    }
}
