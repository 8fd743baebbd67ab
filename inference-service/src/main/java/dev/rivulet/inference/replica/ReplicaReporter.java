// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.replica;

import dev.rivulet.inference.admission.AdmissionGate;
import dev.rivulet.inference.commands.ServingCommands;
import dev.rivulet.inference.contract.ReplicaStatus;
import dev.rivulet.inference.contract.ReplicaStatus.Served;
import dev.rivulet.inference.encoding.ServingEncoder;
import dev.rivulet.inference.encoding.ServingEncoders;
import dev.rivulet.inference.execution.ServingModel;
import dev.rivulet.inference.execution.ServingModels;
import dev.rivulet.inference.models.Deployment;
import dev.rivulet.inference.models.ModelDeployments;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.scheduling.Occupancy;
import dev.rivulet.inference.tensors.ServingGraph;
import dev.rivulet.inference.tensors.ServingGraphs;
import dev.rivulet.inference.transcription.ServingSpeech;
import dev.rivulet.inference.transcription.ServingSpeechModels;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Composes the status of this replica. Thread-safe. */
final class ReplicaReporter {

    private final ReplicaProperties properties;
    private final ServingModels models;
    private final ServingEncoders encoders;
    private final ServingGraphs graphs;
    private final ServingCommands commands;
    private final ServingSpeechModels speech;
    private final ModelDeployments deployments;
    private final AdmissionGate gate;
    private final Clock clock;
    private final Instant started;
    private Map<ModelVersion, Long> tokens = Map.of();
    private Map<ModelVersion, Double> rates = Map.of();
    private Instant counted;
    private long sequence;

    ReplicaReporter(
            ReplicaProperties properties,
            ServingModels models,
            ServingEncoders encoders,
            ServingGraphs graphs,
            ServingCommands commands,
            ServingSpeechModels speech,
            ModelDeployments deployments,
            AdmissionGate gate,
            Clock clock) {
        this.properties = properties;
        this.models = models;
        this.encoders = encoders;
        this.graphs = graphs;
        this.commands = commands;
        this.speech = speech;
        this.deployments = deployments;
        this.gate = gate;
        this.clock = clock;
        this.started = clock.instant();
        this.counted = started;
    }

    /** The next report: its sequence number is one more than that of the one before, its rates are over the time since. */
    synchronized ReplicaStatus next() {
        Instant now = clock.instant();
        double seconds = Math.max(1e-3, (now.toEpochMilli() - counted.toEpochMilli()) / 1e3);
        Map<ModelVersion, Long> current = Stream.concat(models.all().stream(), models.beside().stream())
                .collect(Collectors.toMap(
                        ServingModel::version, one -> one.load().tokensGenerated(), (a, b) -> b));
        Map<ModelVersion, Double> next = new TreeMap<>(java.util.Comparator.comparing(ModelVersion::toString));
        current.forEach((version, count) ->
                next.put(version, Math.max(0, count - tokens.getOrDefault(version, 0L)) / seconds));
        tokens = current;
        rates = next;
        counted = now;
        sequence++;
        return current(now);
    }

    /** The state now, under the sequence number and with the rates of the last report. */
    synchronized ReplicaStatus current() {
        return current(clock.instant());
    }

    private ReplicaStatus current(Instant now) {
        long memory = models.memoryBytes() + encoders.memoryBytes();
        memory += graphs.all().stream().mapToLong(ServingGraph::memoryBytes).sum();
        memory += commands.all().stream()
                .mapToLong(one -> one.recogniser().facts().memoryBytes())
                .sum();
        memory += speech.memoryBytes();
        return new ReplicaStatus(
                properties.id(),
                properties.url(),
                sequence,
                started.toString(),
                now.toString(),
                gate.draining(),
                properties.device(),
                memory,
                served());
    }

    private List<Served> served() {
        List<Served> served = new ArrayList<>();
        models.all().forEach(model -> served.add(ready(model)));
        models.beside().forEach(model -> served.add(ready(model)));
        encoders.all().forEach(model -> served.add(ready(model)));
        encoders.beside().forEach(model -> served.add(ready(model)));
        graphs.all().forEach(graph -> served.add(ready(graph)));
        commands.all().forEach(one -> served.add(ready(one)));
        speech.all().forEach(one -> served.add(ready(one)));
        for (Deployment deployment : deployments.all()) {
            switch (deployment.state()) {
                case READY -> {}
                case LOADING -> served.add(absent(deployment.version(), "LOADING", null));
                case FAILED -> served.add(absent(deployment.version(), "FAILED", deployment.problem()));
            }
        }
        models.draining().forEach(version -> served.add(absent(version, "UNLOADING", null)));
        return served;
    }

    private Served ready(ServingModel model) {
        Occupancy occupancy = model.load().occupancy();
        return new Served(
                model.version().model(),
                model.version().version(),
                "READY",
                model.capabilities(),
                model.facts().contextLength(),
                occupancy.slots(),
                occupancy.active(),
                occupancy.parked(),
                occupancy.waiting(),
                occupancy.outstandingTokens(),
                rates.getOrDefault(model.version(), 0.0),
                null);
    }

    /** An encoder has no slots: what counts is the texts that wait. */
    private static Served ready(ServingEncoder model) {
        return new Served(
                model.version().model(),
                model.version().version(),
                "READY",
                List.of(model.capability().name()),
                model.facts().contextLength(),
                0,
                0,
                0,
                model.waiting(),
                model.waitingTokens(),
                0,
                null);
    }

    private static Served ready(ServingGraph graph) {
        List<String> tensors = List.of("TENSORS");
        return new Served(
                graph.version().model(), graph.version().version(), "READY", tensors, 0, 0, 0, 0, 0, 0, 0, null);
    }

    private static Served ready(ServingCommands.One one) {
        List<String> hears = List.of(ServingCommands.CAPABILITY, ServingSpeech.CAPABILITY);
        return new Served(one.version().model(), one.version().version(), "READY", hears, 0, 0, 0, 0, 0, 0, 0, null);
    }

    /** What counts is the sounds that wait. */
    private static Served ready(ServingSpeech model) {
        return new Served(
                model.version().model(),
                model.version().version(),
                "READY",
                List.of(ServingSpeech.CAPABILITY),
                model.facts().contextLength(),
                0,
                0,
                0,
                model.waiting(),
                0,
                0,
                null);
    }

    private static Served absent(ModelVersion version, String state, @Nullable String problem) {
        return new Served(version.model(), version.version(), state, List.of(), 0, 0, 0, 0, 0, 0, 0, problem);
    }
}
