// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.admission.AdmissionGate;
import dev.rivulet.inference.execution.ServingModels;
import dev.rivulet.inference.models.ModelDeployments;
import dev.rivulet.inference.pictures.PictureIntake;
import dev.rivulet.inference.pictures.Pictures;
import dev.rivulet.inference.usage.CompletionLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Clock;
import java.util.random.RandomGenerator;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class CompletionConfiguration {

    private static final int SEND_BUFFER = 16_384;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(8192, 16_384);

    @Bean(destroyMethod = "close")
    PromptThreads promptThreads(CompletionProperties properties) {
        return new PromptThreads(properties.promptThreads(), properties.promptQueue());
    }

    /** For the other paths under {@code /v1}; completions have their own budget. */
    @Bean
    BodyReader bodyReader(CompletionProperties properties) {
        return new BodyReader(properties);
    }

    @Bean
    CompletionStarter completionStarter(
            ServingModels models,
            ModelDeployments deployments,
            AdmissionGate gate,
            CompletionLog log,
            CompletionProperties properties,
            RandomGenerator seeds) {
        return new CompletionStarter(models, deployments, gate, log, properties, seeds);
    }

    @Bean
    CompletionHandler completionHandler(
            CompletionStarter starter,
            PromptThreads prompts,
            Pictures pictures,
            PictureIntake intake,
            MeterRegistry meters,
            CompletionProperties properties,
            JsonMapper json,
            Clock clock) {
        RequestReader reader = RequestReader.of(properties, intake);
        return new CompletionHandler(
                reader, starter, prompts, pictures, new CompletionMetrics(meters), properties, json, clock);
    }

    @Bean
    TokenCounter tokenCounter(
            BodyReader bodies,
            PromptThreads prompts,
            CompletionStarter starter,
            PictureIntake intake,
            CompletionProperties properties,
            JsonMapper json) {
        return new TokenCounter(bodies, prompts, starter, intake, properties, json);
    }

    /** Little text waits in the socket of a reader that stalls, so that its sequence is parked soon. */
    @Bean
    NettyServerCustomizer smallSendBuffers() {
        return server -> server.childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }
}
