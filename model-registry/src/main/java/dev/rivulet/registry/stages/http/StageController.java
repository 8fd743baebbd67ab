// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.stages.http;

import dev.rivulet.registry.callers.Caller;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.stages.Principals;
import dev.rivulet.registry.stages.Stage;
import dev.rivulet.registry.stages.StageRequest;
import dev.rivulet.registry.stages.StageRequest.State;
import dev.rivulet.registry.stages.Stages;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Stages: what they are, asking for one, approving and refusing. People show their own token beside the service's. */
@RestController
class StageController {

    static final String TOKEN = "X-Rivulet-Principal-Token";

    private static final int SHOWN = 100;

    private final Stages stages;
    private final Principals principals;

    StageController(Stages stages, Principals principals) {
        this.stages = stages;
        this.principals = principals;
    }

    /** {@code POST /api/models/{model}/versions/{version}/stage}. */
    record Ask(@Nullable String stage, @Nullable String reason) {}

    /** A decision. */
    record Decision(@Nullable String reason) {}

    /** The stages of a model's versions, and the newest hundred requests. */
    record StagesView(Map<String, String> stages, List<RequestView> requests) {}

    /** A request in JSON. */
    record RequestView(
            long id,
            String model,
            String version,
            String commit,
            String from,
            String stage,
            String reason,
            String askedBy,
            Instant askedAt,
            String state,
            @Nullable String decidedBy,
            @Nullable Instant decidedAt,
            @Nullable String decidedReason) {

        static RequestView of(StageRequest request) {
            return new RequestView(
                    request.id(),
                    request.model().value(),
                    request.version().value(),
                    request.commit(),
                    request.from().wire(),
                    request.stage().wire(),
                    request.reason(),
                    request.askedBy(),
                    request.askedAt(),
                    request.state().wire(),
                    request.decidedBy(),
                    request.decidedAt(),
                    request.decidedReason());
        }
    }

    @GetMapping("/api/models/{model}/stages")
    StagesView get(@PathVariable String model) {
        ModelName name = ModelName.parse(model, "model");
        List<RequestView> requests =
                stages.requests(name, SHOWN).stream().map(RequestView::of).toList();
        Map<String, String> shown = new TreeMap<>();
        stages.of(name).forEach((version, stage) -> shown.put(version.value(), stage.wire()));
        return new StagesView(shown, requests);
    }

    /** Answers 202 if somebody must approve. */
    @PostMapping("/api/models/{model}/versions/{version}/stage")
    ResponseEntity<RequestView> ask(
            @PathVariable String model,
            @PathVariable String version,
            @RequestBody Ask body,
            @RequestHeader(name = TOKEN, required = false) @Nullable String token,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller) {
        StageRequest request = stages.ask(
                ModelName.parse(model, "model"),
                VersionName.parse(version, "version"),
                Stage.parse(body.stage(), "stage"),
                person(caller, token),
                orEmpty(body.reason()));
        return ResponseEntity.status(request.state() == State.PENDING ? 202 : 200)
                .body(RequestView.of(request));
    }

    @PostMapping("/api/stage-requests/{id}/approve")
    RequestView approve(
            @PathVariable long id,
            @RequestBody Decision body,
            @RequestHeader(name = TOKEN, required = false) @Nullable String token,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller) {
        return RequestView.of(stages.decide(id, true, person(caller, token), orEmpty(body.reason())));
    }

    @PostMapping("/api/stage-requests/{id}/refuse")
    RequestView refuse(
            @PathVariable long id,
            @RequestBody Decision body,
            @RequestHeader(name = TOKEN, required = false) @Nullable String token,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller) {
        return RequestView.of(stages.decide(id, false, person(caller, token), orEmpty(body.reason())));
    }

    /** Who shows his own token is himself; a service shows the token of who it acts for. */
    private String person(Caller caller, @Nullable String token) {
        return caller.service() ? principals.of(token) : caller.name();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
