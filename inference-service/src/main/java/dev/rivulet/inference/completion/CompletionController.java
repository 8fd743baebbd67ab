// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.contract.ModelList;
import dev.rivulet.inference.contract.ModelList.Model;
import dev.rivulet.inference.contract.TokenCount;
import dev.rivulet.inference.encoding.ServingEncoder;
import dev.rivulet.inference.encoding.ServingEncoders;
import dev.rivulet.inference.execution.ServingModel;
import dev.rivulet.inference.execution.ServingModels;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The paths under {@code /v1}. */
@RestController
class CompletionController {

    private final CompletionHandler handler;
    private final TokenCounter counter;
    private final ServingModels models;
    private final ServingEncoders encoders;

    CompletionController(
            CompletionHandler handler, TokenCounter counter, ServingModels models, ServingEncoders encoders) {
        this.handler = handler;
        this.counter = counter;
        this.models = models;
        this.encoders = encoders;
    }

    @PostMapping("/v1/chat/completions")
    Mono<Void> chat(ServerWebExchange exchange) {
        return handler.handle(exchange, true);
    }

    @PostMapping("/v1/completions")
    Mono<Void> text(ServerWebExchange exchange) {
        return handler.handle(exchange, false);
    }

    @PostMapping(TokenCount.PATH)
    Mono<Void> tokens(ServerWebExchange exchange) {
        return counter.handle(exchange);
    }

    @GetMapping("/v1/models")
    ModelList models() {
        return ModelList.of(Stream.concat(
                        models.all().stream().map(CompletionController::describe),
                        encoders.all().stream().map(CompletionController::describe))
                .toList());
    }

    @GetMapping("/v1/models/{model}")
    Model model(@PathVariable String model) {
        return models.find(model)
                .map(CompletionController::describe)
                .or(() -> encoders.find(model).map(CompletionController::describe))
                .orElseThrow(() -> new ProblemException(Problem.at(
                        ProblemCode.MODEL_NOT_FOUND,
                        "model",
                        "There is no such model here; GET /v1/models lists what there is.")));
    }

    private static Model describe(ServingEncoder model) {
        return Model.of(
                model.version().model(),
                model.since().getEpochSecond(),
                model.version().version(),
                model.facts().contextLength(),
                List.of(model.capability().name()));
    }

    private static Model describe(ServingModel model) {
        return Model.of(
                model.version().model(),
                model.since().getEpochSecond(),
                model.version().version(),
                model.facts().contextLength(),
                model.capabilities());
    }
}
