// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Chats over a WebSocket at {@code /v1/chat/stream}: words, a picture and sound in, the chunks of answers out. */
final class ConversationRoute implements ApiRoute {

    private static final String PATH = "/v1/chat/stream";
    private static final String CONVERSATION = "conversation";

    private final Conversing.Desk desk;
    private final ConversationProperties limits;
    private final TalkSockets sockets;

    ConversationRoute(Conversing.Desk desk, ConversationProperties limits, TalkSockets sockets) {
        this.desk = desk;
        this.limits = limits;
        this.sockets = sockets;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        return Set.of(HttpMethod.GET);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        Passage passage = Passage.of(exchange);
        String model = AudioStreamRoute.model(exchange, limits.model());
        String conversation = exchange.getRequest().getQueryParams().getFirst(CONVERSATION);
        if (conversation != null) {
            if (!conversation.matches("[A-Za-z0-9._:-]{1,100}")) {
                throw new ProblemException(Problem.at(
                        ProblemCode.INVALID_VALUE,
                        CONVERSATION,
                        "'" + CONVERSATION
                                + "' must be 1 to 100 letters, digits, dots, colons, dashes or underscores."));
            }
            passage.hint("x-rivulet-conversation", conversation);
        }
        return sockets.open(exchange, () -> new Conversing(model, passage, desk, limits));
    }
}
