package dev.rivulet.inference.models;

import dev.rivulet.engine.Engine;
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
            TensorHost graphs) {
        Supplier<Engine> found =
                SingletonSupplier.of(() -> engine.getIfAvailable(() -> Engines.find(properties.engine())));
        return new ModelDeployments(properties, source, found, host, encoders, graphs);
    }

    @Bean
    Consumer<Message<?>> modelChanges(ModelDeployments deployments, MeterRegistry meters) {
        return new ModelFollower(deployments, meters);
    }
}
