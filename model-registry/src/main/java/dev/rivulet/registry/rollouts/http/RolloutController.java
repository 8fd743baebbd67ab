// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.http;

import dev.rivulet.registry.callers.Caller;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.rollouts.Decision;
import dev.rivulet.registry.rollouts.Rollout;
import dev.rivulet.registry.rollouts.RolloutId;
import dev.rivulet.registry.rollouts.RolloutSettings;
import dev.rivulet.registry.rollouts.Rollouts;
import dev.rivulet.registry.rollouts.http.RolloutRequests.Say;
import dev.rivulet.registry.rollouts.http.RolloutRequests.Start;
import dev.rivulet.registry.rollouts.http.RolloutView.Listing;
import dev.rivulet.registry.rollouts.http.RolloutView.RebuiltView;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /api/rollouts}. The {@code ETag} of a rollout is its revision; a change with {@code If-Match} is refused if the rollout went
 * on meanwhile. What is fulfilled already is answered with 200 and changes nothing.
 */
@RestController
@RequestMapping("/api/rollouts")
class RolloutController {

    private static final int MAX_PAGE = 1000;

    private final Rollouts rollouts;
    private final RolloutSettings settings;

    RolloutController(Rollouts rollouts, RolloutSettings settings) {
        this.rollouts = rollouts;
        this.settings = settings;
    }

    @PostMapping
    ResponseEntity<RolloutView> start(@RequestBody Start body, @RequestAttribute(Caller.ATTRIBUTE) Caller caller) {
        Rollout rollout = rollouts.start(
                ModelName.parse(body.model(), "model"),
                VersionName.parse(body.candidate(), "candidate"),
                body.plan(settings.plan()),
                body.decision(caller));
        return view(rollout, ResponseEntity.created(URI.create("/api/rollouts/" + rollout.id())));
    }

    @GetMapping
    Listing list(
            @RequestParam @Nullable String model,
            @RequestParam(defaultValue = "false") boolean active,
            @RequestParam(defaultValue = "100") int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw RolloutRequests.problem("limit", "limit is 1 to " + MAX_PAGE + ".");
        }
        return new Listing(rollouts.list(model == null ? null : ModelName.parse(model, "model"), active, limit));
    }

    @GetMapping("/{rollout}")
    ResponseEntity<RolloutView> get(@PathVariable String rollout) {
        return view(rollouts.get(new RolloutId(rollout)), ResponseEntity.ok());
    }

    @PostMapping("/{rollout}/{action}")
    ResponseEntity<RolloutView> change(
            @PathVariable String rollout,
            @PathVariable String action,
            @RequestBody(required = false) @Nullable Say body,
            @RequestAttribute(Caller.ATTRIBUTE) Caller caller,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        Action wanted = Action.of(action);
        Decision decision = (body == null ? new Say(null, null) : body).decision(caller, wanted.done());
        Rollout after = rollouts.execute(
                new RolloutId(rollout), wanted.command().apply(decision), RolloutRequests.expected(ifMatch));
        return view(after, ResponseEntity.ok());
    }

    @PostMapping("/projections/rebuild")
    RebuiltView rebuild() {
        return RebuiltView.of(rollouts.rebuild());
    }

    private ResponseEntity<RolloutView> view(Rollout rollout, ResponseEntity.BodyBuilder answer) {
        return answer.eTag(Long.toString(rollout.version()))
                .body(RolloutView.of(rollout, rollouts.timeline(rollout.id())));
    }
}
