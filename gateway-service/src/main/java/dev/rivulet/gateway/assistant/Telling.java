// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.Values.Drawn;
import dev.rivulet.gateway.assistant.Wording.Piece;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.graph.JobReader;
import dev.rivulet.graph.JobReport;
import dev.rivulet.graph.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The outputs of one job as one sequence of pieces, in the order in which the settings name them, each as soon as it is there and at
 * the reader's pace. A stream that breaks off ends, and what is missing is told.
 */
final class Telling implements JobReader {

    private final List<String> order;
    private final List<String> pictures;
    private final Passage passage;
    private final Notices notices;
    private final Map<String, Sinks.One<Flux<Piece>>> outputs = new LinkedHashMap<>();
    private final Sinks.One<JobReport> report = Sinks.one();
    private volatile @Nullable Throwable failure;

    /**
     * @param outputs in the order in which they are told
     * @param drawn those of them that are pictures, which are told when they are there
     */
    Telling(List<String> outputs, Set<String> drawn, Passage passage, Notices notices) {
        this.notices = notices;
        this.order = outputs.stream().filter(name -> !drawn.contains(name)).toList();
        this.pictures = outputs.stream().filter(drawn::contains).toList();
        this.passage = passage;
        outputs.forEach(name -> this.outputs.put(name, Sinks.one()));
    }

    @Override
    public void value(String stage, Object value) {
        switch (value) {
            case String text ->
                output(stage).tryEmitValue(text.isEmpty() ? Flux.empty() : Flux.just(new Piece.Text(text)));
            case Drawn drawn ->
                output(stage)
                        .tryEmitValue(Flux.fromStream(drawn.optional().stream().map(Piece.Drawing::new)));
            default ->
                output(stage).tryEmitError(new IllegalStateException("the output '" + stage + "' can't be told"));
        }
    }

    @Override
    public void parts(String stage, Flow.Publisher<Object> parts) {
        output(stage).tryEmitValue(JdkFlowAdapter.flowPublisherToFlux(parts).cast(Piece.class));
    }

    @Override
    public void left(String stage, Outcome outcome) {
        if (notices.heard(stage, outcome)) {
            passage.tell(Passage.DEGRADED, "assistant");
            passage.tell(Notices.HEADER, notices.header());
        }
        if (outcome instanceof Outcome.TakenUp) {
            // What an earlier run did and found holds for its job alone.
            passage.fleeting();
        }
        if (outcome instanceof Outcome.Failed failed && outputs.containsKey(stage)) {
            failure = failed.why();
        }
        if (!outcome.hasValue()) {
            // Does nothing where its parts are told already.
            Sinks.One<Flux<Piece>> output = outputs.get(stage);
            if (output != null) {
                output.tryEmitValue(Flux.empty());
            }
        }
    }

    @Override
    public void ended(JobReport how) {
        outputs.values().forEach(output -> output.tryEmitValue(Flux.empty()));
        report.tryEmitValue(how);
    }

    private Sinks.One<Flux<Piece>> output(String stage) {
        return Objects.requireNonNull(outputs.get(stage));
    }

    /** Completes when the first output has begun, or there is none. */
    Mono<Void> begun() {
        return output(order.getFirst()).asMono().then();
    }

    /** All pieces, to be read once: texts in their order, a picture as soon as it is there. Ends well, whatever happens to the stages. */
    Flux<Piece> pieces() {
        return pictures.isEmpty()
                ? texts()
                : Flux.merge(1, texts(), Flux.fromIterable(pictures).flatMap(this::told, pictures.size(), 1));
    }

    private Flux<Piece> told(String name) {
        return output(name).asMono().flatMapMany(parts -> parts).onErrorResume(Exception.class, broken -> Flux.empty());
    }

    private Flux<Piece> texts() {
        Gaps gaps = new Gaps();
        return Flux.fromIterable(order)
                .concatMap(
                        name -> output(name)
                                .asMono()
                                .flatMapMany(parts -> gaps.between(parts))
                                .onErrorResume(Exception.class, broken -> Flux.empty()),
                        1);
    }

    /** How the job went, once it has ended. */
    Mono<JobReport> report() {
        return report.asMono();
    }

    Notices notices() {
        return notices;
    }

    /** Why an output has no value at all; null where that is not so. */
    @Nullable Throwable failure() {
        return failure;
    }

    /** A line ends between one output and the next. */
    private static final class Gaps {

        private boolean said;

        Flux<Piece> between(Flux<Piece> parts) {
            boolean wanted = said;
            return parts.switchOnFirst((first, all) -> {
                boolean text = first.get() instanceof Piece.Text;
                said |= text;
                return wanted && text ? Flux.concat(Mono.just(new Piece.Text("\n")), all) : all;
            });
        }
    }
}
