// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.tensors;

import dev.rivulet.engine.Tensor;
import dev.rivulet.inference.admission.AdmissionGate;
import dev.rivulet.inference.admission.BoundedBody;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** The paths of the Open Inference Protocol. */
@RestController
class TensorController {

    private static final String JSON_LENGTH = "Inference-Header-Content-Length";

    private final ServingGraphs graphs;
    private final AdmissionGate gate;
    private final TensorProperties limits;
    private final JsonMapper json;
    private final Semaphore requests;
    private final Scheduler runs;

    TensorController(ServingGraphs graphs, AdmissionGate gate, TensorProperties limits, JsonMapper json) {
        this.graphs = graphs;
        this.gate = gate;
        this.limits = limits;
        this.json = json;
        this.requests = new Semaphore(limits.requests());
        this.runs = Schedulers.newBoundedElastic(limits.runs(), limits.requests(), "tensors");
    }

    @PreDestroy
    void end() {
        runs.dispose();
    }

    @GetMapping("/v2")
    Map<String, Object> server() {
        return Map.of("name", "rivulet", "version", "0.1.0", "extensions", List.of("binary_tensor_data"));
    }

    @GetMapping("/v2/health/live")
    Map<String, Object> live() {
        return Map.of("live", true);
    }

    @GetMapping("/v2/health/ready")
    Map<String, Object> ready() {
        gate.objection().ifPresent(problem -> {
            throw new ProblemException(problem);
        });
        return Map.of("ready", true);
    }

    @GetMapping({"/v2/models/{model}/ready", "/v2/models/{model}/versions/{version}/ready"})
    Map<String, Object> modelReady(
            @PathVariable String model, @PathVariable(required = false) @Nullable String version) {
        return Map.of("name", find(model, version).version().model(), "ready", true);
    }

    @GetMapping({"/v2/models/{model}", "/v2/models/{model}/versions/{version}"})
    Map<String, Object> metadata(@PathVariable String model, @PathVariable(required = false) @Nullable String version) {
        ServingGraph graph = find(model, version);
        return Map.of(
                "name", graph.version().model(),
                "versions", List.of(graph.version().version()),
                "platform", "onnxruntime_onnx",
                "inputs", specs(graph.inputs()),
                "outputs", specs(graph.outputs()));
    }

    private static List<Map<String, Object>> specs(List<Tensor.Spec> specs) {
        return specs.stream()
                .map(spec -> Map.<String, Object>of(
                        "name", spec.name(), "datatype", spec.type().name(), "shape", spec.shape()))
                .toList();
    }

    @PostMapping({"/v2/models/{model}/infer", "/v2/models/{model}/versions/{version}/infer"})
    Mono<Void> infer(
            @PathVariable String model,
            @PathVariable(required = false) @Nullable String version,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            gate.objection().ifPresent(problem -> {
                throw new ProblemException(problem);
            });
            ServingGraph graph = find(model, version);
            if (!requests.tryAcquire()) {
                throw new ProblemException(Problem.of(
                                ProblemCode.QUEUE_FULL, "As many requests are in hand as may be; send it again later.")
                        .retryAfter(Duration.ofSeconds(1)));
            }
            return body(exchange.getRequest())
                    .flatMap(body -> Mono.fromCallable(() -> run(graph, body, exchange.getRequest()))
                            .subscribeOn(runs))
                    .flatMap(answer -> write(exchange.getResponse(), answer))
                    .doFinally(signal -> requests.release());
        });
    }

    private ServingGraph find(String model, @Nullable String version) {
        return graphs.find(model)
                .filter(graph -> version == null || graph.version().version().equals(version))
                .orElseThrow(() -> new ProblemException(Problem.at(
                        ProblemCode.MODEL_NOT_FOUND, "model", "There is no such graph, or not of this version.")));
    }

    private Mono<byte[]> body(ServerHttpRequest request) {
        return BoundedBody.of(
                request,
                Math.toIntExact(limits.maxBody().toBytes()),
                limits.bodyTimeout(),
                () -> InferBody.invalid("the body is empty"));
    }

    private InferAnswer run(ServingGraph graph, byte[] bytes, ServerHttpRequest request) {
        InferBody body = InferBody.read(bytes, jsonLength(request.getHeaders().getFirst(JSON_LENGTH), bytes.length));
        List<InferBody.Wanted> wanted = body.outputs().isEmpty()
                ? graph.outputs().stream()
                        .map(spec -> new InferBody.Wanted(spec.name(), body.binaryOutputs()))
                        .toList()
                : body.outputs();
        List<String> names = wanted.stream().map(InferBody.Wanted::name).toList();
        for (String name : names) {
            if (graph.outputs().stream().noneMatch(spec -> spec.name().equals(name))) {
                throw InferBody.invalid("there is no output of the name that 'outputs' asks for");
            }
        }
        if (names.stream().distinct().count() < names.size()) {
            throw InferBody.invalid("'outputs' names an output twice");
        }
        try {
            return InferAnswer.of(json, graph, body, wanted, graph.run(body.inputs(), names));
        } catch (IllegalArgumentException e) {
            throw InferBody.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static int jsonLength(@Nullable String header, int body) {
        if (header == null) {
            return body;
        }
        if (!header.matches("[0-9]{1,9}") || Integer.parseInt(header) > body) {
            throw InferBody.invalid(
                    JSON_LENGTH + " must be the bytes of JSON at the begin of the body, at most " + body);
        }
        return Integer.parseInt(header);
    }

    private static Mono<Void> write(ServerHttpResponse response, InferAnswer answer) {
        response.getHeaders()
                .setContentType(answer.binary() ? MediaType.APPLICATION_OCTET_STREAM : MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(answer.bytes().length);
        if (answer.binary()) {
            response.getHeaders().set(JSON_LENGTH, Integer.toString(answer.jsonLength()));
        }
        return response.writeWith(Mono.just(response.bufferFactory().wrap(answer.bytes())));
    }
}
