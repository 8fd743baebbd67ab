// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.access.ServiceToken;
import dev.rivulet.gateway.admission.AdmissionGate;
import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.exchange.Aliases;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.BodyForm;
import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Step;
import dev.rivulet.gateway.identity.Audit;
import dev.rivulet.gateway.identity.KeyRing;
import dev.rivulet.gateway.routing.GuardProperties;
import dev.rivulet.gateway.routing.Hedging;
import dev.rivulet.gateway.routing.Routes;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import reactor.core.scheduler.Schedulers;
import reactor.netty.NettyPipeline;
import reactor.netty.resources.ConnectionProvider;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({RelayProperties.class, ShutdownProperties.class})
class RelayConfiguration {

    private static final int SEND_BUFFER = 16_384;
    private static final LongSupplier NANOS = System::nanoTime;

    @Bean
    BodyBudget bodyBudget(RelayProperties limits, MeterRegistry meters) {
        BodyBudget budget = new BodyBudget(limits.maxBodies().toBytes());
        Gauge.builder("rivulet.gateway.bodies", budget, BodyBudget::held)
                .description("Bytes of request bodies held in memory")
                .baseUnit("bytes")
                .register(meters);
        return budget;
    }

    @Bean
    OrderlyEnd orderlyEnd(ShutdownProperties shutdown) {
        return new OrderlyEnd(shutdown.lead());
    }

    @Bean
    ErrorBodies errorBodies(JsonMapper json) {
        return new ErrorBodies(json);
    }

    @Bean
    EntryFilter entryFilter(
            List<Dialect> dialects,
            KeyRing keys,
            Audit audit,
            ErrorBodies bodies,
            BodyBudget budget,
            MeterRegistry meters) {
        return new EntryFilter(
                dialects,
                keys,
                audit,
                new ErrorWriter(bodies, budget),
                new PassageRecorder(meters),
                UUID::randomUUID,
                NANOS);
    }

    @Bean(destroyMethod = "dispose")
    ConnectionProvider replicaConnections() {
        return new LoopConnections(ReplicaCaller::connections);
    }

    @Bean
    ReplicaCaller replicaCaller(
            Routes routes,
            Hedging hedging,
            RelayProperties limits,
            GuardProperties guarding,
            ServiceToken token,
            JsonMapper json,
            ErrorBodies errors,
            ConnectionProvider replicaConnections) {
        return new ReplicaCaller(
                routes,
                hedging,
                limits,
                guarding,
                token,
                new UpstreamAnswers(json),
                errors,
                replicaConnections,
                Schedulers.parallel());
    }

    /** What answers a request, for every feature that asks a model. */
    @Bean
    @Primary
    Answering answering(List<Step> steps, ReplicaCaller replicas) {
        return Step.chain(steps, replicas);
    }

    @Bean
    Entrance entrance(Budgets budgets, AdmissionGate gate) {
        return new Entrance(budgets, gate);
    }

    @Bean
    CompletionHandler completionHandler(
            RelayProperties limits,
            BodyBudget budget,
            Entrance entrance,
            ReplicaCaller replicas,
            Answering answering,
            List<Aliases> aliases,
            List<BodyForm> forms,
            ErrorBodies errors,
            ObservationRegistry observations) {
        return new CompletionHandler(
                limits,
                budget,
                entrance,
                replicas,
                answering,
                aliases,
                forms,
                new AnswerWriter(limits, errors),
                errors,
                new TraceHeaders(observations),
                Schedulers.parallel(),
                NANOS);
    }

    @Bean
    SimpleUrlHandlerMapping v1(
            CompletionHandler completions,
            List<Dialect> dialects,
            List<ApiRoute> others,
            List<Aliases> aliases,
            Routes routes,
            JsonMapper json) {
        V1Handler handler = new V1Handler(completions, dialects, others, new ServedModels(routes, aliases), json);
        return new SimpleUrlHandlerMapping(Map.of("/v1", handler, "/v1/**", handler), Ordered.HIGHEST_PRECEDENCE);
    }

    /** Requests that the codec can't read, or whose head does not come, are answered like all others. */
    @Bean
    NettyServerCustomizer unreadableRequests(ErrorBodies errors, RelayProperties limits) {
        return server -> server.doOnChannelInit((observer, channel, address) -> channel.pipeline()
                .addAfter(
                        NettyPipeline.HttpCodec,
                        "rivulet.unreadable",
                        new UnreadableRequests(errors, UUID::randomUUID, limits.headerTimeout())));
    }

    /**
     * Small buffers towards readers: one who stalls holds up kilobytes, and the replica behind them, not megabytes. A write
     * that its reader does not take in time ends the connection, and with it all that was kept for him.
     */
    @Bean
    NettyServerCustomizer smallBuffers(RelayProperties limits) {
        long patience = limits.readerTimeout().toMillis();
        return server -> server.childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(SEND_BUFFER / 2, SEND_BUFFER))
                .doOnChannelInit((observer, channel, address) -> channel.pipeline()
                        .addFirst(new WriteTimeoutHandler(patience, TimeUnit.MILLISECONDS), new Outlet.Pace()));
    }
}
