// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.mcp;

import dev.rivulet.access.ServiceToken;
import dev.rivulet.gateway.identity.Audit;
import dev.rivulet.gateway.identity.KeyRing;
import dev.rivulet.gateway.routing.Routes;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson3.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.ai.mcp.server.webflux.transport.WebFluxStatelessServerTransport;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** {@code /mcp}: MCP by streamable HTTP, without sessions, so that any gateway answers any call. Made when it is first asked. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(McpProperties.class)
@ConditionalOnProperty(name = "rivulet.mcp.enabled", matchIfMissing = true)
class McpConfiguration {

    private static final String INSTRUCTIONS =
            "Rivulet serves small language models on the owner's hardware. Look at models, replicas, rollouts and "
                    + "federations with the list_ and show_ tools. A rollout puts a version into the champion's place step by "
                    + "step and takes it back by itself when it is worse; start or abort one only when the person asks for it.";

    @Bean
    McpDoor mcpDoor(KeyRing keys, Audit audit, JsonMapper json) {
        return new McpDoor(keys, audit, json);
    }

    @Bean
    RouterFunction<ServerResponse> mcp(
            McpProperties properties, ServiceToken token, Routes routes, Audit audit, JsonMapper json) {
        Mono<RouterFunction<ServerResponse>> server = Mono.fromCallable(() -> {
                    ControlCalls registry =
                            new ControlCalls("model-registry", properties.registry(), token, properties, json);
                    ControlCalls federation =
                            new ControlCalls("federation-service", properties.federation(), token, properties, json);
                    List<Tool> tools = Stream.concat(
                                    new ReadTools(registry, federation, routes).all().stream(),
                                    new RolloutTools(registry).all().stream())
                            .toList();
                    return server(tools, new ToolCalls(properties.calls(), audit, json));
                })
                .subscribeOn(Schedulers.boundedElastic())
                .cache();
        return RouterFunctions.route(
                RequestPredicates.path(McpDoor.PATH),
                request -> server.flatMap(made -> made.route(request))
                        .flatMap(handler -> handler.handle(request))
                        .switchIfEmpty(ServerResponse.status(405)
                                .header("allow", "POST")
                                .build()));
    }

    @SuppressWarnings("unchecked") // each of its routes answers with a ServerResponse
    private static RouterFunction<ServerResponse> server(List<Tool> tools, ToolCalls calls) {
        McpJsonMapper mapper = new JacksonMcpJsonMapper(JsonMapper.shared());
        WebFluxStatelessServerTransport transport = WebFluxStatelessServerTransport.builder()
                .jsonMapper(mapper)
                .messageEndpoint(McpDoor.PATH)
                .contextExtractor(McpConfiguration::context)
                .build();
        McpServer.async(transport)
                .serverInfo("rivulet", "1")
                .instructions(INSTRUCTIONS)
                .jsonMapper(mapper)
                .capabilities(ServerCapabilities.builder().tools(false).build())
                .tools(tools.stream().map(calls::specification).toList())
                .build();
        return (RouterFunction<ServerResponse>) transport.getRouterFunction();
    }

    private static McpTransportContext context(ServerRequest request) {
        return McpTransportContext.create(Map.of(
                McpDoor.CALLER, request.attributes().get(McpDoor.CALLER),
                McpDoor.REQUEST, request.attributes().get(McpDoor.REQUEST)));
    }
}
