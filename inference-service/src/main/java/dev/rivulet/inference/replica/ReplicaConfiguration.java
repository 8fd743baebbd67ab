// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.replica;

import dev.rivulet.inference.admission.AdmissionGate;
import dev.rivulet.inference.commands.ServingCommands;
import dev.rivulet.inference.encoding.ServingEncoders;
import dev.rivulet.inference.execution.ServingModels;
import dev.rivulet.inference.models.ModelDeployments;
import dev.rivulet.inference.tensors.ServingGraphs;
import dev.rivulet.inference.transcription.ServingSpeechModels;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ReplicaConfiguration {

    @Bean
    ReplicaReporter replicaReporter(
            ReplicaProperties properties,
            ServingModels models,
            ServingEncoders encoders,
            ServingGraphs graphs,
            ServingCommands commands,
            ServingSpeechModels speech,
            ModelDeployments deployments,
            AdmissionGate gate,
            Clock clock) {
        return new ReplicaReporter(properties, models, encoders, graphs, commands, speech, deployments, gate, clock);
    }

    @Bean(destroyMethod = "close")
    StatusPublisher statusPublisher(
            ReplicaReporter reporter,
            LoadMetrics load,
            StreamBridge bridge,
            ReplicaProperties properties,
            MeterRegistry meters) {
        return new StatusPublisher(reporter, load, bridge, properties.period(), meters);
    }

    @Bean
    OrderlyEnd orderlyEnd(
            AdmissionGate gate, ServingModels models, StatusPublisher publisher, ReplicaProperties properties) {
        return new OrderlyEnd(gate, models, publisher, properties.drainTimeout());
    }

    @Bean
    ModelsHealth modelsHealthIndicator(
            ServingModels models,
            ServingEncoders encoders,
            ServingGraphs graphs,
            ServingCommands commands,
            ServingSpeechModels speech,
            ModelDeployments deployments,
            AdmissionGate gate) {
        return new ModelsHealth(models, encoders, graphs, commands, speech, deployments, gate);
    }

    @Bean
    LoadMetrics loadMetrics(MeterRegistry meters, ServingModels models) {
        return new LoadMetrics(meters, models);
    }
}
