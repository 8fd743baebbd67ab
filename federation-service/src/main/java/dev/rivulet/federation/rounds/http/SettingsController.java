// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.http;

import dev.rivulet.federated.aggregation.Combination.Conflict;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.rounds.FederationSettings;
import dev.rivulet.federation.rounds.FederationStore.Change;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.federation.rounds.PartialSums;
import dev.rivulet.federation.rounds.PrivacyReport;
import dev.rivulet.federation.rounds.Standing;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Settings of a federation while it is at work, and what privacy cost it. */
@RestController
@RequestMapping("/api/federations/{name}")
class SettingsController {

    /** Of an update that is one record: beside it are names and digests. */
    private static final int MOST_BYTES = 8 << 20;

    private final Federations federations;
    private final Models models;
    private final ObjectProvider<PartialSums> shards;
    private final JsonMapper json;

    SettingsController(Federations federations, Models models, ObjectProvider<PartialSums> shards, JsonMapper json) {
        this.federations = federations;
        this.models = models;
        this.shards = shards;
        this.json = json;
    }

    /**
     * Settings and how they came to be.
     *
     * @param settings of the next round
     * @param inForce of the round that goes on
     * @param changes the first one first, at most the last hundred
     */
    record SettingsView(FederationSettings settings, FederationSettings inForce, List<Change> changes) {}

    @GetMapping("/settings")
    SettingsView settings(@PathVariable String name) {
        Standing standing = standing(name);
        return new SettingsView(standing.federation().settings(), standing.inForce(), federations.changes(name));
    }

    /** All settings in place of those that are there, from the next round on. */
    @PutMapping("/settings")
    SettingsView replace(@PathVariable String name, @RequestBody FederationSettings settings) {
        standing(name);
        requireNoConflict(settings);
        requireShards(settings, models.layout(name).orElseThrow().size(), shards);
        federations.settings(name, settings);
        return settings(name);
    }

    /** Some settings in place of those that are there (RFC 7396), from the next round on. */
    @PatchMapping("/settings")
    SettingsView change(@PathVariable String name, @RequestBody ObjectNode patch) {
        ObjectNode merged = json.valueToTree(standing(name).federation().settings());
        merge(merged, patch);
        return replace(name, json.treeToValue(merged, FederationSettings.class));
    }

    private static void merge(ObjectNode target, ObjectNode patch) {
        patch.properties().forEach(property -> {
            JsonNode value = property.getValue();
            if (value instanceof ObjectNode object && target.get(property.getKey()) instanceof ObjectNode inner) {
                merge(inner, object);
            } else {
                target.set(property.getKey(), value);
            }
        });
    }

    @GetMapping("/privacy")
    PrivacyReport privacy(@PathVariable String name) {
        standing(name);
        return federations
                .privacy(name)
                .orElseThrow(() -> new ProblemException(Problem.at(
                        ProblemCode.NOT_FOUND,
                        "name",
                        "The federation adds no noise: it has no settings of privacy.")));
    }

    private Standing standing(String name) {
        return federations
                .standing(name)
                .orElseThrow(() -> new ProblemException(
                        Problem.at(ProblemCode.NOT_FOUND, "name", "There is no such federation.")));
    }

    /** @throws ProblemException if updates are to be summed in shards, and this service does not */
    static void requireShards(FederationSettings settings, int values, ObjectProvider<PartialSums> shards) {
        if (settings.aggregation().shards() == null) {
            return;
        }
        if (shards.getIfAvailable() == null) {
            throw new ProblemException(Problem.at(
                    ProblemCode.SETTINGS_CONFLICT,
                    "settings",
                    "shards-are-off: this service sums in its memory alone."
                            + " Set RIVULET_FEDERATION_SHARDED=true for all of its instances, or leave shards out."));
        }
        if (values > PartialSums.MOST_VALUES || settings.limits().mostBytes() > MOST_BYTES) {
            throw new ProblemException(Problem.at(
                    ProblemCode.SETTINGS_CONFLICT,
                    "settings",
                    "shards-take-one-record: a model has at most " + PartialSums.MOST_VALUES
                            + " values and an update at most " + MOST_BYTES + " bytes. Leave shards out."));
        }
    }

    /** @throws ProblemException that says what excludes each other, why, and what to do instead */
    static void requireNoConflict(FederationSettings settings) {
        List<Conflict> conflicts = settings.conflicts();
        if (!conflicts.isEmpty()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.SETTINGS_CONFLICT,
                    "settings",
                    conflicts.stream()
                            .map(each -> each.code() + ": " + each.why() + " " + each.mend())
                            .collect(Collectors.joining(" "))));
        }
    }
}
