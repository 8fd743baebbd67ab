// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.http;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.participants.Unattested;
import dev.rivulet.federation.rounds.Federation;
import dev.rivulet.federation.rounds.FederationSettings;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.federation.rounds.PartialSums;
import dev.rivulet.federation.rounds.RoundEvent;
import dev.rivulet.federation.rounds.SecureTerms;
import dev.rivulet.federation.rounds.Standing;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Federations and the events of their rounds, for operators. */
@RestController
@RequestMapping("/api/federations")
class FederationController {

    private final Federations federations;
    private final Unattested unattested;
    private final ObjectProvider<PartialSums> shards;

    FederationController(Federations federations, Unattested unattested, ObjectProvider<PartialSums> shards) {
        this.shards = shards;
        this.federations = federations;
        this.unattested = unattested;
    }

    /**
     * A new federation.
     *
     * @param model float32, little-endian, one tensor after the other; zeros unless given
     * @param running whether rounds begin at once; they don't unless this is said
     */
    @SuppressWarnings("ArrayRecordComponent")
    record New(
            @Nullable String name,
            @Nullable List<Layout.Tensor> tensors,
            byte @Nullable [] model,
            @Nullable FederationSettings settings,
            @Nullable Boolean running) {}

    /** One event with its kind. */
    record EventView(String type, RoundEvent event) {}

    @PostMapping
    ResponseEntity<FederationView> create(@RequestBody New body) {
        Federation federation = federation(body);
        SettingsController.requireNoConflict(federation.settings());
        Parameters model = model(body);
        requireRoom(federation.settings(), model.size());
        SettingsController.requireShards(federation.settings(), model.size(), shards);
        return switch (federations.create(federation, model)) {
            case DONE -> ResponseEntity.status(201).body(get(federation.name()));
            case EXISTS ->
                throw new ProblemException(
                        Problem.at(ProblemCode.ALREADY_EXISTS, "name", "There is a federation of this name."));
            case TOO_MANY ->
                throw new ProblemException(
                        Problem.of(ProblemCode.QUEUE_FULL, "There are as many federations as this service takes."));
            case TOO_LARGE ->
                throw new ProblemException(
                        Problem.at(ProblemCode.REQUEST_TOO_LARGE, "tensors", "The model has too many values."));
        };
    }

    @GetMapping
    List<FederationView> all() {
        return federations.standings().stream().map(this::view).toList();
    }

    @GetMapping("/{name}")
    FederationView get(@PathVariable String name) {
        return federations.standing(name).map(this::view).orElseThrow(FederationController::unknown);
    }

    private FederationView view(Standing standing) {
        String name = standing.federation().name();
        return FederationView.of(standing, federations.waiting(name), unattested.of(name));
    }

    @PostMapping("/{name}/start")
    FederationView start(@PathVariable String name) {
        return running(name, true);
    }

    @PostMapping("/{name}/stop")
    FederationView stop(@PathVariable String name) {
        return running(name, false);
    }

    private FederationView running(String name, boolean running) {
        if (!federations.running(name, running)) {
            throw unknown();
        }
        return get(name);
    }

    @GetMapping("/{name}/rounds/{round}")
    List<EventView> round(@PathVariable String name, @PathVariable long round) {
        Standing standing = federations.standing(name).orElseThrow(FederationController::unknown);
        return federations.events(standing.federation().name(), round).stream()
                .map(event -> new EventView(event.getClass().getSimpleName(), event))
                .toList();
    }

    private static Federation federation(New body) {
        if (body.name() == null || body.settings() == null || body.tensors() == null) {
            throw invalid("name", "A federation is made with name, tensors and settings.");
        }
        try {
            return new Federation(body.name(), body.settings(), Boolean.TRUE.equals(body.running()));
        } catch (IllegalArgumentException e) {
            throw invalid("name", String.valueOf(e.getMessage()));
        }
    }

    private static void requireRoom(FederationSettings settings, int dimensions) {
        try {
            long bytes = SecureTerms.bytes(settings, dimensions);
            if (bytes > settings.limits().mostBytes()) {
                throw new IllegalArgumentException("a masked vector has " + bytes + " bytes, and most_bytes is "
                        + settings.limits().mostBytes() + ": use fewer bits, or allow more bytes");
            }
        } catch (IllegalArgumentException e) {
            throw invalid("settings", String.valueOf(e.getMessage()));
        }
    }

    private static Parameters model(New body) {
        try {
            Layout layout = new Layout(body.tensors() == null ? List.of() : body.tensors());
            if (body.model() == null) {
                return Parameters.zeros(layout);
            }
            if (body.model().length != 4L * layout.size()) {
                throw invalid("model", "The model's bytes are not those of its tensors.");
            }
            float[] values = new float[layout.size()];
            ByteBuffer.wrap(body.model())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(values);
            Parameters model = new Parameters(layout, values);
            if (!Double.isFinite(model.norm())) {
                throw invalid("model", "A value of the model is not a finite number.");
            }
            return model;
        } catch (IllegalArgumentException e) {
            throw invalid("tensors", String.valueOf(e.getMessage()));
        }
    }

    private static ProblemException unknown() {
        return new ProblemException(Problem.at(ProblemCode.NOT_FOUND, "name", "There is no such federation."));
    }

    private static ProblemException invalid(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}
