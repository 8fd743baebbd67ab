// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.mcp;

import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.routing.Replica;
import dev.rivulet.gateway.routing.Routes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** Tools that look at models, replicas, rollouts and federations. */
final class ReadTools {

    private static final String MODELS = "/api/models";
    private static final String FEDERATION = "^[a-z0-9][a-z0-9._-]{0,62}$";
    private static final String ROLLOUT = "^r-[0-9a-f]{16}$";

    private final ControlCalls registry;
    private final ControlCalls federation;
    private final Routes routes;

    ReadTools(ControlCalls registry, ControlCalls federation, Routes routes) {
        this.registry = registry;
        this.federation = federation;
        this.routes = routes;
    }

    List<Tool> all() {
        return Stream.of(ofModels(), ofRollouts(), ofFederations())
                .flatMap(List::stream)
                .toList();
    }

    private List<Tool> ofModels() {
        return List.of(
                reads(
                        "list_models",
                        "List the models of the registry with their versions and aliases; the alias champion is what is served. "
                                + "A page at a time: 'next' of an answer is 'after' of the next call.",
                        Parameters.none()
                                .whole("limit", 1, 100, "How many at most; 20 unless given.")
                                .remark("after", "The name after which to go on."),
                        (caller, arguments) -> page(arguments)),
                reads(
                        "show_model",
                        "Show one model of the registry: every version with its files, tags and aliases.",
                        Parameters.none()
                                .text("model", Parameters.MODEL, "Name of the model, as list_models gives it."),
                        (caller, arguments) -> registry.get(MODELS + "/{model}", Tool.given(arguments, "model"))
                                .cast(Object.class)),
                reads(
                        "list_replicas",
                        "List the replicas that serve models now: what each has loaded, in which state, and how much work is open.",
                        Parameters.none(),
                        (caller, arguments) -> Mono.fromSupplier(this::replicas)));
    }

    private List<Tool> ofRollouts() {
        return List.of(
                reads(
                        "list_rollouts",
                        "List rollouts, newest first: which version replaces which, the state, the share of sessions, and why.",
                        Parameters.none()
                                .optional(
                                        "model",
                                        Map.of(
                                                "type",
                                                "string",
                                                "pattern",
                                                Parameters.MODEL,
                                                "description",
                                                "Of one model alone."))
                                .flag("active", "Only those that have not ended.")
                                .whole("limit", 1, 100, "How many at most; 20 unless given."),
                        (caller, arguments) -> rollouts(arguments)),
                reads(
                        "show_rollout",
                        "Show a rollout with its plan and its timeline: each decision with the numbers it was taken on.",
                        Parameters.none().text("rollout", ROLLOUT, "Id of the rollout, as list_rollouts gives it."),
                        (caller, arguments) -> registry.get("/api/rollouts/{rollout}", Tool.given(arguments, "rollout"))
                                .cast(Object.class)));
    }

    private List<Tool> ofFederations() {
        return List.of(
                reads(
                        "list_federations",
                        "List the federations, in which devices train one model together: round, state, versions.",
                        Parameters.none(),
                        (caller, arguments) ->
                                federation.get("/api/federations").map(all -> Map.of("federations", all))),
                reads(
                        "show_federation",
                        "Show a federation: its settings, and the round that goes on with how many devices answered.",
                        Parameters.none()
                                .text(
                                        "federation",
                                        FEDERATION,
                                        "Name of the federation, as list_federations gives it."),
                        (caller, arguments) -> federation
                                .get("/api/federations/{name}", Tool.given(arguments, "federation"))
                                .cast(Object.class)));
    }

    private static Tool reads(String name, String description, Parameters parameters, Tool.Work work) {
        return new Tool(name, description, parameters, Caller.PLATFORM_READ, false, work);
    }

    private Mono<Object> page(Map<String, Object> arguments) {
        Object limit = arguments.getOrDefault("limit", 20);
        Object after = arguments.get("after");
        return after == null
                ? registry.get(MODELS + "?limit={limit}", limit).cast(Object.class)
                : registry.get(MODELS + "?limit={limit}&after={after}", limit, after)
                        .cast(Object.class);
    }

    private Mono<Object> rollouts(Map<String, Object> arguments) {
        Object limit = arguments.getOrDefault("limit", 20);
        Object active = arguments.getOrDefault("active", false);
        Object model = arguments.get("model");
        String path = "/api/rollouts?limit={limit}&active={active}";
        return model == null
                ? registry.get(path, limit, active).cast(Object.class)
                : registry.get(path + "&model={model}", limit, active, model).cast(Object.class);
    }

    private Object replicas() {
        return Map.of(
                "replicas", routes.replicas().stream().map(ReadTools::shown).toList());
    }

    /** Without addresses: an assistant has no use for them. */
    private static Map<String, Object> shown(Replica replica) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", replica.id());
        shown.put("started_at", replica.startedAt().toString());
        shown.put("draining", replica.draining());
        shown.put("leaves_site", replica.leavesSite());
        shown.put(
                "models",
                replica.models().stream()
                        .map(served -> Map.of(
                                "model", served.model(),
                                "version", served.version(),
                                "state", served.state().name().toLowerCase(Locale.ROOT),
                                "context_length", served.contextLength(),
                                "outstanding_tokens", served.outstandingTokens()))
                        .toList());
        return shown;
    }
}
