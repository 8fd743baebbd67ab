// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover.http;

import dev.rivulet.federation.handover.Destination;
import dev.rivulet.federation.handover.HandoverStore.Course;
import dev.rivulet.federation.handover.Handovers;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where the versions of a federation go, and how far they are. */
@RestController
@RequestMapping("/api/federations/{name}/publish")
class PublishController {

    private static final int SHOWN = 50;

    private final Handovers handovers;
    private final Federations federations;

    PublishController(Handovers handovers, Federations federations) {
        this.handovers = handovers;
        this.federations = federations;
    }

    /**
     * In JSON.
     *
     * @param publish null if versions go nowhere
     * @param versions that went or are to go, the newest first
     */
    record PublishView(@Nullable Destination publish, List<Course> versions) {}

    @GetMapping
    PublishView get(@PathVariable String name) {
        requireKnown(name);
        return new PublishView(handovers.destination(name).orElse(null), handovers.newest(name, SHOWN));
    }

    /** Holds for the versions that are made from now on. */
    @PutMapping
    PublishView put(@PathVariable String name, @RequestBody Destination destination) {
        requireKnown(name);
        handovers.redirect(name, destination);
        return get(name);
    }

    /** Versions on their way arrive all the same. */
    @DeleteMapping
    ResponseEntity<Void> delete(@PathVariable String name) {
        requireKnown(name);
        handovers.redirect(name, null);
        return ResponseEntity.noContent().build();
    }

    private void requireKnown(String name) {
        if (federations.standing(name).isEmpty()) {
            throw new ProblemException(Problem.at(ProblemCode.NOT_FOUND, "name", "There is no such federation."));
        }
    }
}
