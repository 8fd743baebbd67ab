// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.building.Buildings;
import dev.rivulet.gateway.documents.Finder;
import dev.rivulet.gateway.pictures.PictureTool;
import dev.rivulet.gateway.rollouts.Rollouts;
import dev.rivulet.gateway.routing.Routes;
import dev.rivulet.graph.CheckpointLimits;
import dev.rivulet.graph.CheckpointStore;
import dev.rivulet.graph.GraphExecutor;
import dev.rivulet.graph.JobGraph;
import dev.rivulet.graph.MemoryCheckpoints;
import dev.rivulet.graph.MemoryContexts;
import dev.rivulet.graph.Timer;
import dev.rivulet.models.BuildingSchema;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AssistantProperties.class)
@ConditionalOnProperty(name = "rivulet.assistant.enabled", matchIfMissing = true)
class AssistantConfiguration {

    private static final LongSupplier NANOS = System::nanoTime;
    private static final Timer TIMER = (time, action) -> {
        Disposable later = Schedulers.parallel().schedule(action, time.toNanos(), TimeUnit.NANOSECONDS);
        return later::dispose;
    };

    @Bean(destroyMethod = "shutdownNow")
    ExecutorService assistantWorkers() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("assistant-", 0).factory());
    }

    @Bean
    CheckpointLimits assistantCheckpointLimits(AssistantProperties settings) {
        AssistantProperties.Context context = settings.context();
        return new CheckpointLimits(
                context.mostPerValue().toBytes(), context.mostPerJob().toBytes(), context.keep());
    }

    @Bean
    @ConditionalOnProperty(name = "rivulet.assistant.context.store", havingValue = "memory", matchIfMissing = true)
    CheckpointStore memoryCheckpoints(AssistantProperties settings, CheckpointLimits limits) {
        return new MemoryCheckpoints(limits, settings.context().most().toBytes(), NANOS);
    }

    @Bean
    AssistantStep assistantStep(
            AssistantProperties settings,
            ExecutorService assistantWorkers,
            Buildings buildings,
            Finder finder,
            Routes routes,
            Rollouts rollouts,
            PictureTool pictures,
            @Qualifier("pictureDrawers") Scheduler drawers,
            CheckpointStore checkpoints,
            JsonMapper json,
            MeterRegistry meters,
            ObservationRegistry observations) {
        BuildingSchema schema = BuildingSchema.builtIn();
        Dialogs dialogs = new Dialogs(schema, settings.memory());
        ModelCalls calls = new ModelCalls(json);
        Kinds kinds = new Kinds(
                new Encoders(calls, json),
                new Hearing(calls, json),
                new Seeing(calls, json, settings.lookFor()),
                new Understanding(schema, dialogs, settings.leastConfidence()),
                new Wording(calls),
                new Rules(
                        settings.rules().stream()
                                .map(rule -> new Rules.Rule(rule.when(), rule.say()))
                                .toList(),
                        settings.leastConfidence()),
                new Acting(buildings, Clock.systemUTC(), settings.leastConfidence()),
                new Quoting(finder, settings.passages(), settings.leastConfidence()),
                new Illustrating(pictures, buildings, Clock.systemUTC(), settings.drawings(), drawers),
                new Surveying(routes, rollouts),
                new Breakers(settings.breaker(), meters, NANOS),
                json);
        JobGraph graph = GraphSettings.graph(settings, kinds.kinds());
        StageSpans spans = new StageSpans(observations);
        MemoryContexts contexts = new MemoryContexts(
                settings.context().most().toBytes(),
                settings.context().mostPerJob().toBytes(),
                settings.deadline().plus(settings.grace()),
                Values::weight,
                NANOS);
        GraphExecutor executor =
                new GraphExecutor(graph, kinds.stages(), assistantWorkers, TIMER, contexts, checkpoints, spans, NANOS);
        return new AssistantStep(settings, graph, executor, dialogs, spans, finder::state, json, Clock.systemUTC());
    }
}
