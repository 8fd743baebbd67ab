// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.prediction;

import dev.rivulet.inference.pictures.PictureIntake;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The paths of stateless models. */
@RestController
class PredictionController {

    private final PredictionHandler handler;
    private final PredictionProperties limits;
    private final PictureIntake intake;

    PredictionController(PredictionHandler handler, PredictionProperties limits, PictureIntake intake) {
        this.handler = handler;
        this.intake = intake;
        this.limits = limits;
    }

    @PostMapping("/v1/embeddings")
    Mono<Void> embeddings(ServerWebExchange exchange) {
        return handler.handle(exchange, fields -> EmbeddingsCall.read(fields, limits, intake));
    }

    @PostMapping("/v1/rerank")
    Mono<Void> rerank(ServerWebExchange exchange) {
        return handler.handle(exchange, fields -> RerankCall.read(fields, limits));
    }

    @PostMapping("/v1/classify")
    Mono<Void> classify(ServerWebExchange exchange) {
        return handler.handle(exchange, fields -> ClassifyCall.read(fields, limits));
    }
}
