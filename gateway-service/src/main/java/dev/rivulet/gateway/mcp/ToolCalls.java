// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.mcp;

import dev.rivulet.gateway.identity.Audit;
import dev.rivulet.gateway.identity.Caller;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.AsyncToolSpecification;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Runs tools: within the key's scopes, so many at once, and what fails is a tool error that says how to mend it. */
final class ToolCalls {

    private static final Logger log = LoggerFactory.getLogger(ToolCalls.class);

    private final Semaphore free;
    private final Audit audit;
    private final JsonMapper json;

    ToolCalls(int atOnce, Audit audit, JsonMapper json) {
        this.free = new Semaphore(atOnce);
        this.audit = audit;
        this.json = json;
    }

    /** A tool as the protocol's server takes it. */
    AsyncToolSpecification specification(Tool tool) {
        ToolAnnotations hints = ToolAnnotations.builder()
                .readOnlyHint(!tool.changes())
                .destructiveHint(tool.changes())
                .idempotentHint(!tool.changes())
                .openWorldHint(false)
                .build();
        return AsyncToolSpecification.builder()
                .tool(io.modelcontextprotocol.spec.McpSchema.Tool.builder(
                                tool.name(), tool.parameters().schema())
                        .description(tool.description())
                        .annotations(hints)
                        .build())
                .callHandler((context, request) -> call(tool, context, request))
                .build();
    }

    private Mono<CallToolResult> call(Tool tool, McpTransportContext context, CallToolRequest request) {
        if (!(context.get(McpDoor.CALLER) instanceof Caller caller)) {
            return Mono.just(failed("The request came without a key."));
        }
        if (!caller.may(tool.scope())) {
            return Mono.just(failed("This API key may not do that: it lacks the scope '" + tool.scope()
                    + "'. Whoever runs the platform can make one that has it: `./rivulet keys create NAME --scope "
                    + Caller.PLATFORM_READ + "," + tool.scope() + "`."));
        }
        Map<String, Object> arguments = request.arguments() == null ? Map.of() : request.arguments();
        return Mono.defer(() -> run(tool, caller, arguments, String.valueOf(context.get(McpDoor.REQUEST))));
    }

    private Mono<CallToolResult> run(Tool tool, Caller caller, Map<String, Object> arguments, String requestId) {
        if (!free.tryAcquire()) {
            return Mono.just(failed("Too many tools run at present. Call it again in a second."));
        }
        return Mono.defer(() -> tool.work().run(caller, arguments))
                .map(this::done)
                .onErrorResume(failure -> Mono.just(failed(told(tool, failure))))
                .doOnNext(result -> audited(tool, caller, result, requestId))
                .doFinally(signal -> free.release());
    }

    private void audited(Tool tool, Caller caller, CallToolResult result, String requestId) {
        if (tool.changes()) {
            boolean failed = Boolean.TRUE.equals(result.isError());
            audit.controlled("mcp." + tool.name(), caller, failed ? "failed" : "done", requestId);
        }
    }

    private static String told(Tool tool, Throwable failure) {
        if (failure instanceof ToolFailure known) {
            return String.valueOf(known.getMessage());
        }
        log.error("The tool {} failed by a fault of the gateway", tool.name(), failure);
        return "The gateway failed; its log has the reason.";
    }

    private CallToolResult done(Object answer) {
        String text = json.writeValueAsString(answer);
        return CallToolResult.builder()
                .addTextContent(text)
                .structuredContent(json.readValue(text, Map.class))
                .isError(false)
                .build();
    }

    private static CallToolResult failed(String message) {
        return CallToolResult.builder().addTextContent(message).isError(true).build();
    }
}
