// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.transcription;

import dev.rivulet.audio.AudioReader;
import dev.rivulet.engine.NoNumbersException;
import dev.rivulet.inference.admission.AdmissionGate;
import dev.rivulet.inference.admission.BoundedBody;
import dev.rivulet.inference.commands.ServingCommands;
import dev.rivulet.inference.completion.RequestTerms;
import dev.rivulet.inference.completion.WantedVersion;
import dev.rivulet.inference.models.ModelDeployments;
import dev.rivulet.inference.scheduling.Terms;
import dev.rivulet.problems.OpenAiError;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** The paths of speech in OpenAI's form. A caller that leaves ends his run before its next token. */
@RestController
class SpeechController {

    private static final Logger LOG = LoggerFactory.getLogger(SpeechController.class);
    /** Tells a gateway that an answer is meant to be no JSON. */
    private static final String TEXT = "x-rivulet-text";

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ServingSpeechModels models;
    private final ServingCommands commands;
    private final ModelDeployments deployments;
    private final AdmissionGate gate;
    private final TranscriptionProperties limits;
    private final AudioReader reader;
    private final JsonMapper json;
    private final DistributionSummary lengths;
    private final Semaphore requests;
    private final Scheduler runs;

    SpeechController(
            ServingSpeechModels models,
            ServingCommands commands,
            ModelDeployments deployments,
            AdmissionGate gate,
            TranscriptionProperties limits,
            JsonMapper json,
            MeterRegistry meters) {
        this.models = models;
        this.commands = commands;
        this.deployments = deployments;
        this.gate = gate;
        this.limits = limits;
        this.reader = new AudioReader(limits.audio());
        this.json = json;
        this.lengths = DistributionSummary.builder("rivulet.inference.speech.seconds")
                .description("Length of sounds that were written down")
                .baseUnit("seconds")
                .register(meters);
        this.requests = new Semaphore(limits.requests());
        this.runs = Schedulers.newBoundedElastic(limits.runs(), limits.requests(), "speech");
    }

    @PreDestroy
    void end() {
        runs.dispose();
    }

    @PostMapping("/v1/audio/transcriptions")
    Mono<Void> transcribe(ServerWebExchange exchange) {
        return handle(exchange, false);
    }

    @PostMapping("/v1/audio/translations")
    Mono<Void> translate(ServerWebExchange exchange) {
        return handle(exchange, true);
    }

    private Mono<Void> handle(ServerWebExchange exchange, boolean translate) {
        return Mono.defer(() -> {
            gate.objection().ifPresent(problem -> {
                throw new ProblemException(problem);
            });
            HttpHeaders headers = exchange.getRequest().getHeaders();
            MediaType type = type(headers);
            String version = WantedVersion.of(headers);
            Terms terms = RequestTerms.of(headers, System.nanoTime());
            if (!requests.tryAcquire()) {
                throw busy("As many sounds are in hand as may be; send it again later.");
            }
            return body(exchange.getRequest())
                    .flatMap(body -> Mono.fromCallable(() -> SpeechForm.read(
                                    body, type, translate, limits.maxFile().toBytes()))
                            .subscribeOn(runs))
                    .flatMap(form -> commands.find(form.model(), version)
                            .map(model -> command(exchange.getResponse(), model, form))
                            .orElseGet(() -> written(exchange.getResponse(), form, version, terms)))
                    .doFinally(signal -> requests.release());
        });
    }

    private Mono<Void> command(ServerHttpResponse response, ServingCommands.One model, SpeechForm form) {
        response.getHeaders().set(WantedVersion.HEADER, model.version().version());
        return Mono.fromCallable(() -> SpokenCommand.of(model, form, reader.read(form.file())))
                .subscribeOn(runs)
                .flatMap(said -> write(response, form.format(), said.body(form.format(), json)));
    }

    private Mono<Void> written(ServerHttpResponse response, SpeechForm form, @Nullable String version, Terms terms) {
        return Mono.fromCallable(() -> begin(form, version, terms))
                .subscribeOn(runs)
                .flatMap(run -> answer(response, run));
    }

    private SpeechRun begin(SpeechForm form, @Nullable String version, Terms terms) {
        ServingSpeech model = find(form.model(), version);
        return SpeechRun.of(model, form, terms, reader.read(form.file()));
    }

    private ServingSpeech find(String model, @Nullable String version) {
        return models.find(model)
                .filter(one -> version == null || one.version().version().equals(version))
                .orElseThrow(() -> deployments
                        .pending(model, version)
                        .map(pending -> new ProblemException(Problem.of(
                                        ProblemCode.MODEL_LOADING,
                                        "Model '" + model + "' is not ready yet, or does not write down speech.")
                                .retryAfter(RETRY)))
                        .orElseGet(() -> new ProblemException(WantedVersion.unknown(model, version))));
    }

    private Mono<Void> answer(ServerHttpResponse response, SpeechRun run) {
        response.getHeaders().set(WantedVersion.HEADER, run.model().version().version());
        return run.form().stream() ? streamed(response, run) : whole(response, run);
    }

    private Mono<Void> whole(ServerHttpResponse response, SpeechRun run) {
        return Mono.fromCallable(() -> written(run, null))
                .subscribeOn(runs)
                .doOnCancel(run::cancel)
                .flatMap(speech -> write(
                        response, run.form().format(), speech.body(run.form().format(), json)));
    }

    private static Mono<Void> write(ServerHttpResponse response, SpeechFormat format, byte[] body) {
        response.getHeaders().setContentType(format.type());
        if (!format.type().equals(MediaType.APPLICATION_JSON)) {
            response.getHeaders().set(TEXT, "true");
        }
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }

    private Mono<Void> streamed(ServerHttpResponse response, SpeechRun run) {
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        response.getHeaders().setCacheControl("no-store");
        // As many events wait for a slow reader as the sound has segments, which its length bounds.
        Flux<byte[]> events = Flux.<byte[]>create(sink -> stream(sink, run), FluxSink.OverflowStrategy.BUFFER)
                .subscribeOn(runs)
                .doOnCancel(run::cancel);
        return response.writeAndFlushWith(
                events.map(event -> Mono.just(response.bufferFactory().wrap(event))));
    }

    private void stream(FluxSink<byte[]> sink, SpeechRun run) {
        sink.onCancel(run::cancel);
        try {
            WrittenSpeech speech = written(run, sink);
            Map<String, Object> done = new LinkedHashMap<>();
            done.put("type", "transcript.text.done");
            done.put("text", speech.text());
            done.put("usage", speech.usage());
            sink.next(event(json.writeValueAsBytes(done)));
            sink.next(event("[DONE]".getBytes(StandardCharsets.UTF_8)));
        } catch (ProblemException e) {
            sink.next(event(json.writeValueAsBytes(OpenAiError.of(e.problem()))));
        } catch (NoNumbersException e) {
            LOG.error("a sound can't be written down: {}", e.getMessage());
            Problem problem = Problem.of(ProblemCode.INTERNAL_ERROR, e.told());
            sink.next(event(json.writeValueAsBytes(OpenAiError.of(problem))));
        } catch (RuntimeException e) {
            LOG.error("a sound can't be written down", e);
            Problem problem = Problem.of(ProblemCode.INTERNAL_ERROR, "The model failed; the replica's log has more.");
            sink.next(event(json.writeValueAsBytes(OpenAiError.of(problem))));
        }
        sink.complete();
    }

    private WrittenSpeech written(SpeechRun run, @Nullable FluxSink<byte[]> sink) {
        lengths.record(run.seconds());
        boolean[] begun = {false};
        return run.write(segment -> {
            if (sink != null) {
                String text = begun[0] ? segment.text() : segment.text().stripLeading();
                begun[0] |= !text.isEmpty();
                sink.next(event(json.writeValueAsBytes(Map.of("type", "transcript.text.delta", "delta", text))));
            }
        });
    }

    private static byte[] event(byte[] data) {
        byte[] event = new byte[data.length + 8];
        System.arraycopy("data: ".getBytes(StandardCharsets.US_ASCII), 0, event, 0, 6);
        System.arraycopy(data, 0, event, 6, data.length);
        event[event.length - 2] = '\n';
        event[event.length - 1] = '\n';
        return event;
    }

    private static MediaType type(HttpHeaders headers) {
        MediaType type = headers.getContentType();
        boolean form = type != null
                && MediaType.MULTIPART_FORM_DATA.isCompatibleWith(type)
                && type.getParameter("boundary") != null;
        if (type == null || !form && !MediaType.APPLICATION_JSON.isCompatibleWith(type)) {
            throw new ProblemException(Problem.of(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    "Send a form with 'Content-Type: multipart/form-data; boundary=…'."));
        }
        return type;
    }

    private Mono<byte[]> body(ServerHttpRequest request) {
        return BoundedBody.of(
                request,
                limits.maxBody(),
                limits.bodyTimeout(),
                () -> new ProblemException(Problem.at(ProblemCode.MISSING_PARAMETER, "file", "The body is empty.")));
    }

    private static ProblemException busy(String message) {
        return new ProblemException(Problem.of(ProblemCode.QUEUE_FULL, message).retryAfter(RETRY));
    }
}
