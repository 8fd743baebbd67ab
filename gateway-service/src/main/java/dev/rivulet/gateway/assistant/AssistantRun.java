// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.Question.Turn;
import dev.rivulet.gateway.assistant.Wording.Piece;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.gateway.pictures.Picture;
import dev.rivulet.graph.GraphExecutor;
import dev.rivulet.graph.JobReport;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import tools.jackson.databind.node.ObjectNode;

/** One job of the assistant as the answer to a request. */
final class AssistantRun {

    private static final int LONGEST_ANSWER = 4 << 20;

    private final Question question;
    private final AnswerForm form;
    private final Telling telling;
    private final GraphExecutor.Job job;
    private final Optional<String> conversation;
    private final Dialogs dialogs;
    private final Map<String, String> kinds;
    private final StringBuilder said = new StringBuilder();
    private final List<Picture> drawn = new ArrayList<>();
    private String finish = "stop";
    private long promptTokens;
    private long completionTokens;

    AssistantRun(
            Question question,
            AnswerForm form,
            Telling telling,
            GraphExecutor.Job job,
            Optional<String> conversation,
            Dialogs dialogs,
            Map<String, String> kinds) {
        this.question = question;
        this.form = form;
        this.telling = telling;
        this.job = job;
        this.conversation = conversation;
        this.dialogs = dialogs;
        this.kinds = kinds;
    }

    /** Its head is there when the first output has begun; whoever goes before or after stops the job. */
    Mono<Answer> answer() {
        boolean stream = question.ask().envelope().stream();
        return telling.begun()
                .then(Mono.defer(() -> stream ? Mono.just(streamed()) : whole()))
                .doFinally(this::gone);
    }

    /** After his cancelling has gone up, so that nobody is told of it who does not listen any more. */
    private void gone(SignalType how) {
        if (how == SignalType.CANCEL) {
            job.cancel();
        }
    }

    private Answer streamed() {
        Flux<String> events = Flux.concat(
                Mono.fromCallable(form::opening),
                telling.pieces().concatMapIterable(this::events, 1),
                telling.report().flatMapIterable(this::ending));
        Flux<ByteBuf> body = events.map(SseEvents::bytes).doFinally(this::gone);
        return new Answer(
                "assistant", 200, new DefaultHttpHeaders().set("content-type", "text/event-stream"), body, job::cancel);
    }

    private List<String> events(Piece piece) {
        take(piece);
        return switch (piece) {
            case Piece.Text text -> List.of(form.piece(text.text()));
            case Piece.Drawing drawing -> List.of(form.picture(drawn.size() - 1, drawing.picture()));
            case Piece.Finish finished -> List.of();
            case Piece.Usage usage -> List.of();
        };
    }

    private void take(Piece piece) {
        switch (piece) {
            case Piece.Text text -> {
                if (said.length() < LONGEST_ANSWER) {
                    said.append(text.text());
                }
            }
            case Piece.Drawing drawing -> drawn.add(drawing.picture());
            case Piece.Finish why -> finish = why.reason();
            case Piece.Usage usage -> {
                promptTokens = usage.prompt();
                completionTokens = usage.completion();
            }
        }
    }

    private List<String> ending(JobReport report) {
        List<String> events = new ArrayList<>();
        if (said.isEmpty()) {
            events.add(SseEvents.event(errorData()));
            return events;
        }
        remember();
        String missed = missed();
        if (!missed.isEmpty()) {
            events.add(form.piece(missed));
        }
        events.add(form.closing(finish, told(report)));
        if (question.body().path("stream_options").path("include_usage").asBoolean(false)) {
            events.add(form.usage(promptTokens, completionTokens));
        }
        events.add(": server-timing-assistant " + AnswerForm.timing(report) + "\n\n");
        events.addAll(AnswerForm.end());
        return events;
    }

    private Mono<Answer> whole() {
        return telling.pieces().doOnNext(this::take).then(telling.report()).map(report -> {
            if (said.isEmpty()) {
                throw nothingSaid();
            }
            remember();
            byte[] body = form.whole(said + missed(), finish, promptTokens, completionTokens, drawn, told(report));
            HttpHeaders headers = new DefaultHttpHeaders()
                    .set("content-type", "application/json")
                    .set("server-timing", AnswerForm.timing(report));
            return new Answer(
                    "assistant", 200, headers, Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(body))), () -> {});
        });
    }

    /** What is missing, in words on a line of their own. No model has said them, and no conversation remembers them. */
    private String missed() {
        String words = telling.notices().words(kinds);
        return words.isEmpty() ? "" : "\n" + words;
    }

    private ObjectNode told(JobReport report) {
        ObjectNode told = form.told(telling.notices().missing(), report);
        if (question.senses().sound().isPresent()) {
            told.put("heard", question.senses().heard());
        }
        return told;
    }

    private void remember() {
        conversation.ifPresent(name -> {
            String words = (question.senses().heard() + " " + question.text()).strip();
            List<Turn> turns = new ArrayList<>(question.saying(words).turns());
            turns.add(new Turn("assistant", said.toString()));
            dialogs.said(question.tenant(), name, turns);
        });
    }

    private String errorData() {
        return AssistantStep.error(nothingSaid().problem());
    }

    private ProblemException nothingSaid() {
        return telling.failure() instanceof ProblemException known
                ? known
                : new ProblemException(Problem.of(
                        ProblemCode.REPLICA_LOST,
                        "The assistant has no answer: " + telling.notices().header() + ". Send this request again."));
    }
}
