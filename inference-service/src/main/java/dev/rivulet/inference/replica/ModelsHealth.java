// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.replica;

import dev.rivulet.inference.admission.AdmissionGate;
import dev.rivulet.inference.commands.ServingCommands;
import dev.rivulet.inference.encoding.ServingEncoder;
import dev.rivulet.inference.encoding.ServingEncoders;
import dev.rivulet.inference.execution.ServingModel;
import dev.rivulet.inference.execution.ServingModels;
import dev.rivulet.inference.models.Deployment;
import dev.rivulet.inference.models.ModelDeployments;
import dev.rivulet.inference.models.ModelVersion;
import dev.rivulet.inference.tensors.ServingGraph;
import dev.rivulet.inference.tensors.ServingGraphs;
import dev.rivulet.inference.transcription.ServingSpeech;
import dev.rivulet.inference.transcription.ServingSpeechModels;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Ready while at least one model answers and the replica takes requests; says why where it isn't. */
final class ModelsHealth implements HealthIndicator {

    private final ServingModels models;
    private final ServingEncoders encoders;
    private final ServingGraphs graphs;
    private final ServingCommands commands;
    private final ServingSpeechModels speech;
    private final ModelDeployments deployments;
    private final AdmissionGate gate;

    ModelsHealth(
            ServingModels models,
            ServingEncoders encoders,
            ServingGraphs graphs,
            ServingCommands commands,
            ServingSpeechModels speech,
            ModelDeployments deployments,
            AdmissionGate gate) {
        this.models = models;
        this.encoders = encoders;
        this.graphs = graphs;
        this.commands = commands;
        this.speech = speech;
        this.deployments = deployments;
        this.gate = gate;
    }

    @Override
    public Health health() {
        List<String> ready = Stream.of(
                        models.all().stream().map(ServingModel::version),
                        models.beside().stream().map(ServingModel::version),
                        encoders.all().stream().map(ServingEncoder::version),
                        encoders.beside().stream().map(ServingEncoder::version),
                        graphs.all().stream().map(ServingGraph::version),
                        commands.all().stream().map(ServingCommands.One::version),
                        speech.all().stream().map(ServingSpeech::version))
                .flatMap(versions -> versions)
                .map(ModelVersion::toString)
                .toList();
        List<Deployment> pending = deployments.all().stream()
                .filter(deployment -> deployment.state() != Deployment.State.READY)
                .toList();
        Health.Builder health = ready.isEmpty() || gate.draining() ? Health.outOfService() : Health.up();
        health.withDetail("ready", ready);
        if (!pending.isEmpty()) {
            health.withDetail(
                    "pending", pending.stream().map(ModelsHealth::describe).toList());
        }
        if (gate.draining()) {
            health.withDetail("reason", "the replica shuts down");
        } else if (ready.isEmpty()) {
            health.withDetail("reason", reason(pending));
        }
        return health.build();
    }

    private static String reason(List<Deployment> pending) {
        return pending.isEmpty()
                ? "no model: register a model and give a version the alias 'champion'"
                : pending.stream().map(ModelsHealth::describe).collect(Collectors.joining("; "));
    }

    private static String describe(Deployment deployment) {
        String problem = deployment.problem() == null ? "" : ": " + deployment.problem();
        return deployment.version() + " is " + deployment.state() + problem;
    }
}
