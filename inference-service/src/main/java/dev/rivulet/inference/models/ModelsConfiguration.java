// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.engine.Engine;
import dev.rivulet.events.EventType;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;
import org.springframework.util.function.SingletonSupplier;

@Configuration(proxyBeanMethods = false)
class ModelsConfiguration {

    @Bean(initMethod = "start", destroyMethod = "close")
    ModelDeployments modelDeployments(
            ModelsProperties properties,
            BlobSource source,
            ObjectProvider<Engine> engine,
            ModelHost host,
            EncoderHost encoders,
            TensorHost graphs,
            CommandHost commands,
            SpeechHost speech) {
        Supplier<Engine> found =
                SingletonSupplier.of(() -> engine.getIfAvailable(() -> Engines.find(properties.engine())));
        return new ModelDeployments(properties, source, found, host, encoders, graphs, commands, speech);
    }

    @Bean
    RegistryView registryView(ModelDeployments deployments) {
        return new RegistryView(deployments);
    }

    @Bean
    Consumer<Message<?>> modelChanges(RegistryView registry, MeterRegistry meters) {
        return new StateFollower<>(EventType.MODEL_VERSION_CHANGED, registry::changed, registry::forgotten, meters);
    }

    @Bean
    Consumer<Message<?>> rolloutChanges(RegistryView registry, MeterRegistry meters) {
        return new StateFollower<>(
                EventType.ROLLOUT_CHANGED,
                event -> registry.changed(event.getModel(), Rollout.of(event)),
                registry::forgottenRollout,
                meters);
    }
}
