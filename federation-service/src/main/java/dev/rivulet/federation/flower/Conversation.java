// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.evaluation.Answer;
import dev.rivulet.federation.flower.FlowerDesk.Around;
import dev.rivulet.federation.flower.FlowerLine.GoneException;
import dev.rivulet.federation.flower.Npy.UnreadableException;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.rounds.Assignment;
import dev.rivulet.federation.rounds.RoundInput.NoUpdate;
import dev.rivulet.flower.v1.ClientMessage;
import dev.rivulet.flower.v1.ClientMessage.EvaluateRes;
import dev.rivulet.flower.v1.ClientMessage.FitRes;
import dev.rivulet.flower.v1.Code;
import dev.rivulet.flower.v1.Scalar;
import dev.rivulet.flower.v1.ServerMessage;
import dev.rivulet.flower.v1.ServerMessage.EvaluateIns;
import dev.rivulet.flower.v1.ServerMessage.FitIns;
import dev.rivulet.flower.v1.ServerMessage.ReconnectIns;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes part for one program: asks it to evaluate and to fit as rounds want it, and hands in what it learnt. One thread. */
final class Conversation {

    private static final Logger log = LoggerFactory.getLogger(Conversation.class);
    /** Between two looks whether the federation has learnt enough. */
    private static final Duration WAIT = Duration.ofSeconds(2);
    /** Between two signs that the program is there while it trains. */
    private static final Duration BEAT = Duration.ofMillis(500);

    private final FlowerLine line;
    private final Device device;
    private final Around around;
    private final Contributing contributing;
    private @Nullable Learnt last;

    /** What a program has sent, and from which version. */
    private record Learnt(long base, dev.rivulet.flower.v1.Parameters parameters) {}

    Conversation(FlowerLine line, Device device, Around around) {
        this.line = line;
        this.device = device;
        this.around = around;
        this.contributing = new Contributing(device, around.uploads(), around.random());
    }

    /** Ends when the federation has learnt enough; the program is then told so. */
    void converse() throws GoneException, InterruptedException {
        while (true) {
            around.unattested().heard(device);
            Optional<Assignment> work = work();
            if (work.isPresent()) {
                around.unattested().heard(device);
                takePart(work.get());
            } else if (around.federations().standing(device).stop().isPresent()) {
                line.tell(ServerMessage.newBuilder()
                        .setReconnectIns(ReconnectIns.getDefaultInstance())
                        .build());
                return;
            }
        }
    }

    private Optional<Assignment> work() throws InterruptedException {
        CompletableFuture<Optional<Assignment>> work =
                around.federations().await(device, WAIT, around.settings().evaluate());
        try {
            return work.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a wait for work failed", e);
        } finally {
            work.complete(Optional.empty());
        }
    }

    private void takePart(Assignment work) throws GoneException, InterruptedException {
        Parameters base = around.models().load(work.base(), work.layout());
        var sent = FlowerTensors.written(base);
        if (work.evaluation()) {
            measure(work, sent);
            return;
        }
        Map<String, Double> metrics = new HashMap<>();
        if (around.settings().evaluate()) {
            evaluated(work, sent).ifPresent(found -> metrics.put(Update.LOSS_BEFORE, (double) found.getLoss()));
        }
        ServerMessage fit = ServerMessage.newBuilder()
                .setFitIns(FitIns.newBuilder().setParameters(sent).putAllConfig(config(work)))
                .build();
        ClientMessage answer = answered(fit);
        if (!answer.hasFitRes() || answer.getFitRes().getStatus().getCode() != Code.OK) {
            none(work, "reported-unsupported");
            return;
        }
        handIn(work, base, answer.getFitRes(), metrics);
    }

    private void measure(Assignment work, dev.rivulet.flower.v1.Parameters sent)
            throws GoneException, InterruptedException {
        long version = work.base().version();
        EvaluateRes found = evaluated(work, sent).orElse(null);
        try {
            if (found == null) {
                around.federations().notMeasured(device, version);
            } else {
                around.federations().measured(device, answer(version, found));
            }
        } catch (RefusedException e) {
            log.info("What the program that is {} measured is not wanted any more: {}", device.id(), e.detail());
        }
    }

    private Answer answer(long version, EvaluateRes found) {
        Scalar accuracy = found.getMetricsMap().get("accuracy");
        return new Answer(
                version,
                device.id().toString(),
                found.getNumExamples(),
                found.getLoss(),
                accuracy == null
                        ? null
                        : number(accuracy)
                                .filter(share -> share >= 0 && share <= 1)
                                .orElse(null),
                around.clock().instant());
    }

    /** Empty if the program can't evaluate, or has nothing to evaluate on. */
    private Optional<EvaluateRes> evaluated(Assignment work, dev.rivulet.flower.v1.Parameters sent)
            throws GoneException, InterruptedException {
        ServerMessage evaluate = ServerMessage.newBuilder()
                .setEvaluateIns(EvaluateIns.newBuilder().setParameters(sent).putAllConfig(config(work)))
                .build();
        EvaluateRes answer = answered(evaluate).getEvaluateRes();
        boolean measured = answer.getStatus().getCode() == Code.OK
                && answer.getNumExamples() > 0
                && Float.isFinite(answer.getLoss());
        return measured ? Optional.of(answer) : Optional.empty();
    }

    private void handIn(Assignment work, Parameters base, FitRes fit, Map<String, Double> metrics) {
        fit.getMetricsMap().forEach((name, value) -> number(value).ifPresent(number -> metrics.put(name, number)));
        try {
            Parameters delta =
                    FlowerTensors.read(fit.getParameters(), work.layout()).minus(base);
            requireFresh(work, fit.getParameters());
            contributing.handIn(work, delta, fit.getNumExamples(), metrics);
        } catch (UnreadableException e) {
            log.warn("The program that is {} sent no model of this federation: {}", device.id(), e.getMessage());
            around.uploads().refused(device, work.round(), RefusalCode.WRONG_SHAPE, String.valueOf(e.getMessage()));
        } catch (RefusedException e) {
            log.warn("What the program that is {} learnt is refused: {}", device.id(), e.detail());
            none(work, e.code().wire());
        }
    }

    /** Answers have no numbers: the same model again, where training began from another, is an answer that was given before. */
    private void requireFresh(Assignment work, dev.rivulet.flower.v1.Parameters parameters) {
        Learnt before = last;
        long base = work.base().version();
        last = new Learnt(base, parameters);
        if (before != null && before.base() != base && before.parameters().equals(parameters)) {
            throw around.uploads()
                    .refused(device, work.round(), RefusalCode.REPLAYED, "the program has sent this model before");
        }
    }

    private void none(Assignment work, String reason) {
        around.federations()
                .offer(device, work.round(), new NoUpdate(device.id().toString(), reason));
    }

    /** Says that the program is there for as long as its connection is: one that trains for long is slow, not dead. */
    private ClientMessage answered(ServerMessage question) throws GoneException, InterruptedException {
        line.ask(question);
        Instant end = around.clock().instant().plus(around.settings().longestAnswer());
        while (around.clock().instant().isBefore(end)) {
            Optional<ClientMessage> answer = line.answer(BEAT);
            if (answer.isPresent()) {
                return answer.get();
            }
            around.unattested().heard(device);
        }
        throw new GoneException("it did not answer within " + around.settings().longestAnswer());
    }

    private static Map<String, Scalar> config(Assignment work) {
        var training = work.settings().training();
        return Map.of(
                "server_round", whole(work.round()),
                "version", whole(work.base().version()),
                "epochs", whole(training.epochs()),
                "batch", whole(training.batch()),
                "rate", real(training.rate()),
                "mu", real(training.mu()));
    }

    private static Scalar whole(long value) {
        return Scalar.newBuilder().setWhole(value).build();
    }

    /** 0.2 as a program would write it, not as the float32 next to it. */
    private static Scalar real(float value) {
        return Scalar.newBuilder()
                .setReal(Double.parseDouble(Float.toString(value)))
                .build();
    }

    private static Optional<Double> number(Scalar value) {
        return switch (value.getScalarCase()) {
            case REAL -> Optional.of(value.getReal());
            case WHOLE -> Optional.of((double) value.getWhole());
            case NATURAL -> Optional.of((double) value.getNatural());
            case TRUTH, TEXT, OCTETS, SCALAR_NOT_SET -> Optional.empty();
        };
    }
}
